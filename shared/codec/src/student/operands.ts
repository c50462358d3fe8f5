/**
 * What the interval rules of operators ask of their operands: that they are there, that shapes and axes are constant, and that no
 * axis is the lanes'.
 */
import type { OnnxNode } from './onnx.ts';
import { Unproven, type Interval } from './interval.ts';

export type Operands = readonly (Interval | undefined)[];

/** Bounds of a node's output from those of its inputs; the first one is always there. */
export type Rule = (x: Interval, operands: Operands, node: OnnxNode) => Interval;

export const need = (value: Interval | undefined): Interval => {
  if (value === undefined) throw new Unproven('an input is missing');
  return value;
};

export const integersOf = (value: Interval | undefined): number[] => {
  const list = need(value);
  if (!list.constant) throw new Unproven('a shape or an axis is not constant');
  return Array.from(list.low);
};

/** Position of an axis of a tensor with lanes in its shape without lanes. */
export function innerAxis(axis: number, x: Interval): number {
  const rank = x.shape.length + (x.lanes ? 1 : 0);
  const positive = axis < 0 ? axis + rank : axis;
  if (x.lanes && positive === 0) throw new Unproven('it mixes lanes');
  if (positive < 0 || positive >= rank) throw new Unproven(`axis ${axis} does not exist`);
  return x.lanes ? positive - 1 : positive;
}
