/**
 * Finds rows: tables, samples, pixels, arrays of numbers. A length is good when a byte says much about the byte one row below.
 * Every length is scored on samples; nothing is guessed from the peaks of a cheaper statistic, which noisy samples would hide.
 */
import { codeBits } from './fixed-log.ts';
import type { RecordGuess } from './types.ts';

export const mostRecordLength = 2048;
/** Guesses of less confidence are not made: machine code and text stay below, loud noisy samples reach 80. */
const leastConfidence = 50;
const leastBytes = 1024;

/** Samples are taken in so many contiguous chunks of so many bytes, spread evenly over the data. */
interface Sampling {
  readonly chunks: number;
  readonly chunkBytes: number;
}
/** First every length on few samples, then the best ones again on more. */
const search: Sampling = { chunks: 8, chunkBytes: 256 };
const check: Sampling = { chunks: 16, chunkBytes: 512 };
const mostPeaks = 6;
/** A peak is the highest within so many lengths on either side; the second look may move it by half of that. */
const peakWidth = 8;
/** A sample or pixel has at most so many bytes: a row of them says more than the neighbour on the left. */
const mostUnit = 4;

/**
 * The record length of some bytes, or undefined where there is none, or too little to tell (< 1 KiB, < 4 rows).
 */
export function detectRecordLength(bytes: Uint8Array): RecordGuess | undefined {
  if (bytes.length < leastBytes) return undefined;
  const lengths = Array.from(
    { length: Math.min(mostRecordLength, Math.floor(bytes.length / 4)) },
    (_, i) => i + 1,
  );
  const coarse = halfScores(bytes, lengths, search);
  // Some data show the same dependence at any distance (half of it zeros, half text). Only what stands out counts.
  const background = [...coarse].sort((a, b) => a - b)[coarse.length >> 2] as number;
  const standing = (length: number): number => (coarse[length - 1] as number) - background;
  const best = Math.max(...lengths.map(standing));
  const order0 = order0Score(bytes);
  const confidenceOf = (score: number): number => (order0 === 0 ? 0 : Math.floor((score * 1000) / order0));
  // The second look is more exact, not kinder.
  if (confidenceOf(best) * 4 >= leastConfidence * 3) {
    const kept = keptOf(lengths, best, standing);
    const scores = new Map<number, number>();
    scoreLengths(bytes, kept, check).forEach((score, i) => scores.set(kept[i] as number, score - background));
    const length = choose(scores, standing);
    const confidence = length === undefined ? 0 : confidenceOf(scores.get(length) as number);
    if (length !== undefined && confidence >= leastConfidence) return { length, confidence };
  }
  return columnsOf(bytes, confidenceOf);
}

/**
 * What deserves the second look: single samples, and the surroundings of those peaks that are first (others may be their multiples)
 * or highest.
 */
