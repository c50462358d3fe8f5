/**
 * Mutated archives through the whole decoder, and mutated payloads through each method behind its checksums: whatever comes in, the
 * answer is one of our errors or the right bytes, soon, and in little memory. 4,000 in `npm test`, more than 200,000 by
 * `npm run fuzz`, which runs the C++ side too.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { compressFiles } from './archive/compress-files.ts';
import { openArchive } from './archive/open.ts';
import { accessBytes } from './archive/random-access.ts';
import { decodeSegment } from './blocks/decode-segment.ts';
import { ModelCoder } from './blocks/model-coder.ts';
import { Breather } from './breather.ts';
import { compress } from './compress.ts';
import { methodsWithParameter, type Method } from './container/format.ts';
import { decompress } from './decompress.ts';
import { UstError } from './errors.ts';
import { inspect } from './inspect.ts';
import { ruleOf } from './level.ts';
import { generator } from './router/test-data.ts';
import { bytesOf, inputFile, noise, sampleOf, streamOf, tinyCodec } from './testing/test-kit.ts';

const isLong = process.env.UNDERSTUDY_LONG === '1';
const archiveMutations = isLong ? 180_000 : 3000;
const payloadMutations = isLong ? 30_000 : 1000;

/** No attempt may take longer: all originals are small. */
const mostMs = 10_000;
const mostMemoryGrowth = 512 << 20;

type Next = ReturnType<typeof generator>;

/** One to four changes of any kind; never the same bytes. */
function mutated(bytes: Uint8Array, others: readonly Uint8Array[], next: Next): Uint8Array {
  let changed: Uint8Array = bytes.slice();
  do {
    for (let changes = 1 + next(4); changes > 0; changes--) changed = changedOnce(changed, others, next);
  } while (Buffer.compare(changed, bytes) === 0);
  return changed;
}

function changedOnce(bytes: Uint8Array, others: readonly Uint8Array[], next: Next): Uint8Array {
  const at = next(bytes.length + 1);
  const length = next(Math.min(bytes.length - at, 16) + 1);
  const [before, part, after] = [
    bytes.subarray(0, at),
    bytes.subarray(at, at + length),
    bytes.subarray(at + length),
  ];
  const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
  switch (next(8)) {
    case 0:
      return before.slice();
    case 1:
      return joined(before, after);
    case 2:
      return joined(before, part, part, after);
    case 3:
      return joined(before, new Uint8Array(length).fill([0, 0xff, 0x80, 0x7f][next(4)] as number), after);
    case 4:
      return joined(before, noise(1 + next(8), next(1e9)), part, after);
    case 5: {
      const other = others[next(others.length)] as Uint8Array;
      return joined(before, other.subarray(next(other.length + 1)));
    }
    default: {
      const flipped = bytes.slice();
      if (at < flipped.length) flipped[at]! ^= 1 << next(8);
      return flipped;
    }
  }
}

/** Runs an attempt; its error, if it is one of ours. Anything else, and slowness, is a failure of the test. */
async function refusalOf(attempt: () => Promise<void>, what: string): Promise<UstError | undefined> {
  const before = performance.now();
  let refusal: UstError | undefined;
  try {
    await attempt();
  } catch (error) {
    if (!(error instanceof UstError)) throw new Error(`${what}: not our error`, { cause: error });
    refusal = error;
  }
  const ms = performance.now() - before;
  if (ms > mostMs) throw new Error(`${what}: took ${Math.round(ms)} ms`);
  return refusal;
}

let originals: Uint8Array[];
/** Those with tables take some milliseconds to start decoding: they come seldom. */
let archives: { readonly quick: Uint8Array[]; readonly slow: Uint8Array[]; readonly all: Uint8Array[] };

beforeAll(async () => {
  const { codec, student } = await tinyCodec();
  const base = { codec, student } as const;
  const known = await sampleOf(codec, student, 300);
  const rows = Uint8Array.from({ length: 400 }, (_, i) => (i % 20 === 0 ? i / 20 : i % 20));
  const mixed = new Uint8Array(Buffer.concat([known, noise(60), new Uint8Array(200), rows]));
  const copies = new TextEncoder().encode('to be or not to be; '.repeat(30));
  originals = [known, new Uint8Array(300), noise(50), copies, rows, new Uint8Array(), mixed];
  const one = originals.flatMap((original) => [
    compress(streamOf(original), { ...base, level: 1, name: 'a.txt' }),
    compress(streamOf(original), { ...base, level: 1, blockBytes: 100, mtime: 5 }),
  ]);
  const blended = compress(streamOf(rows), { ...base, level: 5 });
  const many = compressFiles(
    [
      inputFile('a/one.txt', mixed.subarray(0, 300), { mtime: 1, mode: 0o644 }),
      { path: 'a/empty', kind: 'directory', mode: 0o755 },
      inputFile('b', mixed.subarray(300)),
    ],
    { ...base, level: 1, blockBytes: 250 },
  );
  const all = await Promise.all([...one, blended, many].map(bytesOf));
  const used = await Promise.all(
    all.map(async (archive) => {
      const { blocks } = await inspect(streamOf(archive));
      return new Set(blocks.flatMap(({ segments }) => segments.map(({ method }) => method)));
    }),
  );
  const isSlow = (i: number): boolean => ['binary', 'blend'].some((method) => used[i]?.has(method as Method));
  archives = { all, quick: all.filter((_, i) => !isSlow(i)), slow: all.filter((_, i) => isSlow(i)) };
  // Or nothing would be tested.
  expect([...new Set(used.flatMap((set) => [...set]))]).toEqual(
    expect.arrayContaining(['stored', 'zstd', 'student', 'runs']),
  );
});

