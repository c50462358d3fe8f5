/**
 * The first look at a block: cells of 4 KiB, each with its kind and order-0 size. `cut.ts` decides from these where segments
 * begin; a cell says only what its own bytes look like.
 */
import { bit, codeBits } from './fixed-log.ts';

export const cellBytes = 4096;
/** A rest at the end of a block that is shorter than this belongs to the cell before it. */
const leastCellBytes = 1024;
/** A run counts from so many equal bytes on. */
export const leastRun = 32;

export const cellKinds = ['text', 'binary', 'runs', 'random'] as const;
export type CellKind = (typeof cellKinds)[number];

export interface Cell {
  readonly start: number;
  readonly end: number;
  readonly kind: CellKind;
  /** Size under a static order-0 code. */
  readonly order0Bytes: number;
}

/** All cells of a block, in order, without gaps. */
export function cellsOf(bytes: Uint8Array): Cell[] {
  const cells: Cell[] = [];
  const counts = new Int32Array(256);
  for (let start = 0; start < bytes.length;) {
    let end = Math.min(start + cellBytes, bytes.length);
    if (bytes.length - end < leastCellBytes) end = bytes.length;
    cells.push(lookAt(bytes, start, end, counts));
    start = end;
  }
  return cells;
}

/** @param counts scratch of 256 */
function lookAt(bytes: Uint8Array, start: number, end: number, counts: Int32Array): Cell {
  counts.fill(0);
  let run = 1;
  let inRuns = 0;
  let zerosInRuns = 0;
  let before = -1;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    counts[byte] = (counts[byte] as number) + 1;
    if (byte === before) {
      if (++run >= leastRun) {
        const grown = run === leastRun ? leastRun : 1;
        inRuns += grown;
        if (byte === 0) zerosInRuns += grown;
      }
    } else {
      run = 1;
      before = byte;
    }
  }
  const size = end - start;
  const order0Bytes = Math.ceil(codeBits(counts, 0, 256) / (8 * bit));
  const kind = (): CellKind => {
    if (inRuns * 16 >= size * 15) return 'runs';
    if (size >= leastCellBytes && hasEqualCounts(counts, size)) return 'random';
    return isText(bytes, start, end, counts, zerosInRuns) ? 'text' : 'binary';
  };
  return { start, end, kind: kind(), order0Bytes };
}

/** All 256 values occur about equally often: the sum of squares is within 25 % of its least value (chance alone makes 6 %, deflate up to 18 %). */
function hasEqualCounts(counts: Int32Array, size: number): boolean {
  let squares = 0;
  for (let value = 0; value < 256; value++) squares += (counts[value] as number) ** 2;
  return squares * 256 * 4 <= size * size * 5;
}

/**
 * Hardly any control characters; and where there are bytes above 127, they are UTF-8, or there is white space as in the
 * texts of old 8-bit and multi-byte encodings. Zero padding (as between the files of a tar) is left out.
 */
function isText(
  bytes: Uint8Array,
  start: number,
  end: number,
  counts: Int32Array,
  zerosInRuns: number,
): boolean {
  const count = (value: number): number => counts[value] as number;
  const size = end - start - zerosInRuns;
  let controls = count(127) - zerosInRuns;
  for (let value = 0; value < 32; value++) controls += count(value);
  const white = count(9) + count(10) + count(13) + count(32);
  // Tab, line feed, form feed, carriage return and escape are at home in text.
  controls -= count(9) + count(10) + count(12) + count(13) + count(27);
  if (controls * 64 > size) return false;
  let high = 0;
  for (let value = 128; value < 256; value++) high += count(value);
  return high * 64 <= size || white * 50 >= size || isUtf8(bytes, start, end);
}

/** At most one error in 256 bytes; the sequence that a cell's edge cuts is none. */
function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let errors = 0;
  let at = start;
  while (at < end && at < start + 3 && ((bytes[at] as number) & 0xc0) === 0x80) at++;
  while (at < end) {
    const lead = bytes[at++] as number;
    if (lead < 0x80) continue;
    const follow =
      lead >= 0xc2 && lead < 0xe0
        ? 1
        : lead >= 0xe0 && lead < 0xf0
          ? 2
          : lead >= 0xf0 && lead < 0xf5
            ? 3
            : -1;
    if (follow < 0) {
      errors++;
      continue;
    }
    let seen = 0;
    while (seen < follow && at < end && ((bytes[at] as number) & 0xc0) === 0x80) {
      at++;
      seen++;
    }
    if (seen < follow && at < end) errors++;
  }
  return errors * 256 <= end - start;
}
