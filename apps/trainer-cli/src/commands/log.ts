/**
 * `trainer log`: text → teacher → trace stream → shards, in one process chain without a file in between. Idempotent: whole shards of the
 * same request stand, an interrupted run goes on behind them (the teacher learns its way there without tracing).
 */
import {
  DEFAULT_ROWS_PER_SHARD,
  TraceReader,
  convertTrace,
  createManifest,
  type Manifest,
  type TraceProfile,
  type TraceSubject,
} from '@understudy/trace';
import { FolderStore, fileDigest } from '@understudy/trace/node';
import { DataError, UsageError } from '../errors.ts';
import { formatBytes, formatCount, formatDuration } from '../numbers.ts';
import { ProgressLine } from '../report/progress.ts';
import { coderBytesOf } from '../teacher/archive.ts';
import type { Teacher, TraceRequest } from '../teacher/teacher.ts';
import type { InputFile } from './inputs.ts';
import { removeShards, standingShards } from './standing-shards.ts';
import { verifyShards } from './verify.ts';

export interface LogOptions {
  range: { from: number; to?: number };
  warmUp: number;
  stride: number;
  profile: TraceProfile;
  rowsPerShard?: number;
  memory?: number;
  lstm?: boolean;
  verify?: boolean;
  force?: boolean;
}

/** Throws UsageError for options that cannot be meant together. */
export function checkLogOptions(options: LogOptions): void {
  if (!options.verify) return;
  if (options.stride !== 1)
    throw new UsageError(
      `--verify codes every byte again, which --stride ${options.stride} does not record; leave one of them out`,
    );
  if (options.profile === 'target')
    throw new UsageError(
      '--verify needs the coded probabilities, which --profile target leaves out; take full or compact',
    );
}

/** Traces one file into its folder. Throws what reading, tracing and writing can throw. */
export async function logFile(
  teacher: Teacher,
  input: InputFile,
  options: LogOptions,
  signal: AbortSignal,
): Promise<Manifest> {
  const range = clipRange(input, options.range);
  const request: TraceRequest = {
    range,
    warmUp: Math.min(options.warmUp, range[0]),
    stride: options.stride,
    profile: options.profile,
    memory: options.memory,
    lstm: options.lstm,
  };
  const rowsPerShard = options.rowsPerShard ?? DEFAULT_ROWS_PER_SHARD;
  const label = `log ${input.name}`;
  const say = (sentence: string): void => void process.stderr.write(`${label}: ${sentence}\n`);
  if (options.force) await removeShards(input.folder);

  const source = { name: input.name, bytes: input.bytes, sha256: await fileDigest(input.path) };
  const probe = await TraceReader.open(
    teacher.trace(input.path, { ...request, range: [range[0], range[0] + 1], warmUp: 0 }, signal),
  );
  await probe.close();
  const { teacher: identity } = probe.header;
  const subject: TraceSubject = {
    teacher: identity,
    profile: request.profile,
    stride: request.stride,
    range,
    warmUp: request.warmUp,
    source,
  };
  const standing = await standingShards(input.folder, subject, rowsPerShard, say);
  let manifest: Manifest;
  if (standing?.whole) {
    manifest = standing.manifest;
    say(`${formatCount(manifest.rows)} rows are there already, every digest right`);
  } else {
    manifest = await trace(teacher, input, request, {
      subject,
      shards: standing?.shards ?? [],
      rowsPerShard,
      label,
      signal,
    });
  }
  if (options.verify) {
    await verifyShards(
      input.folder,
      manifest,
      coderBytesOf(await teacher.compress(input.path, request, signal)),
    );
    say(`verified: ${formatCount(manifest.rows)} rows code to the bytes of the teacher's archive again`);
  }
  return manifest;
}

interface TraceTask {
  subject: TraceSubject;
  shards: Manifest['shards'];
  rowsPerShard: number;
  label: string;
  signal: AbortSignal;
}

async function trace(
  teacher: Teacher,
  input: InputFile,
  request: TraceRequest,
  task: TraceTask,
): Promise<Manifest> {
  const { subject, shards, signal } = task;
  const rowsDone = shards.reduce((sum, shard) => sum + shard.rows, 0);
  // Learning from the same first byte on leads to the same state, so the rows behind the standing shards are the same as in one go.
  const from = subject.range[0] + rowsDone * subject.stride;
  if (from >= subject.range[1]) {
    const manifest = createManifest(subject, shards, 0);
    await new FolderStore(input.folder).saveManifest(manifest, true);
    return manifest;
  }
  const rest: TraceRequest = {
    ...request,
    range: [from, subject.range[1]],
    warmUp: subject.warmUp + from - subject.range[0],
  };
  const line = new ProgressLine(task.label);
  if (rowsDone > 0)
    process.stderr.write(
      `${task.label}: ${shards.length} shards stand, going on at row ${formatCount(rowsDone)}\n`,
    );
  try {
    const reader = await TraceReader.open(teacher.trace(input.path, rest, signal));
    const manifest = await convertTrace(reader, {
      store: new FolderStore(input.folder),
      source: subject.source,
      rowsPerShard: task.rowsPerShard,
      resume: { shards, range: subject.range, warmUp: subject.warmUp },
      onProgress: (progress) => line.update(progress),
      signal,
    });
    const bytes = manifest.shards.reduce((sum, shard) => sum + shard.bytes, 0);
    const rate = (manifest.rows - rowsDone) / line.seconds();
    line.done(
      `${formatCount(manifest.rows)} rows in ${manifest.shards.length} shard(s), ${formatBytes(bytes)}, ` +
        `${formatDuration(line.seconds())}, ${formatCount(rate)} rows/s (${teacher.name} teacher) → ${input.folder}`,
    );
    return manifest;
  } catch (error) {
    line.clear();
    // A failed write does not say where it went.
    if (error instanceof Error && 'syscall' in error && !('path' in error))
      Object.assign(error, { path: input.folder });
    throw error;
  }
}

function clipRange(input: InputFile, wanted: LogOptions['range']): [number, number] {
  const to = wanted.to ?? input.bytes;
  if (to > input.bytes) throw new DataError(`${input.path}: has ${input.bytes} bytes, --range ends at ${to}`);
  if (wanted.from >= to)
    throw new DataError(`${input.path}: --range ${wanted.from}:${to} holds no byte of its ${input.bytes}`);
  return [wanted.from, to];
}
