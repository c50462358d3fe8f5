import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { CorruptError } from '../errors.ts';
import { loadZstd, type Zstd } from '../zstd.ts';
import { decodeRuns, encodeRuns, mostRunsPayload } from './runs.ts';
import { concat, generator } from './test-data.ts';

/** Fills of random length and value. */
function fills(bytes: number, meanRun: number, values: number, seed = 1): Uint8Array {
  const next = generator(seed);
  const all = new Uint8Array(bytes);
  for (let at = 0; at < bytes;) {
    const end = Math.min(bytes, at + 1 + next(2 * meanRun));
    all.fill(next(values), at, end);
    at = end;
  }
  return all;
}

const anyRuns = fc
  .array(fc.tuple(fc.nat(300), fc.nat(2)), { maxLength: 20 })
  .map((runs) => concat(...runs.map(([length, fill]) => new Uint8Array(length).fill(fill))));

describe('encodeRuns and decodeRuns', () => {
  it('give back any bytes, within the bound', () => {
    const any = fc.oneof(anyRuns, fc.uint8Array({ maxLength: 200 }));
    fc.assert(
      fc.property(any, (bytes) => {
        const payload = encodeRuns(bytes);
        expect(payload.length).toBeLessThanOrEqual(mostRunsPayload(bytes.length));
        expect(decodeRuns(payload, bytes.length)).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('need a handful of bytes for one fill', () => {
    expect(encodeRuns(new Uint8Array(4 << 20))).toEqual(Uint8Array.of(0, 0xe0, 0xff, 0xff, 0x01, 0));
    expect(encodeRuns(new Uint8Array(0))).toHaveLength(0);
    expect(encodeRuns(new Uint8Array(31))).toHaveLength(32);
  });

  it.each([
    ['nothing', [], 10],
    ['literals that are not there', [10, 1, 2], 10],
    ['more literals than the segment has', [11, ...new Array<number>(11).fill(7)], 10],
    ['a run longer than the segment', [0, 9, 0], 40],
    ['an absurd run', [0, 0xff, 0xff, 0xff, 0xff, 0x7f, 0], 40],
    ['a run without its byte', [0, 8], 40],
    ['a number without end', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0], 40],
    ['a number in a long form', [0x80, 0, 8, 0], 40],
    ['bytes after the end', [0, 8, 0, 0], 40],
    ['bytes for an empty segment', [0], 0],
    ['no literals at the end', [8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0], 40],
  ])('refuse %s', (_, payload, originalBytes) => {
    expect(() => decodeRuns(Uint8Array.from(payload), originalBytes)).toThrow(CorruptError);
  });

  it('end every damaged payload with its own error or bytes of the right length', () => {
    const payload = encodeRuns(fills(5000, 100, 3));
    fc.assert(
      fc.property(fc.nat(payload.length - 1), fc.nat(255), fc.nat(payload.length), (at, byte, length) => {
        const damaged = payload.slice(0, Math.max(length, at + 1));
        damaged[at] = byte;
        try {
          expect(decodeRuns(damaged, 5000)).toHaveLength(5000);
        } catch (error) {
          expect(error).toBeInstanceOf(CorruptError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('tokens in a zstd frame', () => {
  let zstd: Zstd;
  beforeAll(async () => {
    zstd = await loadZstd();
  });

  it.each([
    ['zeros', new Uint8Array(1 << 18)],
    ['long fills', fills(1 << 18, 10_000, 2)],
    ['fills', fills(1 << 18, 1000, 256)],
    ['short fills', fills(1 << 18, 300, 2)],
    ['zeros with single bytes', fills(1 << 18, 500, 2).map((byte, i) => (i % 997 === 0 ? i & 0xff : byte))],
  ])('need less than zstd alone on %s', (_, bytes) => {
    const tokens = encodeRuns(bytes);
    const needed = Math.min(tokens.length, zstd.compress(tokens).length);
    expect(needed).toBeLessThan(zstd.compress(bytes).length * 0.95);
    expect(decodeRuns(tokens, bytes.length)).toEqual(bytes);
  });
});
