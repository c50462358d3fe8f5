/**
 * Who takes part on this machine: the rivals that are installed, and levels of this program through its real command line. Who
 * cannot is named with the reason.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rivals, versionIn, type Contestant, type OwnReport } from './contestants.ts';
import { capture } from './measure.ts';

const program = fileURLToPath(new URL('../../bin/understudy.mjs', import.meta.url));
/** Any small text will do to learn which model and engine a run takes. */
const probeText = fileURLToPath(import.meta.url);

export interface Field {
  contestants: Contestant[];
  absent: { name: string; reason: string }[];
}

export interface OwnSettings {
  model?: string;
  engine?: string;
  threads: number;
}

/** Rivals whose names begin with one of `only`; all when empty. */
export async function installedRivals(threads: number, only: readonly string[] = []): Promise<Field> {
  const field: Field = { contestants: [], absent: [] };
  for (const { name, programs, versionFlag, steps } of rivals) {
    if (!isWanted(name, only)) continue;
    const found = await installed(programs, versionFlag);
    if (found === undefined) field.absent.push({ name, reason: 'not installed' });
    else
      field.contestants.push({
        name,
        version: versionIn(found.printed),
        modelBytes: 0,
        ...steps(found.program, threads),
      });
  }
  return field;
}

export function isWanted(name: string, only: readonly string[]): boolean {
  return only.length === 0 || only.some((start) => name.toLowerCase().startsWith(start.toLowerCase()));
}

/** One contestant for each level: `fast` or `-7`. @throws Error where the program cannot run at all */
export async function ownContestants(
  levels: readonly string[],
  settings: OwnSettings,
): Promise<Contestant[]> {
  const { model, engine, threads } = settings;
  // Contestants run in a folder of their own, so a path must not depend on this one.
  const modelPath = model !== undefined && existsSync(model) ? resolve(model) : model;
  const chosen = [...(modelPath ? ['-m', modelPath] : []), ...(engine ? ['-e', engine] : []), `-T${threads}`];
  const call = [process.execPath, program];
  const contestants: Contestant[] = [];
  for (const level of levels) {
    const at = level.startsWith('-') ? [level] : ['-l', level];
    const probe = await probeProgram(call, [...at, ...chosen]); // levels may have models of their own
    contestants.push({
      name: `understudy ${level}`,
      version: `${probe.model}, engine ${probe.engine}`,
      modelBytes: probe.modelBytes,
      ownReport,
      // Rivals do not verify, so neither does this program here; the benchmark compares the bytes of all.
      compress: (input, archive) => ({
        words: [...call, 'compress', '--no-verify', '-n', '--json', ...at, ...chosen, '-o', archive, input],
      }),
      decompress: (archive, output) => ({
        words: [...call, 'decompress', '--json', ...chosen, '-o', output, archive],
      }),
    });
  }
  return contestants;
}

function ownReport(printed: string): OwnReport {
  const line = printed.trim();
  if (line === '') return {};
  const { seconds, segments } = JSON.parse(line) as { seconds: number; segments: Record<string, number> };
  const withModel = ['student', 'blend', 'teacher'].reduce((sum, method) => sum + (segments[method] ?? 0), 0);
  return { ownSeconds: seconds, neededModel: withModel > 0 };
}

async function installed(
  programs: readonly string[],
  versionFlag: string,
): Promise<{ program: string; printed: string } | undefined> {
  for (const name of programs) {
    try {
      // Some print their version beside an error, so the exit code says nothing.
      const words = ['-c', 'command -v "$0" >/dev/null || exit 127; "$0" "$@" 2>&1 </dev/null; true', name];
      const { stdout } = await capture('sh', versionFlag ? [...words, versionFlag] : words);
      return { program: name, printed: stdout };
    } catch {
      // Not installed under this name.
    }
  }
  return undefined;
}

async function probeProgram(
  call: readonly string[],
  chosen: readonly string[],
): Promise<{ model: string; engine: string; modelBytes: number }> {
  const [first = '', ...words] = [...call, 'compress', '--json', '-n', ...chosen, '-f', '-o', '/dev/null'];
  const { stdout } = await capture(first, [...words, probeText]);
  const { model, engine, modelBytes } = JSON.parse(stdout) as {
    model: string;
    engine: string | null;
    modelBytes: number;
  };
  return { model, engine: engine ?? 'not needed', modelBytes };
}
