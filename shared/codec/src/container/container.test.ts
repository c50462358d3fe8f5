/** Numbers, sources and headers of the container. */
import { describe, expect, it } from 'vitest';
import { streamOf } from '../testing/test-kit.ts';
import { frameBytes, readLongFrame, readShortFrame, writeLongFrame, writeShortFrame } from './block-frame.ts';
import { ByteSource } from './byte-source.ts';
import { RunningHash } from './checksum.ts';
import { readHeader, syncMark, writeLongHeader } from './head.ts';
import { clashingPaths, pathProblem, PathSet } from './paths.ts';
import type { Segment } from './types.ts';
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
  const declared = { modelId: id, blockBytes: 4 << 20, lanes: 512, memoryMiB: 64 };

  it('with limits beyond ours is refused before memory is taken', async () => {
    const hash = await RunningHash.create();
    for (const field of ['blockBytes', 'lanes', 'memoryMiB'] as const) {
      const beyond = { [field]: 2 ** 40 };
      const { bytes } = writeLongHeader('long', 1, {}, { ...declared, ...beyond }, hash);
      await expect(readHeader(sourceOf(bytes), hash)).rejects.toMatchObject({
        code: 'UST_LIMIT',
        facts: { value: 2 ** 40 },
      });
    }
  });

  it('that contradicts its level, or gives many files one name, is refused', async () => {
    const hash = await RunningHash.create();
    const { bytes } = writeLongHeader('long', 1, {}, { ...declared, lanes: 511 }, hash);
    await expect(readHeader(sourceOf(bytes), hash)).rejects.toMatchObject({ code: 'UST_CORRUPT' });
    const named = writeLongHeader('many', 1, { name: 'x' }, declared, hash);
    await expect(readHeader(sourceOf(named.bytes), hash)).rejects.toMatchObject({ code: 'UST_CORRUPT' });
  });

  it('of the long form comes back', async () => {
    const hash = await RunningHash.create();
    const { bytes, check } = writeLongHeader('long', 1, { name: 'é', mtime: -1 }, declared, hash);
    const read = await readHeader(sourceOf(bytes, 1), hash);
    expect(read.bytes).toEqual(bytes);
    expect(read.header).toEqual({
      version: 1,
      level: 1,
      form: 'long',
      name: 'é',
      mtime: -1,
      ...declared,
      check,
    });
  });

  it('gives each block a mark of its own', () => {
    const check = Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 9, 9, 9, 9);
    expect(syncMark(check, 0)).toEqual(check.subarray(0, 4));
    expect(syncMark(check, 3)).toEqual(Uint8Array.of(1, 0, 0, 0));
  });
});

