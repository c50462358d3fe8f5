/**
 * The constants of docs/TRACE.md, each with its section: the one home of the trace format's numbers. The C++ and Python sides are
 * held to them by tests over real streams and shards.
 */

/** §1: the first eight bytes of a trace stream, `\x89UTR\r\n\x1a\n`: shows at once a transfer that damages 8-bit bytes or line ends. */
export const TRACE_MAGIC: readonly number[] = [0x89, 0x55, 0x54, 0x52, 0x0d, 0x0a, 0x1a, 0x0a];
/** §1: version of the framing. */
export const TRACE_VERSION = 1;
/** §2: version of header, columns and manifest. */
export const SCHEMA_VERSION = 1;
/** §1: tags of the two kinds of frame. */
export const ROWS_TAG = 'ROWS';
export const END_TAG = 'END.';
/** §1: bounds a reader may rely on, so that a damaged length cannot make it take all memory. */
export const MAX_HEADER_BYTES = 1 << 20;
export const MAX_FRAME_ROWS = 65_536;
export const MAX_PAYLOAD_BYTES = 64 << 20;

/** §3: how far the sum of `final_prob` may be from 1. */
export const SUM_TOLERANCE = 1e-4;

/** §4: names inside a folder of shards. */
export const MANIFEST_FILE = 'manifest.json';
export const PARTIAL_MANIFEST_FILE = 'manifest.partial.json';
export const FOOTER_KEY = 'understudy';
/** §4: rows of a shard unless asked otherwise. */
export const DEFAULT_ROWS_PER_SHARD = 10_000_000;
/** §4: a row group holds the largest power of two of rows whose raw columns stay within this. */
export const ROW_GROUP_BYTES = 18 << 20;

/** §4: `shard_0000.parquet`, `shard_0001.parquet`, … */
export function shardFileName(index: number): string {
  return `shard_${String(index).padStart(4, '0')}.parquet`;
}
