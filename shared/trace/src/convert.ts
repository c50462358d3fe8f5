/**
 * Trace stream → Parquet shards → manifest (docs/TRACE.md §4): the straight path of this package. Where the bytes go is a ShardStore's
 * business (a folder in Node, memory or a save dialog in the page); a shard is committed only after it was written to its end and its
 * footer read back. Memory stays at about ten row groups, whatever the length of the trace.
 */
import { createSHA256 } from 'hash-wasm';
import { DEFAULT_ROWS_PER_SHARD, shardFileName } from './constants.ts';
import { ShardError } from './errors.ts';
import {
  createManifest,
  type Manifest,
  type ManifestShard,
  type TraceSource,
  type TraceSubject,
} from './manifest.ts';
import { encodeParquet } from './parquet.ts';
import type { TraceReader } from './reader.ts';
import { RowGrouper, type RowGroup } from './row-groups.ts';
import type { TraceColumn } from './schema.ts';
import { openShard, type RandomAccess } from './shard-reader.ts';

/** A shard being written, invisible under its final name until `commit`. */
export interface ShardSink {
  write(bytes: Uint8Array): Promise<void>;
  /** Everything is written: gives the bytes for reading back. */
  readBack(): Promise<RandomAccess>;
  /** Makes the shard appear under its name. */
  commit(): Promise<void>;
  /** Removes every trace of it. */
  abort(): Promise<void>;
}

export interface ShardStore {
  create(file: string): Promise<ShardSink>;
  /** Called after each shard with the manifest so far, then once with `whole` set. */
  saveManifest(manifest: Manifest, whole: boolean): Promise<void>;
}

export interface ConvertProgress {
  rows: number;
  totalRows: number;
  shards: number;
  /** Bytes of Parquet written. */
  bytesOut: number;
}

export interface ConvertOptions {
  store: ShardStore;
  source: TraceSource;
  rowsPerShard?: number;
  /** When the stream continues an earlier run: the shards that stand, and the range and warm-up of the whole. */
  resume?: { shards: ManifestShard[]; range: [number, number]; warmUp: number };
  onProgress?: (progress: ConvertProgress) => void;
  signal?: AbortSignal;
}

/** Converts all that `reader` has. Throws the reader's errors, ShardError for a shard that reads back wrong, or the signal's reason. */
export async function convertTrace(reader: TraceReader, options: ConvertOptions): Promise<Manifest> {
  const { header } = reader;
  const { store, resume, signal } = options;
  const rowsPerShard = options.rowsPerShard ?? DEFAULT_ROWS_PER_SHARD;
  const subject: TraceSubject = {
    teacher: header.teacher,
    profile: header.profile,
    stride: header.stride,
    range: resume?.range ?? header.range,
    warmUp: resume?.warmUp ?? header.warmUp,
    source: options.source,
  };
  const shards = [...(resume?.shards ?? [])];
  const totalRows = Math.ceil((subject.range[1] - subject.range[0]) / subject.stride);
  const footer = { ...header, range: subject.range, warmUp: subject.warmUp, source: subject.source };
  const progress: ConvertProgress = {
    rows: sum(shards, 'rows'),
    totalRows,
    shards: shards.length,
    bytesOut: sum(shards, 'bytes'),
  };
  const frames = reader.frames();
  const grouper = new RowGrouper(header.columns, frames);
  try {
    for (;;) {
      const first = await grouper.next(rowsPerShard);
      if (!first) break;
      const firstRow = progress.rows;
      let left = rowsPerShard;
      let pending: RowGroup | undefined = first;
      const next = async (): Promise<RowGroup | undefined> => {
        signal?.throwIfAborted();
        const group = pending ?? (left > 0 ? await grouper.next(left) : undefined);
        pending = undefined;
        left -= group?.rows ?? 0;
        progress.rows += group?.rows ?? 0;
        if (group) options.onProgress?.({ ...progress });
        return group;
      };
      const written = await writeShard(
        store,
        shardFileName(shards.length),
        header.columns,
        footer,
        next,
        progress,
      );
      const positionOf = (row: number): number => subject.range[0] + row * subject.stride;
      shards.push({
        ...written,
        firstPosition: positionOf(firstRow),
        lastPosition: positionOf(firstRow + written.rows - 1),
      });
      progress.shards = shards.length;
      await store.saveManifest(createManifest(subject, shards, 0), false);
    }
  } finally {
    await frames.return();
  }
  // An archive of the rest of a range is not the archive of the range.
  const manifest = createManifest(
    subject,
    shards,
    resume?.shards.length ? 0 : (reader.end?.archiveBytes ?? 0),
  );
  await store.saveManifest(manifest, true);
  options.onProgress?.({ ...progress });
  return manifest;
}

type WrittenShard = Omit<ManifestShard, 'firstPosition' | 'lastPosition'>;

async function writeShard(
  store: ShardStore,
  file: string,
  columns: readonly TraceColumn[],
  footer: unknown,
  next: () => Promise<RowGroup | undefined>,
  progress: ConvertProgress,
): Promise<WrittenShard> {
  const digest = await createSHA256();
  const sink = await store.create(file);
  const firstRow = progress.rows;
  let bytes = 0;
  try {
    for await (const chunk of encodeParquet(columns, footer, next)) {
      digest.update(chunk);
      bytes += chunk.length;
      progress.bytesOut += chunk.length;
      await sink.write(chunk);
    }
    const rows = progress.rows - firstRow;
    await checkFooter(file, await sink.readBack(), bytes, rows);
    await sink.commit();
    return { file, rows, bytes, sha256: digest.digest('hex') };
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

async function checkFooter(file: string, written: RandomAccess, bytes: number, rows: number): Promise<void> {
  if (written.size !== bytes) {
    throw new ShardError({ file, reason: `${written.size} of ${bytes} bytes arrived; is the disk full?` });
  }
  const shard = await openShard(file, written);
  const found = shard.rows;
  shard.close();
  if (found !== rows) throw new ShardError({ file, reason: `${found} rows read back, ${rows} were written` });
}

function sum(shards: readonly ManifestShard[], fact: 'rows' | 'bytes'): number {
  return shards.reduce((total, shard) => total + shard[fact], 0);
}
