/**
 * Where the shared state of a segment in the method `blend` (docs/BLEND.md) lies on the GPU: per segment one part of three buffers, words
 * behind its start. `plain` is written by one invocation at a time, `counts` by many through atomics, `slots` is the table of bit
 * histories, a word a slot: history in 8 bits, zeros and ones of the step in 12 bits each.
 */

/** Rows of the sets of mixers, one after the other. */
export const mixerRows = [256, 512, 1024, 2048] as const;
export const contexts = 12;
export const inputs = 16;
export const finalInputs = 8;

/** Words of a lane's record in `plain`, [word][lane]. */
export const record = {
  recent: 0, // 64-bit numbers are two words, the low one first
  word: 2,
  words0: 4,
  words1: 6,
  line: 8,
  insideWord: 10,
  column: 11,
  classes: 12,
  /** Twice: lane and position of the expected byte, length. */
  match: 13,
  /** Twice: 1 + slot of the table that the lane enters at the step's end. */
  entry: 19,
  /** Twice twelve: line, check << 22, owned << 31. */
  places: 21,
  /** The coder between dispatches. */
  coder: 45,
  /** Bytes of the lane; of its stream. */
  length: 51,
  stream: 52,
  total: 53,
} as const;

/** The final mixer's rows come after those of the sets. */
export const rowsOfSets = mixerRows.reduce((sum, count) => sum + count, 0);
const states = contexts * 256;
const buckets = 64; // of both match models
const pointsOfByte = 8 * 4; // two of each map, in each decision
const frequencyWords = 128;

/** Words of a segment's head in `plain`. */
export const head = { lanes: 0, linesMask: 1, entriesMask: 2, counts: 3, slots: 4, total: 5 } as const;

type Places<K extends string> = Readonly<Record<K | 'total', number>>;

/** First word of each part, and words in all, for workgroups of so many lanes. */
export interface BlendLayout {
  readonly lanes: number;
  readonly plain: Places<
    | 'head'
    | 'weights'
    | 'final'
    | 'p'
    | 'seen'
    | 'stretched'
    | 'confidence'
    | 'confidenceSeen'
    | 'lanes'
    | 'frequencies'
  >;
  /** Without the two match tables, which follow. */
  readonly counts: Places<
    'sums' | 'finalSums' | 'rowHits' | 'hits' | 'confidence' | 'listed' | 'rowList' | 'pointList' | 'points'
  >;
}

function places<K extends string>(sizes: Readonly<Record<K, number>>): Places<K> {
  let total = 0;
  const at: Record<string, number> = {};
  for (const [name, size] of Object.entries<number>(sizes)) {
    at[name] = total;
    total += size;
  }
  return { ...at, total } as Places<K>;
}

export function blendLayout(lanes: number): BlendLayout {
  return {
    lanes,
    plain: places({
      head: head.total,
      weights: rowsOfSets * inputs,
      final: 256 * finalInputs,
      p: states,
      seen: states,
      stretched: states,
      confidence: buckets,
      confidenceSeen: buckets,
      lanes: record.total * lanes,
      frequencies: frequencyWords * lanes,
    }),
    counts: places({
      sums: rowsOfSets * inputs,
      finalSums: 256 * finalInputs,
      rowHits: rowsOfSets + 256,
      hits: states,
      confidence: buckets,
      listed: 2, // rows, points
      rowList: rowsOfSets + 256,
      pointList: pointsOfByte * lanes,
      points: 2 * 65536 * 16 * 2, // value | hits << 16, sum
    }),
  };
}

/** Sizes of a segment's tables; docs/BLEND.md §7. */
export function tableSizes(bytes: number): { lines: number; entries: number } {
  const log2 = Math.min(Math.max(32 - Math.clz32(bytes) + 3, 12), 21);
  return { lines: 2 ** log2, entries: 2 ** Math.min(log2, 20) };
}

/** Words of a line of the slot table. */
export const lineWords = 16;

/** A segment has no more (docs/BLEND.md §7). */
export const mostLanes = 256;

export interface SegmentSize {
  readonly bytes: number;
  readonly lanes: number;
}

/** A power of two, so that few shaders do for all. */
export function lanesOfWorkgroup(batch: readonly SegmentSize[], fewest: number): number {
  const most = batch.reduce((sum, { lanes }) => Math.max(sum, lanes), fewest);
  return 2 ** Math.ceil(Math.log2(most));
}

interface Stack {
  readonly at: readonly number[];
  readonly total: number;
}

/** Where each segment's tables lie in the two buffers that all share. */
export function tablesOf(
  batch: readonly SegmentSize[],
  layout: BlendLayout,
): { slots: Stack; counts: Stack } {
  const stacked = (sizes: readonly number[]): Stack => {
    let total = 0;
    const at = sizes.map((size) => (total += size) - size);
    return { at, total };
  };
  const tables = batch.map(({ bytes }) => tableSizes(bytes));
  return {
    slots: stacked(tables.map(({ lines }) => lineWords * lines)),
    counts: stacked(tables.map(({ entries }) => layout.counts.total + 2 * entries)),
  };
}
