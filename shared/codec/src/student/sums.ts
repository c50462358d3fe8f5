/**
 * Interval rules of the operators that sum or compare many values: MatMul, ReduceSum, ReduceMax. What is bounded is the sum of
 * magnitudes, so that every partial sum in any order is exact.
 */
import type { OnnxNode } from './onnx.ts';
import {
  at,
  broadcastIndex,
  broadcastShape,
  exactLimit,
  magnitude,
  sizeOf,
  Unproven,
  type Interval,
} from './interval.ts';
import { innerAxis, integersOf, type Operands } from './operands.ts';

const int8Max = 127;

/**
 * Dot products of two tensors, batches broadcast. Checks Σ|a|·|b|, which bounds every partial sum in any order; the bounds of
 * the result are tighter.
 */
export function matmul(a: Interval, b: Interval): Interval {
  if (b.lanes && (!a.lanes ? b.shape.length < 2 : b.shape.length !== a.shape.length))
    throw new Unproven('it mixes lanes');
  if (a.constant && b.constant) throw new Unproven('a product of two constants belongs into one constant');
  if (!b.lanes && b.shape.length > Math.max(a.shape.length, 2)) throw new Unproven('it mixes lanes');
  if (b.lanes && a.shape.length < 2) throw new Unproven('it mixes lanes');
  for (const side of [a, b]) {
    // int8 kernels run the same graph, so a wider operand would not be portable even where its sums are exact
    let largest = 0;
    for (let i = 0; i < side.low.length; i++) largest = Math.max(largest, magnitude(side, i));
    if (largest > int8Max || side.exponent.some((e) => e !== 0))
      throw new Unproven(`its operands must be integers of at most ${int8Max}`);
  }
  const vector = a.shape.length === 1;
  const aShape = vector ? [1, ...a.shape] : a.shape;
  const rows = aShape[aShape.length - 2] as number;
  const depth = aShape[aShape.length - 1] as number;
  const columns = b.shape[b.shape.length - 1] as number;
  if (b.shape.length < 2 || b.shape[b.shape.length - 2] !== depth)
    throw new Unproven('the shapes do not fit');
  const batch = broadcastShape(aShape.slice(0, -2), b.shape.slice(0, -2));
  const aBatch = broadcastIndex(aShape.slice(0, -2), batch);
  const bBatch = broadcastIndex(b.shape.slice(0, -2), batch);
  const scale =
    a.exponent.reduce((x, y) => Math.max(x, y), 0) + b.exponent.reduce((x, y) => Math.max(x, y), 0);

  const count = sizeOf(batch) * rows * columns;
  const low = new Float64Array(count);
  const high = new Float64Array(count);
  const sum = new Float64Array(count);
  for (let n = 0, to = 0; n < aBatch.length; n++) {
    for (let row = 0; row < rows; row++, to += columns) {
      for (let k = 0; k < depth; k++) {
        const i = (at(aBatch, n) * rows + row) * depth + k;
        const al = at(a.low, i);
        const ah = at(a.high, i);
        const am = magnitude(a, i);
        const from = (at(bBatch, n) * depth + k) * columns;
        for (let column = 0; column < columns; column++) {
          const bl = at(b.low, from + column);
          const bh = b.constant ? bl : at(b.high, from + column);
          const ll = al * bl;
          const hl = ah * bl;
          const lh = al * bh;
          const hh = ah * bh;
          low[to + column] = at(low, to + column) + Math.min(ll, hl, lh, hh);
          high[to + column] = at(high, to + column) + Math.max(ll, hl, lh, hh);
          sum[to + column] = at(sum, to + column) + am * Math.max(Math.abs(bl), Math.abs(bh));
        }
      }
    }
  }
  const most = sum.reduce((x, y) => Math.max(x, y), 0) * 2 ** scale;
  if (!(most < exactLimit)) throw new Unproven(`Σ|a|·|b| can reach ${most}, not below 2^24`);
  const shape = [...batch, ...(vector ? [] : [rows]), columns];
  return {
    shape,
    lanes: a.lanes || b.lanes,
    low,
    high,
    exponent: new Uint8Array(count).fill(scale),
    constant: false,
  };
}

export function reduce(x: Interval, operands: Operands, node: OnnxNode, add: boolean): Interval {
  const axes = new Set(integersOf(operands[1]).map((axis) => innerAxis(axis, x)));
  const keep = (node.ints.get('keepdims')?.[0] ?? 1) !== 0;
  const kept = x.shape.map((dim, axis) => (axes.has(axis) ? 1 : dim));
  const to = broadcastIndex(kept, x.shape);
  const count = sizeOf(kept);
  const low = new Float64Array(count).fill(add ? 0 : -Infinity);
  const high = new Float64Array(count).fill(add ? 0 : -Infinity);
  const sum = new Float64Array(count);
  const exponent = new Uint8Array(count);
  to.forEach((target, i) => {
    const join = (a: number, b: number): number => (add ? a + b : Math.max(a, b));
    low[target] = join(at(low, target), at(x.low, i));
    high[target] = join(at(high, target), at(x.high, i));
    sum[target] = at(sum, target) + magnitude(x, i);
    exponent[target] = Math.max(at(exponent, target), at(x.exponent, i));
  });
  if (add && sum.some((value, i) => !(value * 2 ** at(exponent, i) < exactLimit))) {
    throw new Unproven('a sum can reach 2^24');
  }
  const shape = keep ? kept : x.shape.filter((_, axis) => !axes.has(axis));
  return { shape, lanes: x.lanes, low, high, exponent, constant: x.constant };
}
