/**
 * The operators that docs/MODEL.md §4 allows, and no other, with their interval rules. None may touch the lane axis: a lane's
 * result never depends on another lane.
 */
import { elementType, type OnnxNode } from './onnx.ts';
import { at, binary, requireIntegers, sizeOf, unary, Unproven, type Interval } from './interval.ts';
import { concat, reshape, slice, transpose } from './moves.ts';
import { need, type Operands, type Rule } from './operands.ts';
import { matmul, reduce } from './sums.ts';

/** Every operator of docs/MODEL.md §4 and no other. */
export const operatorRules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['Cast', cast],
  ['Gather', gather],
  ['Reshape', reshape],
  ['Concat', (_, operands, node) => concat(operands.map(need), axisOf(node))],
  ['Slice', slice],
  ['Transpose', transpose],
  ['MatMul', (a, operands) => matmul(a, need(operands[1]))],
  ['Add', (a, operands) => binary('Add', a, need(operands[1]))],
  ['Sub', (a, operands) => binary('Sub', a, need(operands[1]))],
  ['Mul', (a, operands) => binary('Mul', a, need(operands[1]))],
  ['Floor', (x) => unary('Floor', x)],
  ['Clip', clip],
  ['Min', (_, operands) => operands.map(need).reduce((a, b) => binary('Min', a, b))],
  ['Max', (_, operands) => operands.map(need).reduce((a, b) => binary('Max', a, b))],
  ['Relu', (x) => unary('Relu', x)],
  ['Abs', (x) => unary('Abs', x)],
  ['ReduceSum', (x, operands, node) => reduce(x, operands, node, true)],
  ['ReduceMax', (x, operands, node) => reduce(x, operands, node, false)],
]);

function axisOf(node: OnnxNode): number {
  return node.ints.get('axis')?.[0] ?? 0;
}

function cast(x: Interval, _: Operands, node: OnnxNode): Interval {
  const to = elementType(node.ints.get('to')?.[0]);
  if (to !== 'float32' && to !== 'int32') throw new Unproven('Cast goes to float32 or int32 only');
  if (to === 'int32') requireIntegers(x, 'the input of a Cast to int32');
  return x;
}

function clip(x: Interval, operands: Operands): Interval {
  const low = operands[1] === undefined ? x : binary('Max', x, operands[1]);
  return operands[2] === undefined ? low : binary('Min', low, operands[2]);
}

/** Rows of a constant table; the bounds of a looked-up element are those of its column over the rows that the index can name. */
function gather(table: Interval, operands: Operands, node: OnnxNode): Interval {
  const index = need(operands[1]);
  if (!table.constant || axisOf(node) !== 0)
    throw new Unproven('Gather must look up a constant table by its first axis');
  requireIntegers(index, 'an index');
  const rows = table.shape[0] as number;
  const width = sizeOf(table.shape.slice(1));
  const count = sizeOf(index.shape);
  const low = new Float64Array(count * width);
  const high = new Float64Array(count * width);
  const exponent = new Uint8Array(count * width);
  const columns = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const first = at(index.low, i);
    const last = at(index.high, i);
    if (first < 0 || last >= rows)
      throw new Unproven(`an index can be ${first} … ${last}, outside of the ${rows} rows`);
    const done = columns.get(`${first} ${last}`);
    if (done !== undefined) {
      for (const list of [low, high, exponent]) list.copyWithin(i * width, done * width, (done + 1) * width);
      continue;
    }
    columns.set(`${first} ${last}`, i);
    if (table.low instanceof Int8Array) {
      columnBounds(table.low.subarray(first * width, (last + 1) * width), width, low, high, i * width);
      continue; // int8 values are integers: the exponents stay 0
    }
    low.fill(Infinity, i * width, (i + 1) * width);
    high.fill(-Infinity, i * width, (i + 1) * width);
    for (let from = first * width, row = first; row <= last; row++) {
      for (let to = i * width; to < (i + 1) * width; to++, from++) {
        const value = at(table.low, from);
        if (value < at(low, to)) low[to] = value;
        if (value > at(high, to)) high[to] = value;
        if (at(table.exponent, from) > at(exponent, to)) exponent[to] = at(table.exponent, from);
      }
    }
  }
  const shape = [...index.shape, ...table.shape.slice(1)];
  return { shape, lanes: index.lanes, low, high, exponent, constant: index.constant };
}

/** Lowest and highest value of each column; apart, because embedding tables have millions of values. */
function columnBounds(
  rows: Int8Array,
  width: number,
  low: Float64Array,
  high: Float64Array,
  to: number,
): void {
  const least = new Int8Array(width).fill(127);
  const most = new Int8Array(width).fill(-128);
  for (let from = 0; from < rows.length; from += width) {
    for (let column = 0; column < width; column++) {
      const value = rows[from + column] as number;
      if (value < (least[column] as number)) least[column] = value;
      if (value > (most[column] as number)) most[column] = value;
    }
  }
  low.set(least, to);
  high.set(most, to);
}
