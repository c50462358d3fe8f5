/** The rule that spares the student: never a text, nearly always what cannot win. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { worthStudent } from './method.ts';
import { noise, tinyCodec } from './testing/test-kit.ts';

const spec = readFileSync(new URL('../../../docs/FORMAT.md', import.meta.url));
const decide = async (bytes: Uint8Array): Promise<boolean> =>
  worthStudent(bytes, (await tinyCodec()).codec.zstd.compress(bytes).length);

describe('the student', () => {
  it('is tried on texts of any encoding and length', async () => {
    const text = spec.toString('utf8');
    const encodings = [
      spec,
      Buffer.from(text, 'utf16le'),
      Buffer.from(spec.toString('base64')),
      Buffer.from(spec.toString('hex')),
    ];
    const chinese = Array.from(noise(20_000), (byte, i) =>
      String.fromCodePoint(0x4e00 + byte * 71 + (i % 7)),
    ).join('');
    for (const bytes of [...encodings, Buffer.from(chinese), Buffer.from(chinese, 'utf16le')]) {
      for (const length of [1, 100, 5000, bytes.length])
        expect(await decide(bytes.subarray(0, length))).toBe(true);
    }
  });

  it('is spared what looks random and what zstd has as good as removed', async () => {
    expect(await decide(noise(50_000))).toBe(false);
    expect(await decide(gzipSync(Buffer.from(noise(60_000).map((byte) => byte & 0x1f))).subarray(20))).toBe(
      false,
    );
    expect(await decide(new Uint8Array(50_000))).toBe(false);
    expect(await decide(new Uint8Array())).toBe(false);
  });
});
