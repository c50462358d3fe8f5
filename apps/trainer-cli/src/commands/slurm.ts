/**
 * `trainer slurm log|train|pipeline`: job files for a whole run on a cluster, and with `--submit` their submission. Run again, the same
 * command asks only for what is missing: shards that are whole leave the array, a training that was stopped is gone on with.
 */
import { spawn } from 'node:child_process';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { runFolder, type RunFolder } from '../cluster/folder.ts';
import {
  evaluateJob,
  exportJob,
  jobFile,
  logJob,
  submitScript,
  trainJob,
  type Installation,
} from '../cluster/jobs.ts';
import type { JobName, Site } from '../cluster/site.ts';
import { arrayOf, keepTasks, planTasks, readTasks, shardProgress } from '../cluster/tasks.ts';
import { EnvironmentError, UsageError } from '../errors.ts';
import { PRESETS, trainFlags, type Preset, type PresetName } from '../presets.ts';
import { project } from '../project.ts';
import { findPython, readPython } from '../python.ts';
import { writeSampleText } from './sample-text.ts';

export interface SlurmOptions {
  preset: PresetName;
  out: string;
  site: Site;
  submit: boolean;
  /** Changes of the preset. */
  shards?: number;
  rowsPerShard?: number;
  warmUp?: number;
  nodes?: number;
  gpus?: number;
  mem?: number;
  teacher?: string;
  throttle?: number;
  warnSeconds: number;
  /** Flags of `trainer train` by name. */
  set: Readonly<Record<string, string>>;
  /** Folders or URIs of shards to train on instead of the run's own. */
  from?: string[];
  /** Files to measure the student on. */
  evaluate?: string[];
}

/** What was written: job files in the order of their submission, and Slurm's numbers where they were submitted. */
export interface Written {
  files: string[];
  jobs: Partial<Record<JobName, string>>;
}

/** Throws as reading the texts, writing the files and submitting can. */
export async function slurmLog(texts: readonly string[], options: SlurmOptions): Promise<Written> {
  const { folder, preset } = begin(options);
  const sources = await textsOf(texts, folder, preset);
  return finish(folder, options, await writeLog(sources.texts, folder, preset, options));
}

export async function slurmTrain(options: SlurmOptions): Promise<Written> {
  const { folder, preset } = begin(options);
  return finish(folder, options, await writeTrain(folder, preset, options, undefined));
}

export async function slurmPipeline(texts: readonly string[], options: SlurmOptions): Promise<Written> {
  const { folder, preset } = begin(options);
  const sources = await textsOf(texts, folder, preset);
  const files = options.evaluate?.map((file) => resolve(file)) ?? sources.heldOut;
  if (files.length === 0)
    throw new UsageError(
      'nothing to measure the student on: name files it does not learn from with --evaluate',
    );
  for (const file of files) await stat(file);
  const jobs: JobName[] = [
    ...(await writeLog(sources.texts, folder, preset, options)),
    ...(await writeTrain(folder, preset, options, preset.learnsFromText ? sources.folder : undefined)),
  ];
  const name = `${options.preset}-1`;
  const on = installation();
  await writeFile(jobFile(folder, 'export'), exportJob(folder, options.site.export, on, name));
  await writeFile(
    jobFile(folder, 'evaluate'),
    evaluateJob(folder, options.site.evaluate, on, { name, files }),
  );
  return finish(folder, options, [...jobs, 'export', 'evaluate']);
}

function begin(options: SlurmOptions): { folder: RunFolder; preset: Preset } {
  const preset: Preset = PRESETS[options.preset];
  return {
    folder: runFolder(options.out),
    preset: {
      ...preset,
      shards: options.shards ?? preset.shards,
      rowsPerShard: options.rowsPerShard ?? preset.rowsPerShard,
      warmUp: options.warmUp ?? preset.warmUp,
      nodes: options.nodes ?? preset.nodes,
      gpusPerNode: options.gpus ?? preset.gpusPerNode,
    },
  };
}

async function textsOf(
  given: readonly string[],
  folder: RunFolder,
  preset: Preset,
): Promise<{ texts: readonly string[]; folder: string | undefined; heldOut: string[] }> {
  if (given.length > 0) {
    const [first, ...others] = given.map((text) => resolve(text)) as [string, ...string[]];
    const isFolder = others.length === 0 && (await stat(first)).isDirectory();
    return { texts: given, folder: isFolder ? first : undefined, heldOut: [] };
  }
  if (preset.text === 'given') throw new UsageError('this preset needs text of yours: name files or folders');
  const sample = await writeSampleText(folder.root, preset.heldOutBytes);
  return { texts: [sample.trainingFile], folder: sample.folder, heldOut: [sample.heldOutFile] };
}

