/**
 * Runs contestants on files in a scratch folder and measures whole processes, start-up included: wall-clock seconds,
 * the kernel's peak resident memory (wait4, through run_measured.py), sizes; and compares the result with the source.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdtemp, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pipeline } from 'node:stream/promises';
import { inputName, type Contestant, type OwnReport, type Step } from './contestants.ts';

export interface StepResult extends OwnReport {
  seconds: number;
  /** Undefined where there is no python3 to ask the kernel. */
  peakBytes?: number;
}

export interface Result {
  contestant: string;
  archiveBytes: number;
  modelBytes: number;
  compress: StepResult;
  decompress: StepResult;
  roundTrip: boolean;
}

export type Outcome = Result | { contestant: string; failed: string };

const archiveName = 'archive.bin';
const outputName = 'output';
const wrapper = fileURLToPath(new URL('./run_measured.py', import.meta.url));
/** Steps shorter than this are run again, and the median counts. */
const shortSeconds = 1;

/** Compresses and decompresses `file` in a folder of its own. Never throws for a contestant's own failure. */
export async function measure(contestant: Contestant, file: string, runs: number): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-bench-'));
  try {
    await copyFile(file, join(folder, inputName));
    const compress = await repeat(contestant, contestant.compress(inputName, archiveName), folder, runs, [
      archiveName,
    ]);
    const decompress = await repeat(
      contestant,
      contestant.decompress(archiveName, outputName),
      folder,
      runs,
      [outputName],
    );
    return {
      contestant: contestant.name,
      archiveBytes: (await stat(join(folder, archiveName))).size,
      modelBytes: compress.neededModel === false ? 0 : contestant.modelBytes,
      compress,
      decompress,
      roundTrip: (await sha256(join(folder, outputName))) === (await sha256(file)),
    };
  } catch (error) {
    return { contestant: contestant.name, failed: (error as Error).message };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function repeat(
  contestant: Contestant,
  step: Step,
  folder: string,
  runs: number,
  products: readonly string[],
): Promise<StepResult> {
  const results: StepResult[] = [];
  do {
    for (const product of products) await rm(join(folder, product), { force: true });
    results.push(await runStep(contestant, step, folder));
  } while (results.length < runs && (results[0]?.seconds ?? 0) < shortSeconds);
  return middle(results);
}

/** The run of median wall-clock time. */
export function middle(results: readonly StepResult[]): StepResult {
  const sorted = [...results].sort((a, b) => a.seconds - b.seconds);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  if (!median) throw new Error('no run to take the median of');
  return median;
}

async function runStep(contestant: Contestant, step: Step, folder: string): Promise<StepResult> {
  const printedTo = step.standardOutput ?? 'printed';
  const { seconds, peakBytes, exitCode, stderr } = await timed(step.words, join(folder, printedTo), folder);
  const printed = step.standardOutput ? '' : await readFile(join(folder, printedTo), 'utf8');
  if (exitCode !== 0) {
    throw new Error(`exit code ${exitCode}: ${lastLine(stderr) || lastLine(printed)}`);
  }
  return { seconds, peakBytes, ...contestant.ownReport?.(printed) };
}

type Timed = Pick<StepResult, 'seconds' | 'peakBytes'> & { exitCode: number | null; stderr: string };

async function timed(words: readonly string[], outputTo: string, folder: string): Promise<Timed> {
  if (await hasPython()) {
    const { stdout, stderr } = await capture('python3', [wrapper, outputTo, ...words], folder);
    return { ...(JSON.parse(stdout) as Omit<Timed, 'stderr'>), stderr };
  }
  const [program = '', ...rest] = words;
  const output = await open(outputTo, 'w');
  const started = performance.now();
  const child = spawn(program, rest, { cwd: folder, stdio: ['ignore', output.fd, 'pipe'] });
  const { exitCode, stderr } = await ended(child);
  const seconds = (performance.now() - started) / 1000;
  await output.close();
  return { seconds, exitCode, stderr };
}

let python: Promise<boolean> | undefined;
function hasPython(): Promise<boolean> {
  python ??= capture('python3', ['--version']).then(
    () => true,
    () => false,
  );
  return python;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** Output of a command that should succeed; rejects with its last words. */
export async function capture(
  program: string,
  words: readonly string[],
  folder?: string,
): Promise<{ stdout: string; stderr: string }> {
  const child = spawn(program, words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const { exitCode, stdout, stderr } = await ended(child);
  if (exitCode !== 0) throw new Error(`${program} ended with ${exitCode}: ${lastLine(stderr)}`);
  return { stdout, stderr };
}

async function ended(
  child: ChildProcess,
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { exitCode, stdout, stderr };
}

export async function sha256(path: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path), digest);
  return digest.digest('hex');
}
