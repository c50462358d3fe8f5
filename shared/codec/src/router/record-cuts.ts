/**
 * Cuts a binary stretch where its rows change their length: each part gets the length that helps it, as long as what a better
 * length wins is more than what starting the model again costs.
 */
import { bit } from './fixed-log.ts';
import { detectRecordLength, recordScores } from './records.ts';
import type { Segment } from './types.ts';

/** Each piece is asked for its own length. */
const pieceBytes = 1 << 19;
/** Cuts lie on multiples of this. */
const windowBytes = 65536;
/** A model finds part of what a record length tells it by itself: so much of the score counts. */
const countedShare = 4;

/** Segments of kind `binary` or `record` that cover `start` … `end`. */
export function cutByRecords(bytes: Uint8Array, start: number, end: number, restartBytes: number): Segment[] {
  const choices = choicesOf(bytes, start, end);
  if (choices.length === 1) return [segmentOf(start, end, choices[0] as number)];
  const windows = windowsOf(start, end);
  const labels = cheapestLabels(
    windows.map(([from, to]) => gains(bytes.subarray(from, to), choices)),
    choices.length,
    restartBytes,
  );
  const segments: Segment[] = [];
  let from = start;
  labels.forEach((label, i) => {
    if (label === labels[i + 1]) return;
    const to = (windows[i] as [number, number])[1];
    segments.push(segmentOf(from, to, choices[label] as number));
    from = to;
  });
  return segments;
}

/** The record lengths that occur, ascending; 0 for none. */
function choicesOf(bytes: Uint8Array, start: number, end: number): number[] {
  const ask = (from: number, to: number): number => detectRecordLength(bytes.subarray(from, to))?.length ?? 0;
  const pieces: number[] = [];
  for (let at = start; at < end; at += pieceBytes) pieces.push(ask(at, Math.min(at + pieceBytes, end)));
  const found = new Set(pieces);
  pieces.forEach((length, i) => {
    if (pieces.length === 1 || pieces[i - 1] === length || pieces[i + 1] === length) return;
    // A piece unlike its neighbours may be a mixture; a common multiple suits both parts, and is left out then.
    const from = start + i * pieceBytes;
    const to = Math.min(from + pieceBytes, end);
    for (let at = from; at < to; at += pieceBytes / 2) found.add(ask(at, Math.min(at + pieceBytes / 2, to)));
  });
  const isMixture = (length: number): boolean => {
    const divisors = [...found].filter((other) => other > 0 && other < length && length % other === 0);
    return divisors.some((one) => divisors.some((other) => one < other && other % one !== 0));
  };
  return [...found].filter((length) => !isMixture(length)).sort((a, b) => a - b);
}

function segmentOf(start: number, end: number, length: number): Segment {
  return length === 0 ? { start, end, kind: 'binary' } : { start, end, kind: 'record', recordLength: length };
}

/** The last window takes the rest, so that none is short. */
function windowsOf(start: number, end: number): [number, number][] {
  const windows: [number, number][] = [];
  for (let at = start; at < end;) {
    const to = end - at < 2 * windowBytes ? end : at + windowBytes;
    windows.push([at, to]);
    at = to;
  }
  return windows;
}

/** Bytes that each choice saves in a window; 0 for "no rows". */
function gains(bytes: Uint8Array, choices: readonly number[]): number[] {
  const lengths = choices.filter((length) => length > 0);
  // Distance 1 needs no rows: only what goes beyond it counts.
  const [near = 0, ...scores] = recordScores(bytes, [1, ...lengths]);
  const saved = scores.map((score, i) => {
    // A multiple of another choice says the same or less, unless clearly more.
    const divisors = lengths.filter((length, k) => k < i && (lengths[i] as number) % length === 0);
    const least = Math.max(0, ...divisors.map((length) => scores[lengths.indexOf(length)] as number));
    const counted = score * 10 > least * 11 ? score : Math.min(score, Math.floor((least * 9) / 10));
    return Math.floor((Math.max(counted - near, 0) * bytes.length) / (8 * bit * countedShare));
  });
  return choices[0] === 0 ? [0, ...saved] : saved;
}

/** The choice for each window such that the gains, less a restart for every change, are greatest. */
function cheapestLabels(windows: readonly number[][], choices: number, restart: number): number[] {
  let totals = new Array<number>(choices).fill(0);
  const cameFrom: number[][] = [];
  for (const gain of windows) {
    const best = totals.indexOf(Math.max(...totals));
    const from = totals.map((total, label) =>
      cameFrom.length > 0 && (totals[best] as number) - restart > total ? best : label,
    );
    totals = from.map(
      (before, label) =>
        (totals[before] as number) - (before === label ? 0 : restart) + (gain[label] as number),
    );
    cameFrom.push(from);
  }
  const labels = new Array<number>(windows.length);
  let label = totals.indexOf(Math.max(...totals));
  for (let i = windows.length - 1; i >= 0; i--) {
    labels[i] = label;
    label = (cameFrom[i] as number[])[label] as number;
  }
  return labels;
}
