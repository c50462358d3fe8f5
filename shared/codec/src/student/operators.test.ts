/** Interval rules: bounds hold for every value inside, and no operator may reach across lanes or beyond exactness. */
import { describe, expect, it } from 'vitest';
import { noise } from '../testing/test-kit.ts';
import { binary, constant, input, requireExact, unary, type Interval } from './interval.ts';
import type { OnnxNode } from './onnx.ts';
import { operatorRules } from './operators.ts';

const node = (operator: string, ints: Record<string, number[]> = {}): OnnxNode => ({
  name: 'n',
  operator,
  inputs: [],
  outputs: ['y'],
  ints: new Map(Object.entries(ints)),
});
const apply = (operator: string, operands: Interval[], ints: Record<string, number[]> = {}): Interval =>
  operatorRules.get(operator)!(operands[0]!, operands, node(operator, ints));
const ints = (...values: number[]): Interval => constant([values.length], values, true);
const ranges = (shape: number[], pairs: readonly (readonly [number, number])[]): Interval =>
  input(
    shape,
    pairs.map(([low]) => low),
    pairs.map(([, high]) => high),
  );
const bounds = (x: Interval): number[][] => Array.from(x.low, (low, i) => [low, x.high[i]!]);

describe('bounds', () => {
  const seeds = noise(4000, 3);
  const pick = (i: number, low: number, high: number): number =>
    low + (seeds[i % seeds.length]! % (high - low + 1));

  it.each([
    ['Add', (a: number, b: number) => a + b],
    ['Sub', (a: number, b: number) => a - b],
    ['Mul', (a: number, b: number) => a * b],
    ['Min', Math.min],
    ['Max', Math.max],
  ])('of %s hold for all values inside', (operator, compute) => {
    for (let round = 0; round < 100; round++) {
      const [al, bl] = [pick(round, -90, 60), pick(round + 7, -90, 60)];
      const [ah, bh] = [al + pick(round + 13, 0, 60), bl + pick(round + 29, 0, 60)];
      const [[low, high]] = bounds(binary(operator, ranges([1], [[al, ah]]), ranges([1], [[bl, bh]]))) as [
        [number, number],
      ];
      const reached = new Set<number>();
      for (let a = al; a <= ah; a++) for (let b = bl; b <= bh; b++) reached.add(compute(a, b));
      expect([Math.min(...reached), Math.max(...reached)]).toEqual([low, high]);
    }
  });

  it('of MatMul are reached by the worst values', () => {
    const weights = constant([3, 2], Int8Array.of(1, -2, 3, 4, -5, 6), true);
    const product = apply('MatMul', [
      ranges(
        [3],
        [
          [-1, 2],
          [0, 3],
          [-4, 0],
        ],
      ),
      weights,
    ]);
    expect(bounds(product)).toEqual([
      [-1, 31],
      [-28, 14],
    ]);
  });

  it('follow shifts, floors and clips', () => {
    const shifted = binary(
      'Mul',
      ranges(
        [2],
        [
          [-7, 9],
          [0, 255],
        ],
      ),
      constant([], [1 / 4], false),
    );
    expect(Array.from(shifted.exponent)).toEqual([2, 2]);
    const floored = unary('Floor', shifted);
    expect(bounds(floored)).toEqual([
      [-2, 2],
      [0, 63],
    ]);
    expect(Array.from(floored.exponent)).toEqual([0, 0]);
    expect(bounds(apply('Clip', [floored, constant([], [-1], true), constant([], [5], true)]))).toEqual([
      [-1, 2],
      [0, 5],
    ]);
    expect(
      bounds(
        apply('Abs', [
          ranges(
            [3],
            [
              [-3, 2],
              [-5, -4],
              [1, 2],
            ],
          ),
        ]),
      ),
    ).toEqual([
      [0, 3],
      [4, 5],
      [1, 2],
    ]);
    expect(
      bounds(
        apply('Relu', [
          ranges(
            [2],
            [
              [-3, 2],
              [-5, -4],
            ],
          ),
        ]),
      ),
    ).toEqual([
      [0, 2],
      [0, 0],
    ]);
  });

  it('move with the elements', () => {
    const x = ranges(
      [2, 3],
      [0, 1, 2, 3, 4, 5].map((v) => [v, v + 10]),
    );
    const lows = (y: Interval): number[] => Array.from(y.low);
    expect(lows(apply('Transpose', [x], { perm: [0, 2, 1] }))).toEqual([0, 3, 1, 4, 2, 5]);
    expect(lows(apply('Slice', [x, ints(1), ints(3), ints(2)]))).toEqual([1, 2, 4, 5]);
    expect(lows(apply('Slice', [x, ints(-1), ints(99), ints(1)]))).toEqual([3, 4, 5]);
    expect(lows(apply('Concat', [x, x], { axis: [2] }))).toEqual([0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5]);
    expect(apply('Reshape', [x, ints(-1, 6)]).shape).toEqual([6]);
    expect(apply('Reshape', [x, ints(0, 3, -1)]).shape).toEqual([3, 2]);
    expect(bounds(apply('ReduceSum', [x, ints(1)], { keepdims: [0] }))).toEqual([
      [3, 23],
      [5, 25],
      [7, 27],
    ]);
    expect(bounds(apply('ReduceMax', [x, ints(-1)]))).toEqual([
      [2, 12],
      [5, 15],
    ]);
  });

  it('of Gather are those of the rows that can be named', () => {
    const table = constant([4, 2], Int8Array.of(0, 9, 1, -8, 2, 7, 100, 100), true);
    const found = apply(
      'Gather',
      [
        table,
        ranges(
          [2],
          [
            [0, 2],
            [1, 1],
          ],
        ),
      ],
      { axis: [0] },
    );
    expect(found.shape).toEqual([2, 2]);
    expect(bounds(found)).toEqual([
      [0, 2],
      [-8, 9],
      [1, 1],
      [-8, -8],
    ]);
  });
});

