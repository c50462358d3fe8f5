/** What the tests on Slurm share: the trainer as users start it, folders of runs, what jobs said, weights compared. */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { until, type Slurm } from './slurm.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = join(root, 'apps/trainer-cli/bin/trainer.mjs');
export const python = process.env['UNDERSTUDY_PYTHON'] ?? join(root, '.venv/bin/python');

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** `trainer ARGS`, with the clients of `slurm`. */
export async function trainer(slurm: Slurm, ...args: string[]): Promise<Finished> {
  const env = { ...slurm.env, UNDERSTUDY_PYTHON: python };
  const child = spawn(process.execPath, [bin, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const finished: Finished = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (finished.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (finished.stderr += String(chunk)));
  finished.code = await new Promise((done) => child.once('close', done));
  return finished;
}

/** Numbers of the jobs that a `--submit` gave, by name. Throws with the trainer's words where it failed. */
export async function submit(slurm: Slurm, ...args: string[]): Promise<Record<string, string>> {
  const { code, stdout, stderr } = await trainer(slurm, 'slurm', ...args, '--submit');
  if (code !== 0) throw new Error(`trainer slurm ${args.join(' ')}: ${stderr}`);
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
}

/** All that the jobs of one kind have said. */
export async function saidBy(run: string, job: string): Promise<string> {
  const names = (await readdir(join(run, 'slurm'))).filter((name) => name.startsWith(`${job}-`)).sort();
  return (await Promise.all(names.map((name) => readFile(join(run, 'slurm', name), 'utf8')))).join('');
}

/** One field of `scontrol show job`. */
export async function fact(slurm: Slurm, job: string, name: string): Promise<string> {
  const text = await slurm.run('scontrol', 'show', 'job', job);
  return new RegExp(`\\b${name}=(\\S*)`).exec(text)?.[1] ?? '';
}

/** Waits until the run's log tells of step `step` or a later one. */
export async function reaches(run: string, step: number): Promise<void> {
  await until(`step ${step} of ${run}`, 300_000, async () => {
    const text = await readFile(join(run, 'run/log.jsonl'), 'utf8').catch(() => '');
    return text
      .trim()
      .split('\n')
      .some((line) => line.includes('bits_per_byte') && Number(/"step": (\d+)/.exec(line)?.[1]) >= step);
  });
}

/** Whether the checkpoints of two runs hold the same weights and the same state of the optimiser, bit for bit. */
export async function sameWeights(first: string, second: string): Promise<string> {
  const script = `
import sys, torch
def same(a, b):
    if isinstance(a, torch.Tensor): return torch.equal(a, b)
    if isinstance(a, dict): return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)): return len(a) == len(b) and all(map(same, a, b))
    return a == b
a, b = (torch.load(p + "/run/checkpoint.pt", weights_only=False) for p in sys.argv[1:])
print(a["step"], a["step"] == b["step"], same(a["model"], b["model"]), same(a["optimiser"], b["optimiser"]))
`;
  return (await promisify(execFile)(python, ['-c', script, first, second])).stdout.trim();
}

/** The process whose command line holds all of `words`; undefined while there is none. */
export async function processWith(...words: string[]): Promise<number | undefined> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    const given = line.split('\0');
    if (words.every((word) => given.includes(word))) return Number(name);
  }
  return undefined;
}

/** Whether tests can train at all: npm test has set Python up, or this is CI, where it must be there. */
export const canTrain = existsSync(python) || process.env['CI'] === 'true';
