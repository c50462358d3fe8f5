/** @understudy/trace: what a teacher thought, as a stream and as Parquet shards. Runs anywhere; `./node` adds files. */
export * from './constants.ts';
export * from './errors.ts';
export * from './schema.ts';
export * from './header.ts';
export type { ByteStream } from './byte-source.ts';
export { TraceReader, type TraceEnd, type TraceFrame } from './reader.ts';
export { TraceWriter } from './writer.ts';
export { rowsPerGroup } from './row-groups.ts';
export { startParquet } from './parquet.ts';
export * from './manifest.ts';
export {
  convertTrace,
  type ConvertOptions,
  type ConvertProgress,
  type ShardSink,
  type ShardStore,
} from './convert.ts';
export { MemoryStore } from './memory-store.ts';
export { openShard, type RandomAccess, type Shard } from './shard-reader.ts';
export { ReplayCheck } from './replay.ts';
export * from './teacher/index.ts';
