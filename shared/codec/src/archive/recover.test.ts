/** What is left of damaged archives: a damaged block costs only itself, and what is lost is told. */
import { beforeAll, describe, expect, it } from 'vitest';
import { compress } from '../compress.ts';
import { UstError } from '../errors.ts';
import { bytesOf, inputFile, noise, sampleOf, streamOf, tinyCodec } from '../testing/test-kit.ts';
import { compressFiles } from './compress-files.ts';
import { accessBytes } from './random-access.ts';
import { recover, type Recovery, type RecoverOptions } from './recover.ts';

const blockBytes = 64;
const blockCount = 6;
/** Stored blocks and one of few bytes, which cost no time; the last one short. */
const original = new Uint8Array(
  Buffer.concat([noise(2 * blockBytes), new Uint8Array(blockBytes), noise(2 * blockBytes, 5), noise(20, 9)]),
);
let single: Uint8Array;
let many: Uint8Array;
/** Where the blocks of `single` begin, and where its tail does. */
let offsets: number[];

beforeAll(async () => {
  const { codec, student } = await tinyCodec();
  const base = { codec, student, level: 'fast', blockBytes } as const;
  single = await bytesOf(compress(streamOf(original), { ...base, name: 'n' }));
  many = await bytesOf(
    compressFiles(
      [inputFile('a', original.subarray(0, 100)), inputFile('b/c', original.subarray(100))],
      base,
    ),
  );
  const view = new DataView(single.buffer, single.byteOffset);
  // The first mark repeats the beginning of the check before it.
  let first = 50;
  while (view.getUint32(first, true) !== view.getUint32(first - 8, true)) first++;
  const mark = view.getUint32(first, true);
  offsets = Array.from({ length: blockCount + 1 }, (_, i) => {
    for (let at = first; ; at++) if (view.getUint32(at, true) === (mark + i) >>> 0) return at;
  });
});

async function recovered(
  archive: Uint8Array,
  options: Partial<RecoverOptions> = {},
): Promise<{ bytes: Uint8Array[]; recovery: Recovery }> {
  const { codec, student } = await tinyCodec();
  const recovery = await recover(accessBytes(archive), { codec, students: async () => student, ...options });
  const bytes: Uint8Array[] = [];
  for await (const { stream } of recovery.readAll()) bytes.push(await bytesOf(stream));
  return { bytes, recovery };
}

const blockOf = (index: number): Uint8Array =>
  original.subarray(index * blockBytes, (index + 1) * blockBytes);
const withZeros = (...lost: number[]): Uint8Array => {
  const bytes = original.slice();
  for (const index of lost) bytes.fill(0, index * blockBytes, (index + 1) * blockBytes);
  return bytes;
};

describe('an intact archive', () => {
  it('is recovered whole', async () => {
    const { bytes, recovery } = await recovered(single);
    expect(bytes).toEqual([original]);
    expect(recovery.report()).toEqual({
      lost: [],
      blocksIntact: blockCount,
      blocksTotal: blockCount,
      complete: true,
    });
    expect((await recovered(many)).bytes).toEqual([original.subarray(0, 100), original.subarray(100)]);
  });
});

describe('one changed byte', () => {
  it('costs at most the block it lies in, wherever it lies', async () => {
    for (let at = 0; at < single.length; at++) {
      const altered = single.slice();
      altered[at]! ^= 0xff;
      const inside = at >= offsets[0]! && at < offsets[blockCount]!;
      const hit = offsets.findLastIndex((offset) => offset <= at);
      if (at === 7) continue; // another version: its own error
      const { bytes, recovery } = await recovered(altered);
      const { lost, blocksIntact } = recovery.report();
      // A sync mark alone is not needed.
      const isMark = inside && at < offsets[hit]! + 4;
      if (inside && !isMark) {
        expect(bytes, `byte ${at}`).toEqual([withZeros(hit)]);
        expect(lost, `byte ${at}`).toMatchObject([{ path: 'n', block: hit, start: hit * blockBytes }]);
        expect(lost[0]!.end - lost[0]!.start).toBe(blockOf(hit).length);
      } else {
        expect(bytes, `byte ${at}`).toEqual([original]);
        expect(blocksIntact).toBe(blockCount);
        if (!isMark) expect(recovery.damaged.length, `byte ${at}`).toBe(1);
      }
    }
  });
});

describe('an archive that is cut short', () => {
  it('gives every block that is whole', async () => {
    for (let length = offsets[0]!; length < single.length; length++) {
      const { bytes, recovery } = await recovered(single.subarray(0, length));
      const whole = offsets.filter((offset, i) => i > 0 && offset <= length).length;
      expect(bytes, `cut to ${length}`).toEqual([original.subarray(0, whole * blockBytes)]);
      // A tail whose footer is missing is still a tail.
      if (length < single.length - 8) {
        expect(recovery.damaged).toEqual(['tail']);
        expect(recovery.report()).toEqual({ lost: [], blocksIntact: whole, complete: false });
      } else expect(recovery.report()).toMatchObject({ blocksTotal: blockCount });
    }
  });

  it('in its head and its tail is refused with the error of its head', async () => {
    const altered = single.slice(0, -20);
    altered[20]! ^= 1;
    await expect(recovered(altered)).rejects.toMatchObject({ code: 'UST_CHECKSUM' });
    await expect(recovered(new TextEncoder().encode('no archive'))).rejects.toMatchObject({
      code: 'UST_NOT_ARCHIVE',
    });
  });
});