async function writeLog(
  texts: readonly string[],
  folder: RunFolder,
  preset: Preset,
  options: SlurmOptions,
): Promise<JobName[]> {
  const tasks = await planTasks(texts, folder, { ...preset, stride: 1 });
  await keepTasks(folder, tasks);
  await mkdir(folder.slurm, { recursive: true });
  const progress = await Promise.all(tasks.map(shardProgress));
  const missing = progress.flatMap(({ whole }, index) => (whole ? [] : [index]));
  process.stderr.write(
    `slurm: ${tasks.length - missing.length} of ${tasks.length} shards are whole, ${missing.length} to be made\n`,
  );
  if (missing.length === 0) return [];
  const flags = logFlags(preset, options);
  const job = { array: arrayOf(missing), throttle: options.throttle, flags };
  await writeFile(jobFile(folder, 'log'), logJob(folder, options.site.log, installation(), job));
  return ['log'];
}

/** Flags of `trainer log` that all tasks share. */
export function logFlags(preset: Preset, { mem, teacher }: Pick<SlurmOptions, 'mem' | 'teacher'>): string[] {
  return [
    `--warm-up=${preset.warmUp}`,
    `--rows-per-shard=${preset.rowsPerShard}`,
    '--profile=target',
    ...(mem === undefined ? [] : [`--mem=${mem}`]),
    ...(teacher === undefined ? [] : [`--teacher=${resolve(teacher)}`]),
  ];
}

async function writeTrain(
  folder: RunFolder,
  preset: Preset,
  options: SlurmOptions,
  text: string | undefined,
): Promise<JobName[]> {
  if (preset.learnsFromText && text === undefined && !('text' in options.set))
    throw new UsageError(
      `preset ${options.preset} learns from text too; name its folder with --set text=DIR`,
    );
  // Without shards of its own there must be a table of them.
  if (options.from === undefined) await readTasks(folder);
  await mkdir(folder.slurm, { recursive: true });
  const own: Record<string, string> = text === undefined ? {} : { text };
  const { nodes, gpusPerNode } = preset;
  const flags = trainFlags(preset, nodes * gpusPerNode, { ...own, ...options.set });
  // A misspelt flag must not be found out after days of logging. A Python within a container may not be here to ask.
  if (options.site.train.container === undefined)
    await readPython(['check-train', '--out', folder.run, ...flags]);
  const job = {
    nodes,
    gpusPerNode,
    warnSeconds: options.warnSeconds,
    flags,
    shards: options.from?.map((place) => (place.includes('://') ? place : resolve(place))),
  };
  await writeFile(jobFile(folder, 'train'), trainJob(folder, options.site.train, installation(), job));
  return ['train'];
}

function installation(): Installation {
  return {
    node: process.execPath,
    trainer: join(project.root, 'apps/trainer-cli/bin/trainer.mjs'),
    python: findPython(),
    pythonSources: project.pythonSources,
  };
}

async function finish(folder: RunFolder, options: SlurmOptions, jobs: readonly JobName[]): Promise<Written> {
  const files = jobs.map((job) => jobFile(folder, job));
  const script = join(folder.slurm, 'submit.sh');
  await writeFile(script, submitScript(folder, jobs));
  await chmod(script, 0o755);
  for (const file of files) process.stderr.write(`slurm: wrote ${file}\n`);
  if (jobs.length === 0) {
    process.stderr.write('slurm: nothing is left to be done\n');
    return { files, jobs: {} };
  }
  if (!options.submit) {
    process.stderr.write(
      `slurm: submit all with ${script}, see how far they are with trainer status ${folder.root}\n`,
    );
    return { files, jobs: {} };
  }
  const submitted = Object.fromEntries(
    (await runSubmit(script)).split('\n').flatMap((line) => {
      const [job, number] = line.split(' ');
      return number === undefined ? [] : [[job, number]];
    }),
  ) as Partial<Record<JobName, string>>;
  for (const [job, number] of Object.entries(submitted)) process.stdout.write(`${job} ${number}\n`);
  return { files, jobs: submitted };
}

/** Standard output of `submit.sh`. Throws EnvironmentError with what sbatch said. */
async function runSubmit(script: string): Promise<string> {
  const child = spawn('bash', [script], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  if (code === 0) return stdout;
  if (code === 127)
    throw new EnvironmentError(
      `no sbatch on this machine; run ${script} where jobs are submitted on your cluster`,
    );
  const said = stderr.trim().split('\n').at(-1) ?? '';
  throw new EnvironmentError(
    `Slurm refused (${said.replace(/^sbatch: (error: )?/, '')}); nothing is left in the queue`,
  );
}
