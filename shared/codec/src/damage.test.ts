/** Damaged archives: every cut and every changed byte is noticed, and what was handed out before is right. */
import { describe, expect, it } from 'vitest';
import { compressFiles } from './archive/compress-files.ts';
import { openArchive } from './archive/open.ts';
import { accessBytes } from './archive/random-access.ts';
import { compress } from './compress.ts';
import { magic } from './container/format.ts';
import { decompress } from './decompress.ts';
import { UstError } from './errors.ts';
import { inspect } from './inspect.ts';
import { bytesOf, inputFile, noise, sampleOf, streamOf, tinyCodec } from './testing/test-kit.ts';

interface Case {
  readonly name: string;
  readonly archive: Uint8Array;
  readonly original: Uint8Array;
  /** Decoding takes long: of what lies between head and end only a sample is damaged. */
  readonly slow?: boolean;
}

/** Positions to damage. */
function places({ archive, slow }: Case): number[] {
  const all = Array.from(archive.keys());
  return slow === true ? all.filter((at) => at < 24 || at >= archive.length - 9 || at % 24 === 0) : all;
}

let made: Promise<Case[]> | undefined;

/** Small archives of every form, with what they hold. */
function archives(): Promise<Case[]> {
  made ??= makeArchives();
  return made;
}

async function makeArchives(): Promise<Case[]> {
  const { codec, student } = await tinyCodec();
  const base = { codec, student, level: 'fast' } as const;
  const known = await sampleOf(codec, student, 330);
  const table = Uint8Array.from({ length: 400 }, (_, i) => (i % 8 === 0 ? i >> 3 : i % 8));
  const mixed = new Uint8Array(
    Buffer.concat([known.subarray(0, 60), noise(60), new Uint8Array(60), noise(3)]),
  );
  const single: (Omit<Case, 'archive'> & { options: object })[] = [
    { name: 'short, student', original: known, options: { name: 'ä.txt', mtime: 1e12 }, slow: true },
    { name: 'short, binary', original: table, options: {}, slow: true },
    { name: 'short, runs', original: new Uint8Array(300), options: {} },
    {
      name: 'short, zstd',
      original: new TextEncoder().encode('To be, or not to be, that is the question: '.repeat(4)),
      options: {},
    },
    { name: 'short, stored', original: noise(40), options: { name: 'x' } },
    { name: 'short, empty', original: new Uint8Array(), options: {} },
    { name: 'long', original: mixed, options: { blockBytes: 60, name: 'y', mtime: -5 } },
    { name: 'long, empty', original: new Uint8Array(), options: { blockBytes: 60 } },
  ];
  const cases = single.map(async ({ options, ...one }) => ({
    ...one,
    archive: await bytesOf(compress(streamOf(one.original), { ...base, ...options })),
  }));
  const entries = [
    inputFile('a/one.txt', mixed.subarray(0, 70), { mtime: 1, mode: 0o644 }),
    { path: 'a/empty', kind: 'directory', mode: 0o755 } as const,
    inputFile('b', mixed.subarray(70)),
    ...Array.from({ length: 9 }, (_, i) => inputFile(`a/nothing-${i}`, new Uint8Array())),
  ];
  const many = bytesOf(compressFiles(entries, { ...base, blockBytes: 60 }));
  const none = bytesOf(compressFiles([], base));
  return [
    ...(await Promise.all(cases)),
    { name: 'many', original: mixed, archive: await many },
    { name: 'many, none', original: new Uint8Array(), archive: await none },
  ];
}

interface Attempt {
  readonly out: Uint8Array;
  readonly error: unknown;
}

async function collect(parts: AsyncIterable<Uint8Array>): Promise<Attempt> {
  const out: Uint8Array[] = [];
  let error: unknown;
  try {
    for await (const part of parts) out.push(part);
  } catch (thrown) {
    error = thrown;
  }
  return { out: new Uint8Array(Buffer.concat(out)), error };
}

/** Decompresses; returns what came out before the error, and the error. */
async function attempt(archive: Uint8Array): Promise<Attempt> {
  const { codec, student } = await tinyCodec();
  return await collect(
    decompress(streamOf(archive), { codec, students: async () => student, manyFiles: 'join' }),
  );
}

/** The same by way of openArchive. */
async function attemptOpen(archive: Uint8Array): Promise<Attempt> {
  const { codec, student } = await tinyCodec();
  return await collect(
    (async function* () {
      const opened = await openArchive(accessBytes(archive), { codec, students: async () => student });
      for await (const { stream } of opened.readAll()) yield* stream;
    })(),
  );
}

function expectRefusal({ out, error }: Attempt, original: Uint8Array, what: string): string {
  expect(error, what).toBeInstanceOf(UstError);
  expect(Buffer.compare(out, original.subarray(0, out.length)), what).toBe(0);
  return (error as UstError).code;
}