describe('larger damage', () => {
  /** Cuts `remove` bytes out at `at` and puts others in. */
  const splice = (archive: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array =>
    new Uint8Array(Buffer.concat([archive.subarray(0, at), insert, archive.subarray(at + remove)]));

  it('of bytes lost or inserted costs the blocks it touches, with the tail and without', async () => {
    for (const end of [single.length, offsets[blockCount]!, single.length - 8]) {
      const archive = single.subarray(0, end);
      const inBlock = offsets[1]! + 10;
      for (const [remove, insert, lost] of [
        [7, new Uint8Array(), [1]],
        [0, noise(1000), [1]],
        [offsets[2]! - inBlock + 3, new Uint8Array(), [1, 2]],
        [offsets[3]! - inBlock + 30, noise(20, 9), [1, 2, 3]],
      ] as const) {
        const { bytes, recovery } = await recovered(splice(archive, inBlock, remove, insert));
        expect(
          recovery.report().lost.map(({ block }) => block),
          `${end}: ${remove} ${insert.length}`,
        ).toEqual(lost);
        expect(Buffer.compare(bytes[0]!, withZeros(...lost))).toBe(0);
      }
    }
  });

  it('of the head, or of what stands around the archive, costs no block', async () => {
    for (const archive of [
      single.subarray(20),
      Buffer.concat([noise(33), single]),
      Buffer.concat([single, noise(33)]),
    ]) {
      const { bytes, recovery } = await recovered(new Uint8Array(archive));
      expect(Buffer.compare(bytes[0]!, original)).toBe(0);
      expect(recovery.report()).toMatchObject({ lost: [], complete: true });
    }
  });

  it('in two neighbours leaves those around, without the tail', async () => {
    const archive = single.slice(0, offsets[blockCount]);
    for (const block of [1, 2]) archive[offsets[block]! + 4] = 0xff;
    expect((await recovered(archive)).bytes).toEqual([withZeros(1, 2)]);
    archive.fill(0, offsets[3], offsets[3]! + 4); // the mark that would end the search
    expect((await recovered(archive)).bytes).toEqual([withZeros(1, 2, 3)]);
  });

  it('can leave out what is lost instead of zeros', async () => {
    const altered = many.slice();
    const at = altered.findIndex(
      (_, i) => Buffer.compare(altered.subarray(i, i + 20), original.subarray(64, 84)) === 0,
    );
    altered[at]! ^= 1;
    const { bytes, recovery } = await recovered(altered, { fill: 'nothing' });
    expect(bytes).toEqual([original.subarray(0, 64), original.subarray(128)]);
    expect(recovery.report().lost).toMatchObject([
      { path: 'a', start: 64, end: 100, block: 1 },
      { path: 'b/c', start: 0, end: 28, block: 1 },
    ]);
    expect((await recovered(altered)).bytes).toEqual([
      withZeros(1).subarray(0, 100),
      withZeros(1).subarray(100),
    ]);
  });

  it('of the table leaves one stream of all contents', async () => {
    const { bytes, recovery } = await recovered(many.subarray(0, -10));
    expect(recovery.files).toBeUndefined();
    expect(bytes).toEqual([original]);
  });
});

describe('a short form', () => {
  it('is recovered whole or not at all', async () => {
    const { codec, student } = await tinyCodec();
    const small = noise(90);
    const archive = await bytesOf(compress(streamOf(small), { codec, student, level: 'fast' }));
    expect((await recovered(archive)).bytes).toEqual([small]);
    for (let at = 9; at < archive.length; at++) {
      const altered = archive.slice();
      altered[at]! ^= 0xff;
      const result = await recovered(altered).catch((error: unknown) => error);
      if (result instanceof Error) expect(result).toBeInstanceOf(UstError);
      else
        expect((result as Awaited<ReturnType<typeof recovered>>).recovery.report()).toMatchObject({
          complete: false,
          blocksIntact: 0,
        });
    }
  });
});

it('stops where the model is missing', async () => {
  const { codec, student } = await tinyCodec();
  const known = await sampleOf(codec, student, 900);
  const archive = await bytesOf(compress(streamOf(known), { codec, student, level: 'fast' }));
  const students = async (): Promise<never> => Promise.reject(new Error('404'));
  await expect(recovered(archive, { students })).rejects.toMatchObject({ code: 'UST_MODEL_UNKNOWN' });
});
