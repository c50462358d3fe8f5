/**
 * The end of a range coder's stream (docs/FORMAT.md §7) for encoders that left their last state behind: 48-bit numbers are exact in
 * JavaScript's.
 */

export interface EncoderEnd {
  /** Below 2^48. */
  readonly low: number;
  /** 2^40 … 2^48. */
  readonly range: number;
}

const top = 2 ** 48;

/** The first point from `low` on that so many bytes name. */
function pointOf(low: number, bytes: number): number {
  const unit = top / 256 ** bytes;
  return Math.ceil(low / unit) * unit;
}

/** Bytes that the end needs, before zeros are dropped: at most six, as range >= 1. */
export function lastBytes({ low, range }: EncoderEnd): number {
  let count = 0;
  while (pointOf(low, count) - low >= range) count++;
  return count;
}

/**
 * The whole stream: fewest bytes that name a point of the last interval, zero bytes at the end dropped.
 * @param bytes room for the stream: those written before the end, and at least six more
 */
export function endStream(bytes: Uint8Array, written: number, { low, range }: EncoderEnd): Uint8Array {
  let count = lastBytes({ low, range });
  let point = pointOf(low, count);
  if (point >= top) {
    point -= top;
    let place = written - 1;
    while (bytes[place] === 255) bytes[place--] = 0;
    bytes[place] = (bytes[place] ?? 0) + 1;
  }
  let end = written;
  for (let unit = top / 256; count > 0; count--, unit /= 256) bytes[end++] = Math.floor(point / unit) % 256;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}
