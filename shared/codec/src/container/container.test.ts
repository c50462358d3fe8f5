/** Numbers, sources and headers of the container. */
import { describe, expect, it } from 'vitest';
import { streamOf } from '../testing/test-kit.ts';
import { ByteSource } from './byte-source.ts';
import { RunningHash } from './checksum.ts';
import { readHeader, writeLongHeader } from './header.ts';
import { writeVarint } from './varint.ts';

const sourceOf = (bytes: Uint8Array, chunk?: number): ByteSource =>
  new ByteSource(streamOf(bytes, chunk), undefined, 'a test');

describe('varints', () => {
  it('come back in the shortest form', async () => {
    for (const value of [0, 1, 127, 128, 16383, 16384, 2 ** 31, 2 ** 32 + 5, 2 ** 49 - 1]) {
      const bytes = writeVarint(value);
      expect(bytes.length).toBe(Math.max(1, Math.ceil(Math.log2(value + 1) / 7)));
      expect(await sourceOf(bytes, 1).varint('x')).toBe(value);
    }
  });

  it('are refused in longer forms, without end, and beyond 49 bits', async () => {
    for (const bad of [[0x80, 0], [0xff, 0x80, 0], Array<number>(8).fill(0x80)]) {
      await expect(sourceOf(Uint8Array.from(bad)).varint('x')).rejects.toMatchObject({ code: 'UST_CORRUPT' });
    }
    await expect(sourceOf(Uint8Array.of(0x80)).varint('x')).rejects.toMatchObject({ code: 'UST_TRUNCATED' });
    for (const bad of [-1, 0.5, 2 ** 49]) expect(() => writeVarint(bad)).toThrow(RangeError);
  });
});

describe('a byte source', () => {
  it('gives pieces of any size from chunks of any size', async () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
    for (const chunk of [1, 7, 100]) {
      const source = sourceOf(bytes, chunk);
      expect(await source.exactly(3, 'x')).toEqual(bytes.subarray(0, 3));
      expect(await source.byte('x')).toBe(3);
      expect(await source.upTo(90)).toEqual(bytes.subarray(4, 94));
      expect(await source.atEnd()).toBe(false);
      expect(await source.upTo(90)).toEqual(bytes.subarray(94));
      expect(await source.atEnd()).toBe(true);
      expect(source.offset).toBe(100);
    }
  });

  it('does not believe in bytes that do not come', async () => {
    await expect(sourceOf(new Uint8Array(10)).exactly(2 ** 40, 'a payload')).rejects.toMatchObject({
      code: 'UST_TRUNCATED',
      facts: { where: 'a payload', offset: 10 },
    });
  });
});

describe('a header', () => {
  const id = Array.from({ length: 64 }, (_, i) => (i % 16).toString(16)).join('');

  it('with limits beyond ours is refused before memory is taken', async () => {
    const hash = await RunningHash.create();
    const { bytes } = writeLongHeader('fast', {}, id, 2 ** 30, hash);
    await expect(readHeader(sourceOf(bytes), hash)).rejects.toMatchObject({
      code: 'UST_LIMIT',
      facts: { value: 2 ** 30 },
    });
  });

  it('of the long form comes back', async () => {
    const hash = await RunningHash.create();
    const { bytes, check } = writeLongHeader('fast', { name: 'é', mtime: -1 }, id, 4 << 20, hash);
    const read = await readHeader(sourceOf(bytes, 1), hash);
    expect(read.bytes).toEqual(bytes);
    expect(read.header).toEqual({
      version: 0,
      level: 'fast',
      form: 'long',
      name: 'é',
      mtime: -1,
      modelId: id,
      blockBytes: 4 << 20,
      check,
    });
  });
});
