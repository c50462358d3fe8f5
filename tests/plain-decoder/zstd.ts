/** zstd in plain JavaScript (fzstd), with the one rule that docs/FORMAT.md §5 adds: the frame declares its size, and it is this one. */
import { decompress } from 'fzstd';
import { corrupt } from './bytes.ts';

export function unzstd(frame: Uint8Array, bytes: number): Uint8Array {
  if (contentSize(frame) !== bytes) throw corrupt('a zstd frame of another size');
  let out: Uint8Array;
  try {
    out = decompress(frame);
  } catch (error) {
    throw corrupt(`zstd: ${String(error)}`);
  }
  if (out.length !== bytes) throw corrupt('a zstd frame of another size');
  return out;
}

/** RFC 8878 §3.1.1.1, or -1. */
export function contentSize(frame: Uint8Array): number {
  const descriptor = frame[4] ?? 0;
  const single = (descriptor & 32) !== 0;
  const start = 5 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!;
  const width = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  if (
    frame.length < start + width ||
    width === 0 ||
    Buffer.from(frame.subarray(0, 4)).toString('hex') !== '28b52ffd'
  )
    return -1;
  const value = frame.subarray(start, start + width).reduceRight((sum, byte) => sum * 256 + byte, 0);
  return width === 2 ? value + 256 : value;
}
