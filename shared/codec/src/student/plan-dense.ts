/**
 * A dot product with constant weights while the plan is built: the graph's MatMul, Add, Mul, Floor and Clip after it are taken in one
 * by one, as long as they fit into one dense op.
 */
import type { Interval } from './interval.ts';
import { unclipped, type DenseOp } from './plan.ts';

export type DenseStage = 'sum' | 'scaled' | 'floored';

export interface PendingDense {
  readonly op: Omit<DenseOp, 'output'>;
  readonly stage: DenseStage;
}

/** One number a channel from a constant of one element or of one a channel; undefined for other shapes. */
function byChannel(
  values: ArrayLike<number>,
  shape: readonly number[],
  columns: number,
): number[] | undefined {
  if (values.length === 1) return Array.from({ length: columns }, () => values[0] as number);
  return values.length === columns && shape.at(-1) === columns ? Array.from(values) : undefined;
}

/** + constant, before the rescaling. */
export function withBias({ op, stage }: PendingDense, constant: Interval): PendingDense | undefined {
  const bias = byChannel(constant.low, constant.shape, op.columns);
  if (stage !== 'sum' || bias === undefined || constant.exponent.some((e) => e !== 0)) return undefined;
  return { op: { ...op, bias: op.bias.map((value, n) => value + (bias[n] as number)) }, stage };
}

/** · 2^-s, one s for each channel. */
export function withScale({ op, stage }: PendingDense, constant: Interval): PendingDense | undefined {
  const scale = byChannel(constant.low, constant.shape, op.columns);
  const exponent = byChannel(constant.exponent, constant.shape, op.columns);
  if (stage !== 'sum' || scale === undefined || exponent === undefined) return undefined;
  if (scale.some((value, n) => value !== 2 ** -(exponent[n] as number))) return undefined;
  return { op: { ...op, shift: Uint8Array.from(exponent) }, stage: 'scaled' };
}

export function withFloor({ op, stage }: PendingDense): PendingDense | undefined {
  return stage === 'scaled' ? { op, stage: 'floored' } : undefined;
}

/** Limits that are the same for all channels; undefined leaves an end open. */
export function withClip(
  { op, stage }: PendingDense,
  low: Interval | undefined,
  high: Interval | undefined,
): PendingDense | undefined {
  const limit = (end: Interval | undefined, open: number): number | undefined => {
    if (end === undefined) return open;
    const value = end.low[0];
    return end.low.length === 1 && end.exponent[0] === 0 ? value : undefined;
  };
  const from = limit(low, unclipped.low);
  const to = limit(high, unclipped.high);
  if (stage === 'scaled' || from === undefined || to === undefined) return undefined;
  // Without a rescaling nothing may follow the clip but another one.
  const clip = (value: number): number => Math.min(Math.max(value, from), to);
  return { op: { ...op, low: clip(op.low), high: clip(op.high) }, stage: 'floored' };
}
