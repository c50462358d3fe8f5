/**
 * Interval arithmetic for the proof of docs/MODEL.md §4: bounds of every element of a tensor that hold for all lanes, and how
 * fine its values are. A value is exact in float32 if it is a multiple of 2^-e and below 2^(24-e) in magnitude.
 */

/**
 * Bounds of a tensor. `lanes`: its first axis is the lanes, left out of `shape` because all lanes have the same bounds.
 * `exponent[i]` = e: element i is a multiple of 2^-e. For constants `low` and `high` are the same array.
 */
export interface Interval {
  readonly shape: readonly number[];
  readonly lanes: boolean;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly exponent: Uint8Array;
  readonly constant: boolean;
}

/** The proof fails; the graph walk adds the node's name. */
export class Unproven extends Error {}

export const exactLimit = 2 ** 24;
const finestExponent = 24;

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** At: an element that the caller knows to exist. */
export function at(values: ArrayLike<number>, index: number): number {
  return values[index] as number;
}

export function constant(shape: readonly number[], data: ArrayLike<number>, integers: boolean): Interval {
  const exponent = new Uint8Array(data.length);
  if (!integers) for (let i = 0; i < data.length; i++) exponent[i] = fineness(at(data, i));
  return { shape, lanes: false, low: data, high: data, exponent, constant: true };
}

/** The same bounds for every element of a [lanes, …shape] tensor of integers. */
export function input(shape: readonly number[], low: ArrayLike<number>, high: ArrayLike<number>): Interval {
  return { shape, lanes: true, low, high, exponent: new Uint8Array(sizeOf(shape)), constant: false };
}

function fineness(value: number): number {
  if (!Number.isFinite(value)) throw new Unproven('a constant is not a number');
  let exponent = 0;
  for (let scaled = value; !Number.isInteger(scaled); scaled *= 2) exponent++;
  if (exponent > finestExponent) throw new Unproven(`the constant ${value} is too fine`);
  return exponent;
}

/** Largest magnitude that element `i` can have. */
export function magnitude(x: Interval, i: number): number {
  return Math.max(Math.abs(at(x.low, i)), Math.abs(at(x.high, i)));
}

/** Refuses a computed tensor of which some element may not be exact in float32. */
export function requireExact(x: Interval): void {
  if (x.constant) return;
  for (let i = 0; i < x.exponent.length; i++) {
    const scaled = magnitude(x, i) * 2 ** at(x.exponent, i);
    if (!(scaled < exactLimit)) throw new Unproven(`a value can reach ${scaled} units, not below 2^24`);
  }
}

export function requireIntegers(x: Interval, what: string): void {
  if (x.exponent.some((e) => e !== 0)) throw new Unproven(`${what} may not be an integer`);
}

/** Bounds and fineness of one element of a result. */
type ElementRule = (
  aLow: number,
  aHigh: number,
  aExponent: number,
  bLow: number,
  bHigh: number,
  bExponent: number,
) => readonly [low: number, high: number, exponent: number];

const binaryRules: Readonly<Record<string, ElementRule>> = {
  Add: (al, ah, ae, bl, bh, be) => [al + bl, ah + bh, Math.max(ae, be)],
  Sub: (al, ah, ae, bl, bh, be) => [al - bh, ah - bl, Math.max(ae, be)],
  Mul: (al, ah, ae, bl, bh, be) => {
    const ends = [al * bl, al * bh, ah * bl, ah * bh];
    return [Math.min(...ends), Math.max(...ends), ae + be];
  },
  Min: (al, ah, ae, bl, bh, be) => [Math.min(al, bl), Math.min(ah, bh), Math.max(ae, be)],
  Max: (al, ah, ae, bl, bh, be) => [Math.max(al, bl), Math.max(ah, bh), Math.max(ae, be)],
};

const unaryRules: Readonly<
  Record<string, (low: number, high: number, exponent: number) => readonly [number, number, number]>
