/**
 * The shards to be made, one a task of the job array: which range of which text, into which folder. The table is a file, so that the
 * array's numbers mean the same whenever it is submitted again. Each task makes a folder with one shard and its manifest; whole
 * ones are left alone.
 */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Manifest } from '@understudy/trace';
import { readManifest } from '@understudy/trace/node';
import { findInputs } from '../commands/inputs.ts';
import { DataError } from '../errors.ts';
import { formatCount } from '../numbers.ts';
import type { RunFolder } from './folder.ts';

export interface ShardTask {
  rows: number;
  folder: string;
  from: number;
  to: number;
  text: string;
}

export interface ShardPlan {
  shards: number;
  rowsPerShard: number;
  stride: number;
}

/** The first `plan.shards` ranges of the texts, in order. Throws DataError where the texts are too short. */
export async function planTasks(
  texts: readonly string[],
  folder: RunFolder,
  { shards, rowsPerShard, stride }: ShardPlan,
): Promise<ShardTask[]> {
  const tasks: ShardTask[] = [];
  const span = rowsPerShard * stride;
  let bytes = 0;
  for (const input of await findInputs(texts, folder.shards)) {
    const text = resolve(input.path);
    if (/[\t\n\r]/.test(text))
      throw new DataError(`${text}: a name with tabs or line breaks cannot be listed`);
    bytes += input.bytes;
    for (let from = 0; from < input.bytes && tasks.length < shards; from += span) {
      const to = Math.min(input.bytes, from + span);
      const number = String(tasks.length).padStart(4, '0');
      tasks.push({
        rows: Math.ceil((to - from) / stride),
        folder: join(folder.shards, number),
        from,
        to,
        text,
      });
    }
  }
  if (tasks.length < shards)
    throw new DataError(
      `the texts hold ${formatCount(bytes)} bytes, enough for ${tasks.length} shards of ${formatCount(rowsPerShard)} rows, not ${shards}; add text or ask for fewer --shards`,
    );
  return tasks;
}

/** Writes the table, or finds it as it is. Throws DataError where the folder has another one. */
export async function keepTasks(folder: RunFolder, tasks: readonly ShardTask[]): Promise<void> {
  const text = tasks
    .map(
      ({ rows, folder: to, from, to: end, text: source }) => `${[rows, to, from, end, source].join('\t')}\n`,
    )
    .join('');
  const there = await readFile(folder.tasks, 'utf8').catch(() => undefined);
  if (there === text) return;
  if (there !== undefined)
    throw new DataError(`${folder.tasks}: holds other shards than those asked for now; choose another --out`);
  await mkdir(dirname(folder.tasks), { recursive: true });
  await writeFile(folder.tasks, text);
}

/** The table of a run. Throws DataError where it is not there or broken. */
export async function readTasks(folder: RunFolder): Promise<ShardTask[]> {
  const text = await readFile(folder.tasks, 'utf8').catch(() => undefined);
  if (text === undefined)
    throw new DataError(`${folder.root}: is no run of \`trainer slurm\` (there is no tasks.tsv)`);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const [rows, to, from, end, source] = line.split('\t');
      const numbers = [rows, from, end].map(Number) as [number, number, number];
      if (to === undefined || source === undefined || numbers.some((value) => !Number.isSafeInteger(value)))
        throw new DataError(
          `${folder.tasks}, line ${index + 1}: cannot be read; write it again with trainer slurm`,
        );
      return { rows: numbers[0], folder: to, from: numbers[1], to: numbers[2], text: source };
    });
}

/** How far a shard is: `whole` only if its manifest is finished and every file has the size that stands there. */
export interface ShardProgress {
  whole: boolean;
  rows: number;
  bytes: number;
  /** When it was finished, in milliseconds; 0 if it is not. */
  finishedAt: number;
}

/** Throws nothing: what cannot be read is not whole. Digests are for the task and the trainer to check. */
export async function shardProgress(task: ShardTask): Promise<ShardProgress> {
  const none = { whole: false, rows: 0, bytes: 0, finishedAt: 0 };
  let manifest: Manifest | undefined;
  try {
    manifest = await readManifest(task.folder);
    if (!manifest) {
      const partial = await readManifest(task.folder, true);
      const bytes = (partial?.shards ?? []).reduce((sum, shard) => sum + shard.bytes, 0);
      return { ...none, rows: partial?.rows ?? 0, bytes };
    }
    let bytes = 0;
    for (const shard of manifest.shards) {
      const { size } = await stat(join(task.folder, shard.file));
      if (size !== shard.bytes) return none;
      bytes += size;
    }
    const { mtimeMs } = await stat(join(task.folder, 'manifest.json'));
    return { whole: manifest.rows === task.rows, rows: manifest.rows, bytes, finishedAt: mtimeMs };
  } catch {
    return none;
  }
}

/** `0-3,7`: array indexes as sbatch takes them. */
export function arrayOf(indexes: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const index of indexes) {
    const last = parts.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else parts.push([index, index]);
  }
  return parts.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}
