/**
 * Interval rules of the operators that move values: Reshape, Slice, Transpose, Concat. The lane axis stays where it is.
 */
import type { OnnxNode } from './onnx.ts';
import { at, sizeOf, Unproven, type Interval } from './interval.ts';
import { innerAxis, integersOf, need, type Operands } from './operands.ts';

export function reshape(x: Interval, operands: Operands, node: OnnxNode): Interval {
  if ((node.ints.get('allowzero')?.[0] ?? 0) !== 0) throw new Unproven('allowzero must be 0');
  const dims = integersOf(operands[1]);
  const shape = x.lanes ? dims.slice(1) : dims;
  const open = shape.indexOf(-1);
  if (open >= 0 && (!x.lanes || dims[0] === 0)) shape[open] = sizeOf(x.shape) / -sizeOf(shape);
  if (x.lanes && dims[0] !== 0 && dims[0] !== -1) throw new Unproven('Reshape must keep the lane axis');
  if (shape.some((dim) => !Number.isInteger(dim) || dim < 1) || sizeOf(shape) !== sizeOf(x.shape)) {
    throw new Unproven(`Reshape to [${dims.join()}] does not keep each lane's ${sizeOf(x.shape)} values`);
  }
  return { ...x, shape };
}

/** A tensor with the elements of `x` that `index` names, in that order. */
function pick(x: Interval, shape: readonly number[], index: Int32Array): Interval {
  const take = (values: ArrayLike<number>): Float64Array => Float64Array.from(index, (i) => at(values, i));
  return {
    ...x,
    shape,
    low: take(x.low),
    high: take(x.high),
    exponent: Uint8Array.from(index, (i) => at(x.exponent, i)),
  };
}

/** Index of every element of `x`, as a tensor to cut and turn. */
function walk(shape: readonly number[], strides: readonly number[], start: number): Int32Array {
  const index = new Int32Array(sizeOf(shape));
  for (let i = 0; i < index.length; i++) {
    let rest = i;
    let offset = start;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const dim = shape[axis] as number;
      offset += (rest % dim) * (strides[axis] as number);
      rest = Math.floor(rest / dim);
    }
    index[i] = offset;
  }
  return index;
}

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

export function slice(x: Interval, operands: Operands): Interval {
  const starts = integersOf(operands[1]);
  const ends = integersOf(operands[2]);
  const axes = operands[3] === undefined ? undefined : integersOf(operands[3]);
  if (operands[4] !== undefined && integersOf(operands[4]).some((step) => step !== 1))
    throw new Unproven('Slice has steps');
  const shape = [...x.shape];
  const strides = stridesOf(x.shape);
  let offset = 0;
  starts.forEach((start, i) => {
    const axis = innerAxis(axes?.[i] ?? i, x);
    const dim = x.shape[axis] as number;
    const clamp = (place: number): number => Math.min(Math.max(place < 0 ? place + dim : place, 0), dim);
    const first = clamp(start);
    shape[axis] = clamp(ends[i] as number) - first;
    offset += first * (strides[axis] as number);
  });
  if (shape.some((dim) => dim < 1)) throw new Unproven('Slice leaves nothing');
  return pick(x, shape, walk(shape, strides, offset));
}

export function transpose(x: Interval, _: Operands, node: OnnxNode): Interval {
  const rank = x.shape.length + (x.lanes ? 1 : 0);
  const order = node.ints.get('perm') ?? Array.from({ length: rank }, (__, i) => rank - 1 - i);
  if (x.lanes && order[0] !== 0) throw new Unproven('it mixes lanes');
  const inner = x.lanes ? order.slice(1).map((axis) => axis - 1) : order;
  const strides = stridesOf(x.shape);
  const shape = inner.map((axis) => x.shape[axis] ?? 0);
  return pick(
    x,
    shape,
    walk(
      shape,
      inner.map((axis) => strides[axis] ?? 0),
      0,
    ),
  );
}

export function concat(parts: readonly Interval[], axis: number): Interval {
  const first = need(parts[0]);
  if (parts.some((part) => part.lanes !== first.lanes || part.shape.length !== first.shape.length)) {
    throw new Unproven('it mixes lanes');
  }
  const along = innerAxis(axis, first);
  const outer = sizeOf(first.shape.slice(0, along));
  const widths = parts.map((part) => sizeOf(part.shape.slice(along)));
  const total = widths.reduce((a, b) => a + b, 0);
  const low = new Float64Array(outer * total);
  const high = new Float64Array(outer * total);
  const exponent = new Uint8Array(outer * total);
  let to = 0;
  for (let row = 0; row < outer; row++) {
    parts.forEach((part, p) => {
      const width = widths[p] as number;
      for (let i = row * width; i < (row + 1) * width; i++, to++) {
        low[to] = at(part.low, i);
        high[to] = at(part.high, i);
        exponent[to] = at(part.exponent, i);
      }
    });
  }
  const shape = [...first.shape];
  shape[along] = parts.reduce((sum, part) => sum + (part.shape[along] as number), 0);
  return { shape, lanes: first.lanes, low, high, exponent, constant: parts.every((part) => part.constant) };
}
