/**
 * Views of tensors for the plan: slices, transpositions, broadcasts and, where elements lie in order, reshapes cost no
 * operation, only other offsets and strides. Shapes are those without the lane axis.
 */
import { sizeOf } from './interval.ts';
import type { Operand, Storage } from './plan.ts';

export function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

export function isContiguous({ shape, strides }: Operand): boolean {
  const expected = rowMajor(shape);
  return shape.every((dim, axis) => dim === 1 || strides[axis] === expected[axis]);
}

/** The same elements in another shape; only of contiguous views. */
export function reshaped(view: Operand, shape: readonly number[]): Operand {
  return { ...view, shape, strides: rowMajor(shape) };
}

/** Repeats the view along axes of size 1, and new ones in front, to get the given shape. */
export function broadcastTo(view: Operand, shape: readonly number[]): Operand {
  const missing = shape.length - view.shape.length;
  const strides = shape.map((dim, axis) => {
    const own = view.shape[axis - missing] ?? 1;
    return own === 1 && dim !== 1 ? 0 : own === 1 ? 0 : (view.strides[axis - missing] ?? 0);
  });
  return { ...view, shape, strides };
}

/** The part from `start` (an index on the axis) with `count` elements. */
export function sliced(view: Operand, axis: number, start: number, count: number): Operand {
  const shape = view.shape.map((dim, i) => (i === axis ? count : dim));
  return { ...view, shape, offset: view.offset + start * (view.strides[axis] ?? 0) };
}

/** Axes in another order. */
export function transposed(view: Operand, order: readonly number[]): Operand {
  return {
    ...view,
    shape: order.map((axis) => view.shape[axis] ?? 1),
    strides: order.map((axis) => view.strides[axis] ?? 0),
  };
}

/** True where both views name the same elements in the same order. */
export function sameView(a: Operand, b: Operand): boolean {
  return (
    a.constant === b.constant &&
    a.index === b.index &&
    a.offset === b.offset &&
    a.shape.length === b.shape.length &&
    a.shape.every((dim, i) => dim === b.shape[i] && (dim === 1 || a.strides[i] === b.strides[i]))
  );
}

/** Smallest type that holds min … max. */
export function storageFor(min: number, max: number): Storage {
  if (min >= -128 && max <= 127) return 'int8';
  return min >= -32768 && max <= 32767 ? 'int16' : 'int32';
}
