import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { candidatesOf, estimate, looksRandom } from './estimate.ts';
import { audio, base64, concat, json, prose, random, table } from './test-data.ts';
import type { Candidate, ModelStrength, SegmentKind } from './types.ts';

const candidates = (kind: SegmentKind, bytes: Uint8Array, model: ModelStrength): Candidate[] =>
  candidatesOf({ start: 0, end: bytes.length, kind }, estimate(bytes), model);

describe('estimate', () => {
  it('counts runs exactly', () => {
    const bytes = concat(prose(5000), new Uint8Array(100), prose(50), new Uint8Array(31).fill(7), prose(60));
    expect(estimate(bytes).runBytes).toBe(100);
    expect(estimate(new Uint8Array(12_345)).runBytes).toBe(12_345);
    expect(estimate(new Uint8Array(0))).toEqual({ bytes: 0, runBytes: 0, repeatBytes: 0, random: false });
  });

  it('sees which share is a copy of something before', () => {
    const [first, other] = [json(200_000, 1), random(200_000)];
    expect(estimate(prose(300_000)).repeatBytes).toBeLessThan(3000);
    expect(estimate(concat(first, other, first)).repeatBytes).toBeGreaterThan(170_000);
    expect(estimate(concat(first, other, first)).repeatBytes).toBeLessThan(260_000);
    expect(estimate(new Uint8Array(100_000)).repeatBytes).toBeGreaterThan(99_000);
  });
});

describe('looksRandom', () => {
  it('is true of noise and compressed data', () => {
    for (const size of [4096, 5000, 70_000, 1 << 20]) expect(looksRandom(random(size, size))).toBe(true);
    expect(looksRandom(new Uint8Array(gzipSync(json(1 << 20))))).toBe(true);
  });

  it('is false where anything could be found, though all bytes occur equally often', () => {
    const noise = random(50_000);
    const counter = Uint8Array.from({ length: 50_000 }, (_, i) => i);
    const walk = noise.map((byte, i) => (i % 2 === 0 ? byte : (noise[i - 1] as number) + (byte & 15)));
    const everyFourth = noise.map((byte, i) => (i % 8 < 4 ? byte : (noise[i - 4] as number) ^ (byte & 7)));
    for (const bytes of [
      counter,
      walk,
      everyFourth,
      concat(noise, noise),
      prose(50_000),
      base64(50_000),
      random(2000),
    ]) {
      expect(looksRandom(bytes)).toBe(false);
    }
  });
});

describe('candidatesOf', () => {
  it('spends nothing on noise and no model on runs', () => {
    expect(candidates('random', random(100_000), 'blend')).toEqual([]);
    expect(candidates('binary', random(100_000), 'teacher')).toEqual([]);
    expect(candidates('runs', new Uint8Array(100_000), 'blend')).toEqual(['runs']);
    expect(candidates('text', new Uint8Array(0), 'blend')).toEqual([]);
  });

  it('asks zstd about a text only where it could win', () => {
    expect(candidates('text', prose(200_000), 'blend')).toEqual(['model']);
    expect(candidates('text', prose(200_000), 'student')).toEqual(['model', 'zstd']);
    expect(candidates('text', prose(2000), 'blend')).toEqual(['model', 'zstd']);
    expect(candidates('text', concat(prose(90_000), prose(90_000)), 'blend')).toEqual(['model', 'zstd']);
  });

  it('has the binary model and zstd for the rest', () => {
    expect(candidates('binary', audio(50_000, 1), 'blend')).toEqual(['binary', 'zstd']);
    expect(candidates('record', table(5000, 28), 'student')).toEqual(['binary', 'zstd']);
  });
});
