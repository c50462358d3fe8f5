/** Damaged archives: every cut and every changed byte is noticed, and what was handed out before is right. */
import { describe, expect, it } from 'vitest';
import { compress } from './compress.ts';
import { magic } from './container/constants.ts';
import { decompress } from './decompress.ts';
import { UstError } from './errors.ts';
import { inspect } from './inspect.ts';
import { bytesOf, noise, sampleOf, streamOf, tinyCodec } from './testing/test-kit.ts';

/** Small archives of every form and method, with what they hold. */
async function archives(): Promise<{ name: string; archive: Uint8Array; original: Uint8Array }[]> {
  const { codec, student } = await tinyCodec();
  const known = await sampleOf(codec, student, 90);
  const mixed = new Uint8Array(
    Buffer.concat([known.subarray(0, 60), noise(60), new Uint8Array(60), noise(3)]),
  );
  const cases = [
    { name: 'short, student', original: known, options: { name: 'ä.txt', mtime: 1e12 } },
    { name: 'short, zstd', original: new Uint8Array(300), options: {} },
    { name: 'short, stored', original: noise(40), options: { name: 'x' } },
    { name: 'short, empty', original: new Uint8Array(), options: {} },
    { name: 'long', original: mixed, options: { blockBytes: 60, name: 'y', mtime: -5 } },
  ];
  return await Promise.all(
    cases.map(async ({ name, original, options }) => ({
      name,
      original,
      archive: await bytesOf(compress(streamOf(original), { codec, student, ...options })),
    })),
  );
}

/** Decompresses; returns what came out before the error, and the error. */
async function attempt(archive: Uint8Array): Promise<{ out: Uint8Array; error: unknown }> {
  const { codec, student } = await tinyCodec();
  const parts: Uint8Array[] = [];
  let error: unknown;
  try {
    const stream = decompress(streamOf(archive), { codec, students: async () => student });
    for await (const part of stream as unknown as AsyncIterable<Uint8Array>) parts.push(part);
  } catch (thrown) {
    error = thrown;
  }
  return { out: new Uint8Array(Buffer.concat(parts)), error };
}

function expectRefusal(
  { out, error }: { out: Uint8Array; error: unknown },
  original: Uint8Array,
  what: string,
): string {
  expect(error, what).toBeInstanceOf(UstError);
  expect(Buffer.compare(out, original.subarray(0, out.length)), what).toBe(0);
  return (error as UstError).code;
}

describe('a damaged archive', () => {
  it('is noticed at every length it is cut to', async () => {
    for (const { name, archive, original } of await archives()) {
      for (let length = 0; length < archive.length; length++) {
        const code = expectRefusal(
          await attempt(archive.subarray(0, length)),
          original,
          `${name} cut to ${length}`,
        );
        expect(code, `${name} cut to ${length}`).toBe(length === 0 ? 'UST_NOT_ARCHIVE' : 'UST_TRUNCATED');
      }
    }
  });

  it('is noticed at every byte that is changed', async () => {
    for (const { name, archive, original } of await archives()) {
      for (let at = 0; at < archive.length; at++) {
        for (const change of [0x01, 0x80, 0xff]) {
          const altered = archive.slice();
          altered[at]! ^= change;
          expectRefusal(await attempt(altered), original, `${name}: byte ${at} ^ ${change}`);
        }
      }
    }
  });

  it('is noticed when bytes follow its end', async () => {
    for (const { name, archive, original } of await archives()) {
      const longer = new Uint8Array([...archive, 0]);
      expect(expectRefusal(await attempt(longer), original, name)).toBe('UST_CORRUPT');
      await expect(inspect(streamOf(longer))).rejects.toMatchObject({ code: 'UST_CORRUPT' });
    }
  });

  it('is noticed when whole blocks are swapped or missing', async () => {
    const { codec, student } = await tinyCodec();
    const original = noise(3 * 50);
    const archive = await bytesOf(compress(streamOf(original), { codec, student, blockBytes: 50 }));
    const block = 1 + 1 + 1 + 50 + 8;
    const first = archive.length - 3 * block - (1 + 2 + 1 + 8);
    const at = (index: number): Uint8Array =>
      archive.subarray(first + index * block, first + (index + 1) * block);
    const head = archive.subarray(0, first);
    const end = archive.subarray(first + 3 * block);
    for (const order of [
      [1, 0, 2],
      [0, 2, 1],
      [0, 2],
      [0, 1],
      [0, 1, 1, 2],
    ]) {
      const altered = new Uint8Array(Buffer.concat([head, ...order.map(at), end]));
      expectRefusal(await attempt(altered), original, order.join());
    }
    expect((await attempt(archive)).out).toEqual(original);
  });
});

describe('what is no archive', () => {
  it('is told apart from an archive that a transfer as text changed', async () => {
    const refusal = async (bytes: Uint8Array): Promise<string> =>
      ((await attempt(bytes)).error as UstError).message;
    expect(await refusal(new TextEncoder().encode('Dear Sir or Madam'))).toContain('not a .ust archive');
    const archive = (await archives())[0]!.archive;
    const asText = Buffer.from(archive).toString('latin1');
    for (const converted of [
      asText.replaceAll('\r\n', '\n'),
      asText.replaceAll(/\r?\n/g, '\r\n'),
      asText.replaceAll('\r', '\n'),
    ]) {
      expect(await refusal(Buffer.from(converted, 'latin1'))).toContain('transfer as text');
    }
    expect(await refusal(archive.map((byte) => byte & 0x7f))).toContain('transfer as text');
  });

  it('is told apart from a later version', async () => {
    const { error } = await attempt(new Uint8Array([...magic, 7, 1]));
    expect(error).toMatchObject({ code: 'UST_VERSION', facts: { version: 7, supported: 0 } });
  });
});