describe('a block', () => {
  const segment = (
    method: 'stored' | 'runs' | 'binary',
    originalBytes: number,
    payload: number,
  ): Segment => ({
    method,
    originalBytes,
    payload: new Uint8Array(payload).fill(7),
    ...(method === 'binary' ? { parameter: 300 } : {}),
  });

  it('of segments comes back, in the short form and in the long one', async () => {
    const hash = await RunningHash.create();
    const segments = [segment('runs', 40, 2), segment('stored', 20, 20), segment('binary', 1000, 17)];
    const block = { originalBytes: 1060, segments, checksum: 0x0123456789abcdefn };
    const header = new Uint8Array(9);
    const short = writeShortFrame(header, block, 'ab'.repeat(32), hash);
    const read = { header: { version: 1, level: 1, form: 'short' }, bytes: header } as const;
    expect(await readShortFrame(sourceOf(short, 1), read, hash)).toEqual({
      ...block,
      index: 0,
      start: 0,
    });

    for (const blockBytes of [1060, 4096]) {
      const head = {
        form: 'long',
        level: 1,
        modelId: 'ab',
        blockBytes,
        lanes: 1,
        memoryMiB: 0,
        check: new Uint8Array(8),
      } as const;
      const long = writeLongFrame(head, 5, block, hash);
      const source = sourceOf(long, 3);
      await source.exactly(4, 'the mark');
      const frame = await readLongFrame(source, head, 5, await source.byte('x'), hash);
      expect(frame).toEqual({ ...block, index: 5, start: 5 * blockBytes, modelId: 'ab' });
      expect(frameBytes(frame, blockBytes)).toBe(long.length);
    }
  });

  it('of one segment costs 16 bytes around 4 MiB, and 11 in a small file', async () => {
    const hash = await RunningHash.create();
    const bytes = 4 << 20;
    const full = {
      originalBytes: bytes,
      segments: [{ ...segment('runs', bytes, 0), payload: new Uint8Array(1 << 20) }],
      checksum: 0n,
    };
    expect(
      writeLongFrame({ check: new Uint8Array(8), blockBytes: bytes }, 0, full, hash).length - (1 << 20),
    ).toBe(4 + 1 + 3 + 8);
    const small = { originalBytes: 1000, segments: [segment('runs', 1000, 100)], checksum: 0n };
    expect(writeShortFrame(new Uint8Array(), small, '', hash).length - 100).toBe(1 + 2 + 8);
  });

  it('that is not written in the one right way is refused', async () => {
    const hash = await RunningHash.create();
    const head = {
      form: 'long',
      level: 1,
      modelId: 'ab',
      blockBytes: 8,
      lanes: 1,
      memoryMiB: 0,
      check: new Uint8Array(8),
    } as const;
    const after = Array<number>(20).fill(0);
    const bad = {
      'a length that need not be there': [0, 8],
      'an empty segment': [0, 0],
      'an empty segment at the end': [0x80, 8, 0x40],
      'more than the block': [0x80, 5, 0, 5],
      'a payload as long as the original': [0x41, 8],
      'an unknown method': [0x47],
      'the method of another level': [0x43, 4],
      'an unknown bit': [0x50],
      'both bits of the end': [0xc0, 8],
    };
    for (const [name, bytes] of Object.entries(bad)) {
      const source = sourceOf(Uint8Array.from([...bytes, ...after]));
      const frame = source.byte('x').then((tag) => readLongFrame(source, head, 0, tag, hash));
      await expect(frame, name).rejects.toMatchObject({ code: 'UST_CORRUPT' });
    }
    const many = new Uint8Array(3 * 70_000).map((_, i) => [0x80, 1, 0x80][i % 2]!);
    const source = sourceOf(many);
    await source.byte('x');
    await expect(
      readLongFrame(source, { ...head, blockBytes: 1 << 20 }, 0, 0x80, hash),
    ).rejects.toMatchObject({ code: 'UST_LIMIT' });
  });
});

describe('paths', () => {
  it('that lead elsewhere are refused', () => {
    const bad = [
      '',
      '/a',
      'a//b',
      'a/',
      './a',
      'a/.',
      '../a',
      'a/../b',
      '..',
      'a\\b',
      'C:/a',
      'c:a',
      'a\0b',
      '\ud800',
      'x'.repeat(1025),
    ];
    for (const path of [...bad, `${'a/'.repeat(2048)}b`])
      expect(pathProblem(path), path).toBeTypeOf('string');
    for (const path of ['a', 'a/b c/d.txt', '…/✉️', '.hidden', 'a..b/...', 'a/x:y']) {
      expect(pathProblem(path), path).toBeUndefined();
    }
  });

  it('that come twice, or lie in a file, are refused', () => {
    const set = new PathSet();
    expect(set.add('a/b/c', 'file')).toBeUndefined();
    expect(set.add('a', 'directory')).toBeUndefined();
    expect(set.add('a/b', 'directory')).toBeUndefined();
    expect(set.add('A', 'directory')).toBeUndefined();
    for (const [path, kind] of [
      ['a/b/c', 'file'],
      ['a', 'directory'],
      ['a/b/c/d', 'file'],
      ['a/b', 'file'],
    ] as const)
      expect(set.add(path, kind), path).toBeTypeOf('string');
  });

  it('of more folders than the limit are refused', () => {
    const set = new PathSet();
    const add = (): void => {
      for (let i = 0; i < 1100; i++) set.add(Array.from({ length: 1000 }, (_, k) => i * k).join('/'), 'file');
    };
    expect(add).toThrow(expect.objectContaining({ code: 'UST_LIMIT' }));
  });

  it('that meet on some systems are told', () => {
    expect(clashingPaths(['a/B', 'a/b', 'A/c', 'e\u0301', '\u00e9', 'x/y', 'x/z'])).toEqual([
      ['a/b', 'a/B'],
      ['A/c', 'a/B'],
      ['\u00e9', 'e\u0301'],
    ]);
  });
});
