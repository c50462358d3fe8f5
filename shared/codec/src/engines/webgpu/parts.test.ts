/** The engine's parts that need no GPU: tables, lane lengths, ends of streams, pace. */
import { describe, expect, it } from 'vitest';
import { referenceLaneStreams } from '../../testing/reference.ts';
import { noise, vectors } from '../../testing/test-kit.ts';
import { exp2Table } from './exp2-table.ts';
import { joinStreams, laneParts, splitStreams } from './lane-lengths.ts';
import { Pace } from './pace.ts';
import { endStream } from './stream-end.ts';
import { rowsPerItem } from './wgsl-dense.ts';

it('the table of powers is the one of the vectors', () => {
  const known = vectors('exp2.json') as number[] | { table: number[] };
  expect(Array.from(exp2Table())).toEqual(Array.isArray(known) ? known : known.table);
});

it('lanes are equal parts, the first ones a byte longer', () => {
  expect(laneParts(11, 3)).toEqual([
    { start: 0, length: 4 },
    { start: 4, length: 4 },
    { start: 8, length: 3 },
  ]);
});

describe('streams', () => {
  const streams = [7, 0, 300, 12, 5].map((length, i) => noise(length, i + 1));

  it.each([streams, [noise(9)], [noise(4), noise(4), noise(4)], [noise(0), noise(3000)]])(
    'joined are split again',
    (...list) => {
      const payload = joinStreams(list);
      expect(splitStreams(payload, 3000, list.length).map((stream) => stream.slice())).toEqual(list);
      expect(referenceLaneStreams(payload, list.length).map((stream) => stream.slice())).toEqual(list);
    },
  );

  it('with a damaged head are refused', () => {
    const payload = joinStreams(streams);
    const refusal: unknown = expect.objectContaining({ code: 'UST_CORRUPT' });
    for (let length = 0; length < 200; length++)
      expect(() => splitStreams(payload.subarray(0, length), 700, 5)).toThrow(refusal);
    const [minimum, width, ...rest] = payload as unknown as [number, number, ...number[]];
    for (const bad of [
      [0x80, 0, width, ...rest], // not the shortest form
      [minimum, 32, ...rest],
      [minimum, width, ...rest.slice(0, 4), (rest[4] ?? 0) | 0xf0, ...rest.slice(5)], // bits left over
      [0xff, 0xff, 0xff, 0xff, 0x7f, width, ...rest], // longer than the payload
    ])
      expect(() => splitStreams(Uint8Array.from(bad), 700, 5)).toThrow(refusal);
    expect(() => splitStreams(new Uint8Array(2000), 700, 5)).toThrow(refusal);
  });
});

describe('the end of a stream', () => {
  const end = (bytes: number[], low: number, range: number): number[] =>
    Array.from(
      endStream(Uint8Array.from([...bytes, ...Array<number>(8).fill(0)]), bytes.length, { low, range }),
    );

  it.each([
    ['names a point with no byte where it can', [1, 2], 0, 2 ** 48, [1, 2]],
    ['carries when the next point is the top', [1, 255, 255], 2 ** 48 - 5, 2 ** 41, [2]],
    ['needs a byte', [9], 0x123456789abc, 2 ** 41, [9, 0x13]],
    ['rounds up', [], 0x12ff00000001, 2 ** 40, [0x13]],
    ['drops zeros', [7, 0, 0], 0, 2 ** 40, [7]],
  ])('%s', (_, bytes, low, range, expected) => {
    expect(end(bytes, low, range)).toEqual(expected);
  });
});

it('dispatches take about as long as they should', () => {
  const pace = new Pace(10);
  expect(pace.steps).toBe(1);
  for (let i = 0; i < 10; i++) pace.note(pace.steps, pace.steps * 0.5);
  expect(pace.steps).toBe(20);
  pace.note(20, 1000);
  expect(pace.steps).toBe(1);
  for (let i = 0; i < 20; i++) pace.note(pace.steps, 0);
  expect(pace.steps).toBe(4096);
});

it('dense layers take as many rows at once as keep all invocations busy', () => {
  expect([96, 128, 256].map((columns) => rowsPerItem(16, columns, 256))).toEqual([2, 2, 4]);
  expect(rowsPerItem(4, 32, 256)).toBe(1);
});
