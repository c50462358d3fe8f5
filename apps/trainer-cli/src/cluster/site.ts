/**
 * What differs from site to site: partition, account, QoS, constraint, container, module lines. Said by options, or once for all in
 * a small JSON file (docs/CLUSTER.md) whose top level holds for every job and whose sections hold for one kind of job. What nobody
 * knows is refused by name: a misspelt `acount` must not cost a night in the wrong queue.
 */
import { readFile } from 'node:fs/promises';
import { UsageError } from '../errors.ts';

export const JOBS = ['log', 'train', 'export', 'evaluate'] as const;
export type JobName = (typeof JOBS)[number];

const KEYS = {
  partition: 'string',
  account: 'string',
  qos: 'string',
  constraint: 'string',
  gpuType: 'string',
  memory: 'string',
  cpus: 'number',
  minutes: 'number',
  container: 'strings',
  setup: 'strings',
  directives: 'strings',
} as const;

/** What one kind of job needs of its site. */
export interface SiteOptions {
  partition?: string;
  account?: string;
  qos?: string;
  constraint?: string;
  /** Type of GPU as the site's GRES names it: `h100`. */
  gpuType?: string;
  /** `--mem` of a node: `64G`, or `0` for all of it. */
  memory?: string;
  /** CPUs of a task: for training of each GPU, else of the job. */
  cpus?: number;
  /** Time limit. Training asks for more of its own by queueing again. */
  minutes?: number;
  /** Words before every command: `["apptainer", "exec", "--nv", "image.sif"]`. */
  container?: string[];
  /** Lines of bash before the commands: `module load …`. */
  setup?: string[];
  /** Further options of sbatch: `--exclusive`. */
  directives?: string[];
}

export type Site = Readonly<Record<JobName, SiteOptions>>;

/** The site's file (if any) with what was said by options, which wins. Throws UsageError for what it does not know. */
export async function readSite(file: string | undefined, options: SiteOptions): Promise<Site> {
  const content = file === undefined ? {} : parse(file, await readFile(file, 'utf8'));
  const common = optionsOf(file ?? '', content, JOBS);
  const site = {} as Record<JobName, SiteOptions>;
  for (const job of JOBS) {
    const section = content[job] ?? {};
    if (typeof section !== 'object' || section === null || Array.isArray(section))
      throw new UsageError(`${file ?? ''}: "${job}" must be an object of options`);
    site[job] = { ...common, ...optionsOf(`${file ?? ''}, "${job}"`, section, []), ...options };
  }
  return site;
}

function parse(file: string, text: string): Record<string, unknown> {
  try {
    const content = JSON.parse(text) as unknown;
    if (typeof content === 'object' && content !== null && !Array.isArray(content))
      return content as Record<string, unknown>;
  } catch (cause) {
    throw new UsageError(`${file}: is no JSON (${cause instanceof Error ? cause.message : String(cause)})`, {
      cause,
    });
  }
  throw new UsageError(`${file}: must hold one JSON object; docs/CLUSTER.md shows one`);
}

function optionsOf(where: string, content: object, sections: readonly string[]): SiteOptions {
  const found: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(content) as [string, unknown][]) {
    if (sections.includes(key)) continue;
    if (!Object.hasOwn(KEYS, key))
      throw new UsageError(
        `${where}: nobody knows "${key}"; there are ${[...Object.keys(KEYS), ...sections].join(', ')}`,
      );
    const kind = KEYS[key as keyof typeof KEYS];
    const fits =
      kind === 'strings'
        ? Array.isArray(value) && value.every((item) => typeof item === 'string')
        : kind === 'number'
          ? Number.isInteger(value) && (value as number) > 0
          : typeof value === 'string' && value !== '';
    const wanted = { string: 'a text', number: 'a whole number above 0', strings: 'a list of texts' }[kind];
    if (!fits) throw new UsageError(`${where}: "${key}" must be ${wanted}`);
    found[key] = value;
  }
  return found;
}