> = {
  Floor: (low, high) => [Math.floor(low), Math.floor(high), 0],
  Relu: (low, high, e) => [Math.max(low, 0), Math.max(high, 0), e],
  Abs: (low, high, e) => [
    low <= 0 && high >= 0 ? 0 : Math.min(Math.abs(low), Math.abs(high)),
    Math.max(-low, high),
    e,
  ],
};

/** Floor, Relu or Abs of every element. */
export function unary(operator: string, x: Interval): Interval {
  const rule = unaryRules[operator];
  if (rule === undefined) throw new Unproven(`operator ${operator} is not allowed`);
  const low = new Float64Array(x.low.length);
  const high = new Float64Array(x.low.length);
  const exponent = new Uint8Array(x.low.length);
  for (let i = 0; i < low.length; i++) {
    [low[i], high[i], exponent[i]] = rule(at(x.low, i), at(x.high, i), at(x.exponent, i));
  }
  return { ...x, low, high, exponent };
}

/** Add, Sub, Mul, Min or Max with broadcasting. */
export function binary(operator: string, a: Interval, b: Interval): Interval {
  const rule = binaryRules[operator];
  if (rule === undefined) throw new Unproven(`operator ${operator} is not allowed`);
  const [x, y] = alignLanes(a, b);
  const shape = broadcastShape(x.shape, y.shape);
  const count = sizeOf(shape);
  const low = new Float64Array(count);
  const high = new Float64Array(count);
  const exponent = new Uint8Array(count);
  const fromX = broadcastIndex(x.shape, shape);
  const fromY = broadcastIndex(y.shape, shape);
  for (let i = 0; i < count; i++) {
    const j = at(fromX, i);
    const k = at(fromY, i);
    const [l, h, e] = rule(
      at(x.low, j),
      at(x.high, j),
      at(x.exponent, j),
      at(y.low, k),
      at(y.high, k),
      at(y.exponent, k),
    );
    low[i] = l;
    high[i] = h;
    exponent[i] = e;
  }
  return { shape, lanes: x.lanes || y.lanes, low, high, exponent, constant: x.constant && y.constant };
}

/**
 * Brings both shapes to the same meaning: a constant of full rank loses its first axis (which must be 1), tensors with
 * lanes must have the same rank, so that lanes meet lanes.
 */
function alignLanes(a: Interval, b: Interval): [Interval, Interval] {
  if (a.lanes === b.lanes) {
    if (a.lanes && a.shape.length !== b.shape.length) throw new Unproven('it mixes lanes');
    return [a, b];
  }
  const trim = (c: Interval, other: Interval): Interval => {
    if (c.shape.length <= other.shape.length) return c;
    if (c.shape.length > other.shape.length + 1 || c.shape[0] !== 1) throw new Unproven('it mixes lanes');
    return { ...c, shape: c.shape.slice(1) };
  };
  return a.lanes ? [a, trim(b, a)] : [trim(a, b), b];
}

export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1)
      throw new Unproven(`shapes [${a.join()}] and [${b.join()}] do not fit`);
    return Math.max(x, y);
  });
}

/** For every element of `to`, the index of the element of `from` that broadcasting puts there. */
export function broadcastIndex(from: readonly number[], to: readonly number[]): Int32Array {
  const index = new Int32Array(sizeOf(to));
  const strides = to.map(() => 0);
  let stride = 1;
  for (let axis = from.length - 1; axis >= 0; axis--) {
    const dim = from[axis] as number;
    if (dim > 1) strides[to.length - from.length + axis] = stride;
    stride *= dim;
  }
  const position = to.map(() => 0);
  for (let i = 0, offset = 0; i < index.length; i++) {
    index[i] = offset;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      offset += strides[axis] as number;
      position[axis] = (position[axis] as number) + 1;
      if ((position[axis] as number) < (to[axis] as number)) break;
      offset -= (strides[axis] as number) * (to[axis] as number);
      position[axis] = 0;
    }
  }
  return index;
}