function keptOf(lengths: readonly number[], best: number, standing: (length: number) => number): number[] {
  const peaks = lengths.filter((length) => {
    const height = standing(length);
    if (height * 10 < best * 6) return false;
    for (
      let near = Math.max(1, length - peakWidth);
      near <= Math.min(length + peakWidth, lengths.length);
      near++
    ) {
      if (standing(near) > height) return false;
    }
    return true;
  });
  const highest = [...peaks].sort((a, b) => standing(b) - standing(a) || a - b).slice(0, mostPeaks);
  const chosen = new Set(lengths.slice(0, mostUnit));
  for (const peak of [...peaks.slice(0, mostPeaks), ...highest]) {
    const last = Math.min(peak + peakWidth / 2, lengths.length);
    for (let near = Math.max(1, peak - peakWidth / 2); near <= last; near++) chosen.add(near);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** Two or four columns of different alphabets, such as UTF-16: distance tells nothing there, position does. */
function columnsOf(bytes: Uint8Array, confidenceOf: (score: number) => number): RecordGuess | undefined {
  const whole = new Int32Array(256);
  const columns = new Int32Array(4 * 256);
  const { starts, chunkBytes } = chunksOf(bytes.length, 0, check);
  for (const start of starts) {
    for (let i = start; i < start + chunkBytes; i++) {
      whole[bytes[i]!]!++;
      columns[((i & 3) << 8) | bytes[i]!]!++;
    }
  }
  const both = columns.slice(0, 512).map((count, i) => count + columns[i + 512]!);
  const bits = (counts: Int32Array): number => {
    let sum = 0;
    for (let column = 0; column < counts.length; column += 256) sum += codeBits(counts, column, 256);
    return sum;
  };
  const saved = (counts: Int32Array): number =>
    Math.floor((codeBits(whole, 0, 256) - bits(counts)) / (starts.length * chunkBytes));
  const [two, four] = [saved(both), saved(columns)];
  const length = two * 10 >= four * 8 ? 2 : 4;
  const confidence = confidenceOf(Math.max(two, four));
  return confidence < leastConfidence ? undefined : { length, confidence };
}

/** How much one row up says about a byte, in 1/1024 bits a byte; for comparing a few lengths on the same bytes. */
export function recordScores(bytes: Uint8Array, lengths: readonly number[]): number[] {
  return scoreLengths(bytes, lengths, search);
}

/**
 * The smallest length that is nearly as good as the best (its multiples are as good). If that is a single sample, a row of
 * samples is better where it predicts about as well, and better than the distances between.
 */
function choose(scores: ReadonlyMap<number, number>, coarse: (length: number) => number): number | undefined {
  const lengths = [...scores.keys()];
  const score = (length: number): number => scores.get(length) as number;
  const best = Math.max(...scores.values());
  if (best <= 0) return undefined;
  const unit = lengths.find((length) => score(length) * 10 >= best * 8) as number;
  if (unit > mostUnit) return peakNear(unit, lengths, score);
  const rows = lengths.filter((length) => length >= 8 * unit && score(length) * 10 >= score(unit) * 8);
  const top = Math.max(...rows.map(score));
  const row = rows.find((length) => score(length) * 20 >= top * 19);
  if (row !== undefined) {
    const peak = peakNear(row, lengths, score);
    let valley = Infinity;
    for (let between = 2 * unit; between < peak; between++)
      valley = Math.min(valley, smooth(coarse, between));
    if (valley * 20 <= coarse(peak) * 17) return peak;
  }
  return unit >= 2 ? unit : undefined;
}

/** The best of the lengths just above the first good one: the shoulder of a peak is not the peak. */
function peakNear(first: number, lengths: readonly number[], score: (length: number) => number): number {
  let peak = first;
  for (const length of lengths) {
    if (length > first && length <= first + 16 && length < 2 * first && score(length) > score(peak))
      peak = length;
  }
  return peak;
}

/** The better of two neighbouring distances, so that a sample's other byte does not look like a valley. */
function smooth(score: (length: number) => number, length: number): number {
  return Math.max(score(length), score(length + 1), score(length + 2), score(length + 3));
}

/** Both measures together, for a few lengths. */
function scoreLengths(bytes: Uint8Array, lengths: readonly number[], sampling: Sampling): number[] {
  const byDifference = differenceScores(bytes, lengths, sampling);
  return halfScores(bytes, lengths, sampling).map((score, i) => score + (byDifference[i] as number));
}

/**
 * For each length: how many bits the high half of a byte says about the high half of the byte one row below. Finds equal columns,
 * narrow alphabets and similar numbers.
 */
function halfScores(bytes: Uint8Array, lengths: readonly number[], sampling: Sampling): number[] {
  const { starts, chunkBytes } = chunksOf(bytes.length, lengths.at(-1) as number, sampling);
  const halves = new Int32Array(16);
  for (const start of starts) for (let i = start; i < start + chunkBytes; i++) halves[bytes[i]! >> 4]!++;
  const halfBits = codeBits(halves, 0, 16);
  const joint = new Int32Array(256);
  return lengths.map((length) => {
    joint.fill(0);
    for (const start of starts) {
      const end = start + chunkBytes;
      for (let i = start; i < end; i++) joint[(bytes[i - length]! & 0xf0) | (bytes[i]! >> 4)]!++;
    }
    let saved = halfBits;
    for (let row = 0; row < 256; row += 16) saved -= codeBits(joint, row, 16);
    return Math.floor(Math.max(saved, 0) / (starts.length * chunkBytes));
  });
}

/** For each length: what coding the difference to the byte one row above saves, if anything. Finds close numbers. */
function differenceScores(bytes: Uint8Array, lengths: readonly number[], sampling: Sampling): number[] {
  const { starts, chunkBytes } = chunksOf(bytes.length, lengths.at(-1) as number, sampling);
  const counts = new Int32Array(256);
  for (const start of starts) for (let i = start; i < start + chunkBytes; i++) counts[bytes[i]!]!++;
  const byteBits = codeBits(counts, 0, 256);
  const differences = new Int32Array(256);
  return lengths.map((length) => {
    differences.fill(0);
    for (const start of starts) {
      const end = start + chunkBytes;
      for (let i = start; i < end; i++) differences[(bytes[i]! - bytes[i - length]!) & 0xff]!++;
    }
    const saved = byteBits - codeBits(differences, 0, 256);
    return Math.floor(Math.max(saved, 0) / (starts.length * chunkBytes));
  });
}

/** Chunks after the first `most` bytes, which have no row above. */
function chunksOf(size: number, most: number, sampling: Sampling): { starts: number[]; chunkBytes: number } {
  const room = size - most;
  const chunkBytes = Math.min(sampling.chunkBytes, room);
  const count = Math.min(sampling.chunks, Math.floor(room / chunkBytes));
  const step = (k: number): number => (count === 1 ? 0 : Math.floor(((room - chunkBytes) * k) / (count - 1)));
  return { starts: Array.from({ length: count }, (_, k) => most + step(k)), chunkBytes };
}

function order0Score(bytes: Uint8Array): number {
  const counts = new Int32Array(256);
  for (const byte of bytes) counts[byte]!++;
  return Math.floor(codeBits(counts, 0, 256) / bytes.length);
}