describe('mutated archives', () => {
  it(`are refused or give the right bytes: ${archiveMutations} of them`, { timeout: 3_600_000 }, async () => {
    const { codec, student } = await tinyCodec();
    const options = { codec, students: async () => student };
    const next = generator(20_261_124);
    const memory = process.memoryUsage().rss;
    let refused = 0;
    for (let i = 0; i < archiveMutations; i++) {
      const some = next(32) === 0 ? archives.slow : archives.quick;
      const archive = mutated(some[next(some.length)] as Uint8Array, archives.all, next);
      const what = `mutation ${i}: ${Buffer.from(archive).toString('hex')}`;
      const out: Uint8Array[] = [];
      const asStream = async (): Promise<void> => {
        for await (const part of decompress(streamOf(archive), { ...options, manyFiles: 'join' }))
          out.push(part);
      };
      const asFile = async (): Promise<void> => {
        const opened = await openArchive(accessBytes(archive), options);
        for await (const { stream } of opened.readAll()) {
          for await (const part of stream as unknown as AsyncIterable<Uint8Array>) out.push(part);
        }
      };
      const refusal = await refusalOf(i % 2 === 0 ? asStream : asFile, what);
      if (refusal !== undefined) refused++;
      // Another archive spliced in may be whole by itself.
      const bytes = Buffer.concat(out);
      const isRight = originals.some((original) =>
        refusal === undefined
          ? Buffer.compare(bytes, original) === 0
          : Buffer.compare(bytes, original.subarray(0, bytes.length)) === 0,
      );
      if (!isRight) throw new Error(`${what}: wrong bytes came out`);
    }
    expect(refused).toBeGreaterThan(archiveMutations * 0.95);
    expect(process.memoryUsage().rss - memory).toBeLessThan(mostMemoryGrowth);
  });
});

describe('mutated payloads behind their checksums', () => {
  it(
    `are refused or give as many bytes as declared: ${payloadMutations} of them`,
    { timeout: 3_600_000 },
    async () => {
      const { codec, student } = await tinyCodec();
      const models = new ModelCoder(codec, undefined, undefined);
      const rule = ruleOf(1);
      const tools = {
        rule,
        zstd: () => codec.zstd(),
        models,
        breather: new Breather('decompression'),
        student: async () => student,
        onWork: () => undefined,
      };
      const zstd = await codec.zstd();
      const payloads = [...originals.map((original) => zstd.compress(original)), ...archives.all, noise(500)];
      const quick: Method[] = ['zstd', 'student', 'runs'];
      const slow: Method[] = ['blend', 'binary'];
      const next = generator(3);
      const counts = { refused: 0, decoded: 0 };
      const memory = process.memoryUsage().rss;
      for (let i = 0; i < payloadMutations; i++) {
        const payload = mutated(payloads[next(payloads.length)] as Uint8Array, payloads, next);
        // The methods with tables take some milliseconds to start.
        const names = next(16) === 0 ? slow : quick;
        const method = names[next(names.length)] as Method;
        const parameter = methodsWithParameter.has(method) ? { parameter: next(2049) } : {};
        const segment = { method, originalBytes: 1 + next(700), payload, ...parameter };
        const what = `mutation ${i}: ${method}, ${segment.originalBytes} bytes, ${Buffer.from(payload).toString('hex')}`;
        const refusal = await refusalOf(async () => {
          const bytes = await decodeSegment(segment, tools);
          if (bytes.length !== segment.originalBytes) throw new Error('another number of bytes');
        }, what);
        counts[refusal === undefined ? 'decoded' : 'refused']++;
      }
      models.dispose();
      expect(counts.refused).toBeGreaterThan(0);
      expect(counts.decoded).toBeGreaterThan(0);
      expect(process.memoryUsage().rss - memory).toBeLessThan(mostMemoryGrowth);
    },
  );
});