describe('a damaged archive', () => {
  it('is whole before, and of the methods that are meant', async () => {
    const methods = new Set<string>();
    for (const { archive } of await archives()) {
      for (const { segments } of (await inspect(streamOf(archive))).blocks)
        for (const { method } of segments) methods.add(method);
    }
    expect([...methods].sort()).toEqual(['binary', 'runs', 'stored', 'student', 'zstd']);
    for (const { name, archive, original } of await archives()) {
      for (const way of [attempt, attemptOpen]) {
        const { out, error } = await way(archive);
        expect(error, name).toBeUndefined();
        expect(Buffer.compare(out, original), name).toBe(0);
      }
    }
  });

  it.each([
    ['as a stream', attempt],
    ['as a file', attemptOpen],
  ])('is noticed at every length it is cut to, %s', async (_, way) => {
    for (const one of await archives()) {
      const { name, archive, original } = one;
      for (const length of places(one)) {
        const what = `${name} cut to ${length}`;
        const code = expectRefusal(await way(archive.subarray(0, length)), original, what);
        if (length === 0) expect(code).toBe('UST_NOT_ARCHIVE');
        // Only the payload of a small file has no length of its own.
        else if (!name.startsWith('short')) expect(code, what).toBe('UST_TRUNCATED');
      }
    }
  });

  it.each([
    ['as a stream', attempt],
    ['as a file', attemptOpen],
  ])('is noticed at every byte that is changed, %s', async (_, way) => {
    for (const one of await archives()) {
      const { name, archive, original } = one;
      for (const at of places(one)) {
        for (const change of one.slow === true ? [0x80] : [0x01, 0xff]) {
          const altered = archive.slice();
          altered[at]! ^= change;
          expectRefusal(await way(altered), original, `${name}: byte ${at} ^ ${change}`);
        }
      }
    }
  });

  it('is noticed when bytes follow its end', async () => {
    for (const { name, archive, original } of await archives()) {
      for (const end of [[0], [0, 0, 0, 0, 0, 0, 0, 0, 0], [...archive]]) {
        const longer = new Uint8Array([...archive, ...end]);
        const refusals = ['UST_CORRUPT', 'UST_CHECKSUM'];
        expect(refusals, name).toContain(expectRefusal(await attempt(longer), original, name));
        if (!name.startsWith('short'))
          await expect(inspect(streamOf(longer))).rejects.toMatchObject({ code: 'UST_CORRUPT' });
      }
    }
  });

  it('is noticed when whole blocks are swapped, missing or foreign', async () => {
    const { codec, student } = await tinyCodec();
    const base = { codec, student, level: 'fast', blockBytes: 50 } as const;
    const original = noise(3 * 50);
    const archive = await bytesOf(compress(streamOf(original), base));
    const foreign = await bytesOf(compress(streamOf(original), { ...base, mtime: 0 }));
    const block = 4 + 1 + 50 + 8;
    const first =
      archive.findIndex(
        (_, i) => Buffer.compare(archive.subarray(i, i + 50), original.subarray(0, 50)) === 0,
      ) - 5;
    const at = (index: number): Uint8Array =>
      archive.subarray(first + index * block, first + (index + 1) * block);
    const head = archive.subarray(0, first);
    const end = archive.subarray(first + 3 * block);
    expect((await attempt(new Uint8Array(Buffer.concat([head, at(0), at(1), at(2), end])))).out).toEqual(
      original,
    );
    const orders: Uint8Array[][] = [
      [1, 0, 2],
      [0, 2, 1],
      [0, 2],
      [0, 1],
      [0, 1, 1, 2],
    ].map((order) => order.map(at));
    const alien = foreign.subarray(first + 6 + block, first + 6 + 2 * block);
    // Even with the mark of this archive.
    orders.push(
      [at(0), alien, at(2)],
      [at(0), new Uint8Array([...at(1).subarray(0, 4), ...alien.subarray(4)]), at(2)],
    );
    for (const order of orders) {
      const altered = new Uint8Array(Buffer.concat([head, ...order, end]));
      expectRefusal(await attempt(altered), original, 'as a stream');
      expectRefusal(await attemptOpen(altered), original, 'as a file');
    }
  });
});

describe('a larger archive', () => {
  it('is never read wrongly, whatever happens to a part of it', async () => {
    const { codec, student } = await tinyCodec();
    const base = { codec, student, level: 'fast', blockBytes: 16384 } as const;
    const nothing = new Uint8Array(60_000);
    const original = new Uint8Array(Buffer.concat([noise(100_000), nothing, noise(70_000, 2)]));
    const entries = Array.from({ length: 50 }, (_, i) =>
      inputFile(`folder-${i % 5}/file-${i}`, original.subarray(i * 4600, (i + 1) * 4600), {
        mtime: i,
        mode: 0o644,
      }),
    );
    const single = await bytesOf(compress(streamOf(original), { ...base, name: 'large' }));
    const many = await bytesOf(compressFiles(entries, base));
    for (const archive of [single, many]) {
      for (const way of [attempt, attemptOpen]) {
        expect(Buffer.compare((await way(archive)).out, original)).toBe(0);
        const random = new DataView(noise(4000, archive.length).buffer);
        for (let i = 0; i < 150; i++) {
          const at = random.getUint32(12 * i) % archive.length;
          const altered = archive.slice(0, i % 5 === 4 ? at : undefined);
          if (i % 5 < 3) altered[at]! ^= 1 + (random.getUint8(12 * i + 4) % 255);
          // The last bytes hold index and table, where little damage can do most.
          if (i % 5 === 3) altered[archive.length - 1 - (at % 400)]! ^= 1 << (i % 8);
          expectRefusal(await way(altered), original, `${i} at ${at}`);
        }
      }
    }
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

  it('is told apart from another version', async () => {
    for (const version of [0, 2, 255]) {
      const { error } = await attempt(new Uint8Array([...magic, version, 1]));
      expect(error).toMatchObject({ code: 'UST_VERSION', facts: { version, supported: 1 } });
    }
  });
});
