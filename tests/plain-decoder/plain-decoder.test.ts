/** The second decoder against the first one's encoder: what docs/FORMAT.md says is what the codec does. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compress, loadStudent } from '@understudy/codec';
import { openNodeCodec } from '@understudy/codec/node';
import { describe, expect, it } from 'vitest';
import { drawn } from '../golden/contents.ts';
import { methodsOf } from '../golden/encode.ts';
import { xxh64 } from './bytes.ts';
import { decodeArchive } from './container.ts';
import { PlainStudent } from './student.ts';

const model = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../models/${name}/student.onnx`, import.meta.url))));
const text = 'It was the best of times, it was the worst of times. ';

describe('the plain decoder', () => {
  it('knows XXH64', () => {
    const hash = (value: string): string => xxh64(new TextEncoder().encode(value)).toString(16);
    // Test vectors of the algorithm's specification.
    expect(hash('')).toBe('ef46db3751d8e999');
    expect(hash('a')).toBe('d24ec4f1a98c6e5b');
    expect(hash('abc')).toBe('44bc2cf5ad770999');
    expect(hash(text)).not.toBe(hash(`${text} `));
  });

  it.each([
    ['tiny-swift', 9000, 3],
    ['tiny-transformer32', 300, 1],
  ] as const)('decodes what the codec made with %s, %i bytes in lanes: %i', async (name, count, lanes) => {
    const codec = await openNodeCodec({ threads: 1 });
    const student = await loadStudent(model(name));
    const plain = new PlainStudent(model(name));
    expect(plain.id).toBe(student.id);
    const bytes = drawn(plain, count, lanes);
    const stream = compress(new Blob([bytes as Uint8Array<ArrayBuffer>]).stream(), {
      codec,
      student,
      level: 1,
      name: 'x',
      mtime: 7,
    });
    const archive = new Uint8Array(
      await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
    );
    expect(await methodsOf(archive)).toEqual(['student']);
    expect(decodeArchive(archive, () => plain)).toEqual([{ path: 'x', kind: 'file', mtime: 7, bytes }]);
    await codec.dispose();
  });
});