describe('refused', () => {
  const x = ranges(
    [2, 3],
    Array.from({ length: 6 }, () => [-5, 5]),
  );
  const square = ranges(
    [2],
    [
      [0, 1],
      [0, 1],
    ],
  );

  it.each<[string, () => Interval]>([
    ['a sum over lanes', () => apply('ReduceSum', [x, ints(0)])],
    ['a maximum over lanes', () => apply('ReduceMax', [x, ints(-3)])],
    ['a turned lane axis', () => apply('Transpose', [x], { perm: [1, 0, 2] })],
    ['joined lanes', () => apply('Concat', [x, x], { axis: [0] })],
    ['cut lanes', () => apply('Slice', [x, ints(0), ints(1), ints(0)])],
    ['lanes reshaped away', () => apply('Reshape', [x, ints(-1, 3)])],
    ['a fixed number of lanes', () => apply('Reshape', [x, ints(1, 6)])],
    ['lanes that meet values', () => binary('Add', square, x)],
    ['a constant for each lane', () => binary('Add', square, constant([2, 2], [1, 2, 3, 4], true))],
    ['lanes multiplied by lanes', () => apply('MatMul', [square, square])],
    ['rows outside of a table', () => apply('Gather', [constant([2], [1, 2], true), ranges([1], [[0, 2]])])],
    [
      'rows that are no integers',
      () =>
        apply('Gather', [
          constant([2], [1, 2], true),
          binary('Mul', ranges([1], [[0, 2]]), constant([], [0.5], false)),
        ]),
    ],
    ['a computed table', () => apply('Gather', [x, ranges([1], [[0, 0]])])],
    [
      'halves turned to int32',
      () => apply('Cast', [binary('Mul', square, constant([], [0.5], false))], { to: [6] }),
    ],
    ['a cast to int8, which may wrap', () => apply('Cast', [square], { to: [3] })],
    [
      'dot products of 2^24',
      () =>
        apply('MatMul', [
          ranges(
            [1041],
            Array.from({ length: 1041 }, () => [-127, 127]),
          ),
          constant([1041, 1], new Int8Array(1041).fill(127), true),
        ]),
    ],
    [
      'dot products of more than int8',
      () => apply('MatMul', [ranges([1], [[-128, 0]]), constant([1, 1], [1], true)]),
    ],
    [
      'sums of 2^24',
      () =>
        apply('ReduceSum', [
          ranges(
            [2],
            [
              [0, 2 ** 23],
              [-(2 ** 23), 0],
            ],
          ),
          ints(1),
        ]),
    ],
  ])('is %s', (_, action) => {
    expect(action).toThrow();
  });

  it('is a value of which a part is below a unit', () => {
    const fine = binary('Mul', ranges([1], [[0, 2 ** 20]]), constant([], [1 + 1 / 32], false));
    expect(() => requireExact(fine)).toThrow(/2\^24/);
  });
});
