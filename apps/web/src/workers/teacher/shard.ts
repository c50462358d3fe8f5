/** Writes what was traced as one Parquet shard with its manifest (docs/TRACE.md §4), through the package's own straight path. */
import { convertTrace, MemoryStore, TraceReader, TraceWriter } from '@understudy/trace';
import type { ShardFiles } from './api.ts';
import { previewOf } from './preview.ts';
import type { Traced } from './session.ts';

/** The range of the shard is what was really traced, so a stopped trace is a whole one of fewer bytes. */
export async function writeShard(
  traced: Traced,
  onProgress: (rows: number, totalRows: number) => void,
): Promise<ShardFiles> {
  const { rows, source, frames } = traced;
  const begin = (await TraceWriter.create({ ...traced.header, range: [0, rows] })).begin();
  const end = traced.writer.finish(traced.archiveBytes);
  const stream = new Blob([begin as BlobPart, ...frames, end as BlobPart]).stream();
  const store = new MemoryStore();
  await convertTrace(await TraceReader.open(stream), {
    store,
    source: { name: traced.header.source.name, bytes: source.length, sha256: await sha256(source) },
    onProgress: (progress) => onProgress(progress.rows, progress.totalRows),
  });
  const files = [...store.files].map(([name, blob]) => ({ name, blob }));
  const shard = files.find(({ name }) => name.endsWith('.parquet'));
  if (!shard) throw new Error('no shard was written');
  return { files, rows, preview: await previewOf(shard.name, shard.blob) };
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
