/** `trainer convert`: a trace stream that some compressor wrote, from a file or standard input, to shards. */
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { stat } from 'node:fs/promises';
import { TraceReader, convertTrace, type Manifest, type TraceSource } from '@understudy/trace';
import { FolderStore, fileDigest, readManifest } from '@understudy/trace/node';
import { DataError } from '../errors.ts';
import { formatBytes, formatCount, formatDuration } from '../numbers.ts';
import { ProgressLine } from '../report/progress.ts';
import { removeShards } from './standing-shards.ts';

export interface ConvertCommandOptions {
  out: string;
  /** The file that was traced; its digest goes into the manifest. */
  source?: string;
  rowsPerShard?: number;
  force?: boolean;
}

/** Throws TraceError for a bad stream; no shard of it is left half-written. */
export async function convertFile(
  input: string,
  options: ConvertCommandOptions,
  signal: AbortSignal,
): Promise<Manifest> {
  if (options.force) await removeShards(options.out);
  else if ((await readManifest(options.out)) ?? (await readManifest(options.out, true))) {
    throw new DataError(
      `${options.out}: holds shards already; choose another --out, or --force to replace them`,
    );
  }
  if (input !== '-') await stat(input);
  const stream: AsyncIterable<Uint8Array> =
    input === '-' ? process.stdin : createReadStream(input, { highWaterMark: 1 << 20 });
  const reader = await TraceReader.open(stream);
  const source = await describeSource(reader, options.source);
  const line = new ProgressLine(`convert ${input === '-' ? 'standard input' : basename(input)}`);
  try {
    const store = new FolderStore(options.out);
    const manifest = await convertTrace(reader, {
      store,
      source,
      rowsPerShard: options.rowsPerShard,
      onProgress: (progress) => line.update(progress),
      signal,
    });
    const bytes = manifest.shards.reduce((sum, shard) => sum + shard.bytes, 0);
    line.done(
      `${formatCount(manifest.rows)} rows in ${manifest.shards.length} shard(s), ${formatBytes(bytes)}, ${formatDuration(line.seconds())} → ${options.out}`,
    );
    return manifest;
  } catch (error) {
    line.clear();
    throw error;
  }
}

async function describeSource(reader: TraceReader, path: string | undefined): Promise<TraceSource> {
  const { source } = reader.header;
  if (path === undefined) return { ...source, sha256: null };
  const { size } = await stat(path);
  if (size !== source.bytes)
    throw new DataError(`--source ${path}: has ${size} bytes, the trace was made of ${source.bytes}`);
  return { name: basename(path), bytes: size, sha256: await fileDigest(path) };
}
