/**
 * The golden archives through both decoders, and the good ones through the encoder again: byte for byte, the format stays.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  accessBytes,
  decompress,
  loadStudent,
  openArchive,
  UstError,
  type Codec,
  type Student,
} from '@understudy/codec';
import { openNodeCodec } from '@understudy/codec/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlainError } from '../plain-decoder/bytes.ts';
import { decodeArchive } from '../plain-decoder/container.ts';
import { modelBytes, plainStudent, type ModelName } from './contents.ts';
import { collect, encode, methodsOf } from './encode.ts';
import { recipes } from './recipes.ts';
import { refused } from './refused.ts';

/** What an entry must be after decoding. */
interface Expected {
  readonly path?: string;
  readonly kind: string;
  readonly mtime?: number;
  readonly mode?: number;
  readonly size: number;
  readonly sha256: string;
}

/** golden.json, as make.ts writes it. */
interface Golden {
  readonly good: readonly {
    readonly file: string;
    readonly model: ModelName;
    readonly methods: readonly string[];
    readonly entries: readonly Expected[];
  }[];
  readonly refused: readonly { readonly file: string; readonly error: string }[];
}

const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as Golden;
const bytesOf = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(name, import.meta.url))));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();

let codec: Codec;
const students = new Map<string, Promise<Student>>();
const studentOf = (name: ModelName): Promise<Student> => {
  const student = students.get(name) ?? loadStudent(modelBytes(name), modelBytes(name, 'parity.bin'));
  students.set(name, student);
  return student;
};
const byId = async (id: string): Promise<Student> => {
  for (const name of ['tiny-swift', 'swift-1'] as const) {
    const student = await studentOf(name);
    if (student.id.startsWith(id)) return student;
  }
  throw new Error('no such model');
};

beforeAll(async () => {
  codec = await openNodeCodec({ threads: 1 });
});
afterAll(async () => codec.dispose());

describe('the folders', () => {
  it('hold what golden.json lists', () => {
    const listed = [...golden.good, ...golden.refused].map(({ file }) => file).sort();
    const found = ['good', 'bad', 'unsupported'].flatMap((folder) =>
      readdirSync(fileURLToPath(new URL(folder, import.meta.url))).map((name) => `${folder}/${name}`),
    );
    expect(found.sort()).toEqual(listed);
    expect(listed.length).toBe(recipes.length + refused.length);
  });
});

describe.each(golden.good)('$file', ({ file, model, methods, entries: expected }) => {
  const archive = bytesOf(file);

  it('is decoded by the codec', async () => {
    const opened = await openArchive(accessBytes(archive), { codec, students: byId });
    const found: Expected[] = [];
    for await (const { entry, stream } of opened.readAll()) {
      const bytes = await collect(stream);
      found.push({ ...entry, size: bytes.length, sha256: sha256(bytes) });
    }
    expect(found).toEqual(expected);
    const joined = await collect(decompress(streamOf(archive), { codec, students: byId, manyFiles: 'join' }));
    expect(joined.length).toBe(expected.reduce((sum, { size }) => sum + size, 0));
    expect(await methodsOf(archive)).toEqual(methods);
  });

  it('is decoded by the plain decoder', () => {
    const files = decodeArchive(archive, (id) => {
      const student = plainStudent(model);
      expect(student.id.startsWith(id)).toBe(true);
      return student;
    });
    expect(
      files.map(({ bytes, ...entry }) => ({ ...entry, size: bytes.length, sha256: sha256(bytes) })),
    ).toEqual(expected);
  });

  it('is what the encoder makes', async () => {
    const recipe = recipes.find(({ name }) => `good/${name}.ust` === file)!;
    const made = await encode(recipe, codec, await studentOf(recipe.model));
    expect(Buffer.compare(made, archive)).toBe(0);
  });
});

describe.each(golden.refused)('$file', ({ file, error }) => {
  const archive = bytesOf(file);

  it(`is refused with ${error}, from a pipe and from a file`, async () => {
    const piped = collect(decompress(streamOf(archive), { codec, students: byId, manyFiles: 'join' }));
    await expect(piped).rejects.toMatchObject({ code: error });
    const opened = (async () => {
      const one = await openArchive(accessBytes(archive), { codec, students: byId });
      for await (const { stream } of one.readAll()) await collect(stream);
    })();
    // Read from its end, an archive can break in more than one place: any of our errors will do.
    await expect(opened).rejects.toBeInstanceOf(UstError);
  });

  it('is refused by the plain decoder', () => {
    const attempt = (): unknown =>
      decodeArchive(archive, () => {
        throw new PlainError('UST_MODEL_UNKNOWN', 'none');
      });
    expect(attempt).toThrow(expect.objectContaining({ code: error }) as Error);
  });
});
