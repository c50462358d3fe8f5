/** `trainer status`: how far a run is, read from its files alone, so that it tells the same on any machine that sees them. */
import { readFile, readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from '../cluster/folder.ts';
import { meanSpeed, readRunLog, type RunLog } from '../cluster/run-log.ts';
import { readTasks, shardProgress, type ShardProgress } from '../cluster/tasks.ts';
import { formatBytes, formatCount, formatDuration } from '../numbers.ts';
import type { Evaluation } from './evaluate.ts';

export interface Status {
  log: {
    shards: number;
    shardsDone: number;
    rows: number;
    rowsDone: number;
    bytes: number;
    rowsPerSecond: number | null;
    secondsLeft: number | null;
  };
  train: {
    state: 'not begun' | 'under way' | 'stopped' | 'finished';
    step: number;
    steps: number | null;
    starts: number;
    ranks: number | null;
    device: string | null;
    bitsPerByte: number | null;
    /** The loss, evenly sampled from its beginning to now. */
    curve: number[];
    bytesPerSecondPerRank: number | null;
    peakShare: number | null;
    secondsLeft: number | null;
    validation: Record<string, number> | null;
  };
  models: string[];
  evaluation: Evaluation[];
}

const CURVE_POINTS = 24;

/** Throws DataError where the folder is no run. */
export async function showStatus(out: string, json: boolean): Promise<void> {
  const status = await readStatus(out);
  process.stdout.write(json ? `${JSON.stringify(status)}\n` : describe(status));
}

export async function readStatus(out: string): Promise<Status> {
  const folder = runFolder(out);
  const tasks = await readTasks(folder);
  const progress = await Promise.all(tasks.map(shardProgress));
  const log = await readRunLog(folder.run);
  const names = await readdir(folder.models).catch(() => []);
  const lines = await readFile(folder.evaluation, 'utf8').catch(() => '');
  return {
    log: logStatus(
      tasks.reduce((sum, task) => sum + task.rows, 0),
      progress,
    ),
    train: trainStatus(folder.run, log),
    models: names.filter((name) => existsSync(join(folder.models, name, 'student.onnx'))),
    evaluation: lines
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Evaluation),
  };
}

function logStatus(rows: number, progress: readonly ShardProgress[]): Status['log'] {
  const done = progress.filter(({ whole }) => whole).sort((a, b) => a.finishedAt - b.finishedAt);
  const rowsDone = progress.reduce((sum, shard) => sum + shard.rows, 0);
  // From the first shard's end to the last one's: what came before has no time that can be known.
  const [first, last] = [done[0], done.at(-1)];
  const seconds = first && last ? (last.finishedAt - first.finishedAt) / 1000 : 0;
  const rowsBetween = done.slice(1).reduce((sum, shard) => sum + shard.rows, 0);
  const rate = seconds > 0 ? rowsBetween / seconds : null;
  return {
    shards: progress.length,
    shardsDone: done.length,
    rows,
    rowsDone,
    bytes: progress.reduce((sum, shard) => sum + shard.bytes, 0),
    rowsPerSecond: rate,
    secondsLeft: rate === null ? null : (rows - rowsDone) / rate,
  };
}

function trainStatus(run: string, log: RunLog): Status['train'] {
  const { progress, started } = log;
  const last = progress.at(-1);
  const speed = meanSpeed(log);
  const has = (name: string): boolean => existsSync(join(run, name));
  const began = started !== undefined || last !== undefined;
  const points = Math.min(CURVE_POINTS, progress.length);
  const secondsLeft =
    last && started && speed
      ? ((started.steps - last.step) * (last.bytes_seen / last.step)) / (speed * started.ranks)
      : null;
  return {
    state: has('finished') ? 'finished' : has('stopped') ? 'stopped' : began ? 'under way' : 'not begun',
    step: last?.step ?? 0,
    steps: started?.steps ?? null,
    starts: log.starts,
    ranks: started?.ranks ?? null,
    device: started?.device ?? null,
    bitsPerByte: last?.bits_per_byte ?? null,
    curve: Array.from(
      { length: points },
      (_, index) =>
        progress[Math.round((index * (progress.length - 1)) / Math.max(1, points - 1))]?.bits_per_byte ?? 0,
    ),
    bytesPerSecondPerRank: speed ?? null,
    peakShare: last?.peak_share ?? null,
    secondsLeft,
    validation: log.validation?.validation ?? null,
  };
}

function describe({ log, train, models, evaluation }: Status): string {
  const lines = [
    `log       ${log.shardsDone} of ${log.shards} shards, ${formatCount(log.rowsDone)} of ${formatCount(log.rows)} rows, ${formatBytes(log.bytes)}` +
      (log.rowsPerSecond === null || log.shardsDone === log.shards
        ? ''
        : `, ${formatCount(log.rowsPerSecond)} rows/s, ${formatDuration(log.secondsLeft ?? 0)} left`),
    `train     ${train.state}` +
      (train.bitsPerByte === null
        ? ''
        : `, step ${formatCount(train.step)} of ${formatCount(train.steps ?? 0)}, ${train.bitsPerByte.toFixed(3)} bits/byte ${sparkline(train.curve)}`),
  ];
  if (train.bytesPerSecondPerRank !== null)
    lines.push(
      `          ${formatBytes(Math.round(train.bytesPerSecondPerRank))}/s on each of ${train.ranks ?? 1} (${train.device ?? ''})` +
        (train.peakShare === null ? '' : `, ${(100 * train.peakShare).toFixed(1)} % of its peak`) +
        (train.state === 'finished' ? '' : `, ${formatDuration(train.secondsLeft ?? 0)} left`) +
        (train.starts > 1 ? `, started ${train.starts} times` : ''),
    );
  lines.push(`export    ${models.length > 0 ? models.join(', ') : 'no model yet'}`);
  lines.push(
    ...(evaluation.length === 0
      ? ['evaluate  not yet']
      : evaluation.map(
          ({ file, percent, bitsPerByte }) =>
            `evaluate  ${file}: ${percent.toFixed(2)} %, ${bitsPerByte.toFixed(3)} bits/byte`,
        )),
  );
  return `${lines.join('\n')}\n`;
}

/** `▇▆▄▂▁`: the highest value is the tallest bar. */
export function sparkline(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const bars = '▁▂▃▄▅▆▇█';
  return values
    .map((value) => bars[high > low ? Math.round(((value - low) / (high - low)) * (bars.length - 1)) : 0])
    .join('');
}
