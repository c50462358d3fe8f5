/**
 * Cuts a block where its statistics change. A cut costs: a model that is started again has forgotten what it learnt. So the
 * cuts are those that waste the fewest bytes in all, found by dynamic programming over the cells: what a cell loses in a
 * segment of another kind against what a new segment costs. A text in which every cell looks like text is never cut.
 */
import { cellKinds, cellsOf, type Cell, type CellKind } from './cells.ts';
import { looksRandom } from './estimate.ts';
import { fixedLog2 } from './fixed-log.ts';
import { cutByRecords } from './record-cuts.ts';
import type { ModelStrength, Segment } from './types.ts';

const [text, binary, runs, random] = [0, 1, 2, 3];

/**
 * Bytes that a model loses when it is started again after a pause, as measured on halves of a megabyte: the student alone has
 * nothing to forget but its window, and knows text before it begins; the binary model begins with nothing.
 */
const textRestartBytes: Readonly<Record<ModelStrength, number>> = {
  student: 300,
  blend: 1500,
  teacher: 6000,
};
const binaryRestartBytes = 5000;
/** A segment of runs or random data: its header. */
const plainEntryBytes = 32;

interface Stretch {
  start: number;
  end: number;
  kind: CellKind;
}

/**
 * Segments of a block: in order, without gaps, none empty; none at all for no bytes.
 * @param model the stronger the model, the more a restart costs, the rarer the cuts
 */
export function cutSegments(bytes: Uint8Array, model: ModelStrength = 'blend'): Segment[] {
  const cells = cellsOf(bytes);
  const stretches = joined(cheapestKinds(cells, textRestartBytes[model]), cells);
  for (let i = 1; i < stretches.length; i++) {
    moveBoundary(bytes, stretches[i - 1] as Stretch, stretches[i] as Stretch);
  }
  const segments: Segment[] = [];
  for (const { start, end, kind } of mergeEqual(stretches.map((stretch) => verified(bytes, stretch)))) {
    if (kind === 'binary') segments.push(...cutByRecords(bytes, start, end, binaryRestartBytes));
    else segments.push({ start, end, kind });
  }
  return segments;
}

/** Bytes wasted when a cell lies in a segment of this kind. A model also takes time for what needs none: 1 % of the bytes. */
function waste(cell: Cell, segment: number): number {
  const size = cell.end - cell.start;
  const inModel = segment === text || segment === binary;
  switch (cell.kind) {
    case 'text':
      return segment === text ? 0 : inModel ? cell.order0Bytes >> 4 : cell.order0Bytes >> 1;
    case 'binary':
      return segment === binary ? 0 : inModel ? cell.order0Bytes >> 3 : cell.order0Bytes >> 1;
    case 'runs':
      return segment === runs ? 0 : Math.floor(size / 100);
    case 'random':
      return segment === random ? 0 : Math.floor(size / 50);
  }
}

/**
 * The kind of each cell's segment such that waste and restarts together are least. A state is a kind and which of the two models
 * (bit 0 text, bit 1 binary) have run before in the block.
 */
function cheapestKinds(cells: readonly Cell[], textRestart: number): number[] {
  const states = 16;
  const entry = (kind: number, seen: number): number => {
    if (kind === runs || kind === random || seen === 0) return plainEntryBytes;
    const restart = kind === text ? textRestart : binaryRestartBytes;
    // The first start of a second model loses less than a return: what the other one knows helps it little.
    return (seen & (1 << kind)) !== 0 ? restart : Math.floor((restart * 3) / 5);
  };
  const seenAfter = (kind: number, seen: number): number =>
    kind === text || kind === binary ? seen | (1 << kind) : seen;
  let costs = new Float64Array(states).fill(Infinity);
  const cameFrom: Uint8Array[] = [];
  for (const cell of cells) {
    const next = new Float64Array(states).fill(Infinity);
    const from = new Uint8Array(states);
    for (let kind = 0; kind < 4; kind++) {
      const wasted = waste(cell, kind);
      const reach = (state: number, cost: number, before: number): void => {
        if (cost >= (next[state] as number)) return;
        next[state] = cost;
        from[state] = before;
      };
      if (cameFrom.length === 0) {
        reach(kind * 4 + seenAfter(kind, 0), wasted, 0);
        continue;
      }
      for (let before = 0; before < states; before++) {
        const cost = costs[before] as number;
        if (cost === Infinity) continue;
        const seen = before & 3;
        if (before >> 2 === kind) reach(before, cost + wasted, before);
        else reach(kind * 4 + seenAfter(kind, seen), cost + wasted + entry(kind, seen), before);
      }
    }
    costs = next;
    cameFrom.push(from);
  }
  let state = 0;
  for (let other = 1; other < states; other++) {
    if ((costs[other] as number) < (costs[state] as number)) state = other;
  }
  const kinds = new Array<number>(cells.length);
  for (let i = cells.length - 1; i >= 0; i--) {
    kinds[i] = state >> 2;
    state = (cameFrom[i] as Uint8Array)[state] as number;
  }
  return kinds;
}

function joined(kinds: readonly number[], cells: readonly Cell[]): Stretch[] {
  return mergeEqual(
    cells.map(({ start, end }, i) => ({ start, end, kind: cellKinds[kinds[i] as number] as CellKind })),
  );
}

function mergeEqual(stretches: readonly Stretch[]): Stretch[] {
  const merged: Stretch[] = [];
  for (const stretch of stretches) {
    const last = merged.at(-1);
    if (last?.kind === stretch.kind) last.end = stretch.end;
    else merged.push({ ...stretch });
  }
  return merged;
}

/**
 * Equal counts in each cell are not enough to give up on a stretch: pairs and repeats must show nothing either. Where they do
 * show nothing, cells that were a little uneven are random too.
 */
function verified(bytes: Uint8Array, { start, end, kind }: Stretch): Stretch {
  if (kind !== 'random' && kind !== 'binary') return { start, end, kind };
  return { start, end, kind: looksRandom(bytes.subarray(start, end)) ? 'random' : 'binary' };
}

const neighbourBytes = 32768;
const searchBytes = 4096;

/**
 * Moves the boundary of two stretches, up to a cell either way, to where order-0 codes made from both sides need the fewest
 * bits. Neither becomes empty.
 */
function moveBoundary(bytes: Uint8Array, left: Stretch, right: Stretch): void {
  const boundary = left.end;
  const from = Math.max(left.start + 1, boundary - searchBytes);
  const to = Math.min(right.end - 1, boundary + searchBytes);
  // The uncertain part belongs to neither code, unless nothing else is there.
  const leftCosts = byteCosts(bytes, Math.max(left.start, from - neighbourBytes), from);
  const rightCosts = byteCosts(bytes, to, Math.min(right.end, to + neighbourBytes));
  let sum = 0;
  let least = 0;
  let best = from;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    sum += (leftCosts[byte] as number) - (rightCosts[byte] as number);
    if (sum < least) {
      least = sum;
      best = i + 1;
    }
  }
  left.end = best;
  right.start = best;
}

/** What each byte value costs in an order-0 code, in 1/1024 bits; values that did not occur count as 1/16 of one that did once. */
function byteCosts(bytes: Uint8Array, start: number, end: number): Int32Array {
  const weights = new Int32Array(256).fill(1);
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    weights[byte] = (weights[byte] as number) + 16;
  }
  const total = fixedLog2((end - start) * 16 + 256);
  return weights.map((weight) => total - fixedLog2(weight));
}
