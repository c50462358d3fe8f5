/**
 * Proves the values of a frame (docs/TRACE.md §3): positions follow range and stride, probabilities lie in [0, 1], `final_prob` sums
 * to 1, no number is NaN or infinite, no coded probability is 0. Training on a bad row would fail late and far away.
 */
import { SUM_TOLERANCE } from './constants.ts';
import { TraceValueError } from './errors.ts';
import type { TraceHeader } from './header.ts';
import type { TraceFrame } from './reader.ts';
import { holdsProbabilities } from './schema.ts';

/** Throws TraceValueError for the first bad value of `frame`. */
export function checkRows(header: TraceHeader, frame: TraceFrame): void {
  header.columns.forEach((column, index) => {
    const values = frame.columns[index];
    const fail = (at: number, reason: string): never => {
      throw new TraceValueError({ column: column.name, row: frame.firstRow + at, reason });
    };
    if (column.name === 'position' && values instanceof BigUint64Array)
      checkPositions(header, frame, values, fail);
    if (column.name === 'final_path' && values instanceof Uint8Array) checkPath(values, column.length, fail);
    if (!(values instanceof Float32Array)) return;
    if (holdsProbabilities(column)) checkProbabilities(values, column.length, fail);
    else checkFinite(values, column.length, fail);
    if (column.name === 'final_prob') checkSums(values, column.length, fail);
  });
}

type Fail = (row: number, reason: string) => never;

function checkPositions(header: TraceHeader, frame: TraceFrame, positions: BigUint64Array, fail: Fail): void {
  for (let row = 0; row < positions.length; row++) {
    const expected = header.range[0] + (frame.firstRow + row) * header.stride;
    if (Number(positions[row]) !== expected) fail(row, `${String(positions[row])} where ${expected} is next`);
  }
}

function checkProbabilities(values: Float32Array, length: number, fail: Fail): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    // Written so that NaN fails too.
    if (!(value >= 0 && value <= 1)) fail(Math.floor(i / length), `${value} is no probability`);
  }
}

function checkFinite(values: Float32Array, length: number, fail: Fail): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) fail(Math.floor(i / length), `${String(values[i])} is no finite number`);
  }
}

function checkSums(values: Float32Array, length: number, fail: Fail): void {
  for (let row = 0; row * length < values.length; row++) {
    let sum = 0;
    for (let i = row * length; i < (row + 1) * length; i++) sum += values[i] ?? NaN;
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE))
      fail(row, `the distribution sums to ${sum.toFixed(6)}, not to 1`);
  }
}

function checkPath(bytes: Uint8Array, length: number, fail: Fail): void {
  for (let i = 0; i < bytes.length; i += 2) {
    if (bytes[i] === 0 && bytes[i + 1] === 0) fail(Math.floor(i / length), 'a coded probability of 0');
  }
}
