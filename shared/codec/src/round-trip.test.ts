/** Whole archives through the real engine: what goes in comes out, always in the same bytes. */
import { describe, expect, it } from 'vitest';
import { compress } from './compress.ts';
import { decompress } from './decompress.ts';
import { inspect } from './inspect.ts';
import type { Progress } from './progress.ts';
import { bytesOf, noise, sampleOf, streamOf, tinyCodec } from './testing/test-kit.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const prose = 'The quick brown fox jumps over the lazy dog. Grüße, мир, 世界! ';

async function roundTrip(
  original: Uint8Array,
  blockBytes?: number,
): Promise<{ archive: Uint8Array; events: Progress[] }> {
  const { codec, student } = await tinyCodec();
  const events: Progress[] = [];
  const cut = blockBytes === undefined ? {} : { blockBytes };
  const onProgress = (event: Progress): unknown => events.push(event);
  const archive = await bytesOf(
    compress(streamOf(original), { codec, student, level: 1, ...cut, onProgress }),
  );
  const back = await bytesOf(decompress(streamOf(archive), { codec, students: async () => student }));
  expect(Buffer.compare(back, original)).toBe(0);
  return { archive, events };
}

/** Methods of the segments of each block. */
async function methodsOf(archive: Uint8Array): Promise<string[][]> {
  const { blocks } = await inspect(streamOf(archive));
  return blocks.map(({ segments }) => segments.map(({ method }) => method));
}

describe('round trips', () => {
  const cases: readonly (readonly [name: string, bytes: Uint8Array])[] = [
    ['nothing', new Uint8Array()],
    ['one byte', text('x')],
    ['a short text', text('hello, world')],
    ['a text in UTF-8', text(prose.repeat(40))],
    ['equal bytes', new Uint8Array(100_000)],
    ['random bytes', noise(20_000)],
    ['bytes of a table', Uint8Array.from({ length: 9_999 }, (_, i) => (i % 7 === 0 ? i >> 5 : i % 3))],
  ];
  it.each(cases)('%s', async (_, bytes) => {
    const { archive } = await roundTrip(bytes);
    expect(archive.length).toBeLessThanOrEqual(bytes.length + 32);
  });

  it('already compressed bytes', async () => {
    const { codec } = await tinyCodec();
    const zstd = await codec.zstd();
    const { archive } = await roundTrip(zstd.compress(text(prose.repeat(9).concat(String(noise(9000))))));
    expect(await methodsOf(archive)).toEqual([['stored']]);
  });

  it('bytes that the student knows, in one lane and in several', async () => {
    const { codec, student } = await tinyCodec();
    for (const count of [700, 4096, 9001]) {
      const { archive } = await roundTrip(await sampleOf(codec, student, count));
      const info = await inspect(streamOf(archive));
      expect(info.blocks.map(({ segments }) => segments)).toMatchObject([
        [{ method: 'student', lanes: Math.ceil(count / 4096), originalBytes: count }],
      ]);
      expect(info.modelId).toBe(student.id.slice(0, 16));
    }
  });

  it('blocks of every method in one archive', async () => {
    const { codec, student } = await tinyCodec();
    const blockBytes = 5000;
    const parts = [
      await sampleOf(codec, student, blockBytes),
      noise(blockBytes),
      new Uint8Array(blockBytes),
      text('end'),
    ];
    const { archive, events } = await roundTrip(new Uint8Array(Buffer.concat(parts)), blockBytes);
    const info = await inspect(streamOf(archive));
    expect(await methodsOf(archive)).toEqual([['student'], ['stored'], ['runs'], ['stored']]);
    expect(info).toMatchObject({
      form: 'long',
      originalBytes: 15_003,
      archiveBytes: archive.length,
      modelId: student.id,
    });
    expect(events.at(-1)).toMatchObject({
      type: 'done',
      blocks: 4,
      segments: { student: 1, stored: 2, runs: 1, zstd: 0 },
      engine: 'simd',
    });
  });
});

describe('an archive', () => {
  it('does not depend on how the input is cut, nor its decoding on how the archive is', async () => {
    const { codec, student } = await tinyCodec();
    const original = text(prose.repeat(99));
    for (const blockBytes of [undefined, 1000]) {
      const options = {
        codec,
        student,
        level: 1 as const,
        ...(blockBytes === undefined ? {} : { blockBytes }),
      };
      const whole = await bytesOf(compress(streamOf(original), options));
      for (const chunk of [1, 999, 1000, 1001]) {
        expect(Buffer.compare(await bytesOf(compress(streamOf(original, chunk), options)), whole)).toBe(0);
        const back = await bytesOf(
          decompress(streamOf(whole, chunk), { codec, students: async () => student }),
        );
        expect(Buffer.compare(back, original)).toBe(0);
      }
    }
  });

  it('of a small file has at most 32 bytes around the payload', async () => {
    const { codec, student } = await tinyCodec();
    const { archive } = await roundTrip(await sampleOf(codec, student, 60_000));
    const [block] = (await inspect(streamOf(archive))).blocks;
    expect(block?.segments).toMatchObject([{ method: 'student' }]);
    expect(archive.length - (block?.payloadBytes ?? 0)).toBeLessThanOrEqual(32);
  });

  it('keeps name and time of the file', async () => {
    const { codec, student } = await tinyCodec();
    const file = { name: 'ein Brief – 手紙 ✉️.txt', mtime: -1_234_567_890_123 };
    for (const blockBytes of [undefined, 4]) {
      const cut = blockBytes === undefined ? {} : { blockBytes };
      const archive = await bytesOf(
        compress(streamOf(text('hello')), { codec, student, level: 1, ...file, ...cut }),
      );
      const seen: unknown[] = [];
      const students = async (): Promise<never> => Promise.reject(new Error('not needed'));
      await bytesOf(decompress(streamOf(archive), { codec, students, onFile: (entry) => seen.push(entry) }));
      expect(seen).toEqual([file]);
      expect(await inspect(streamOf(archive))).toMatchObject({ ...file, needsModel: false });
    }
  });

  it('refuses names that are paths or nothing', async () => {
    const { codec, student } = await tinyCodec();
    for (const name of ['', '..', 'a/b', 'a\\b', 'a\0b', '\ud800', 'x'.repeat(1025)]) {
      const archive = bytesOf(compress(streamOf(text('hello')), { codec, student, name }));
      await expect(archive).rejects.toMatchObject({ code: 'UST_NAME' });
    }
  });
});
