import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutSegments } from './cut.ts';
import { audio, base64, concat, json, log, picture, prose, random, table, widened } from './test-data.ts';
import type { ModelStrength, Segment } from './types.ts';

const MiB = 1 << 20;
const program = new Uint8Array(readFileSync(process.execPath));
const code = program.subarray(program.length >> 2, (program.length >> 2) + MiB);
const source = new Uint8Array(readFileSync(new URL('../errors.ts', import.meta.url)));
const zeros = (bytes: number): Uint8Array => new Uint8Array(bytes);
const spaces = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(32);
const text = prose(600_000);
const page = new TextEncoder().encode(
  `<!doctype html><html><body>${Array.from({ length: 4000 }, (_, i) => `<p class="row">Item <b>${i}</b> of <a href="/item/${i * 7}">the list</a></p>\n`).join('')}</body></html>`,
);
const cyrillic = (word: string): string =>
  Array.from(word, (c) => String.fromCodePoint(0x0430 + (c.charCodeAt(0) % 32))).join('');
const chinese = (word: string): string =>
  Array.from(word, (c, i) => String.fromCodePoint(0x4e00 + ((c.charCodeAt(0) * 37 + i) % 900))).join('');

const shape = (segments: readonly Segment[]): string =>
  segments.map(({ kind, recordLength }) => `${kind}${recordLength ?? ''}`).join(' ');

describe('cutSegments', () => {
  it.each([
    ['prose', text],
    ['JSON', json(500_000)],
    ['a log', log(500_000)],
    ['HTML', page],
    ['TypeScript', concat(...new Array<Uint8Array>(20).fill(source))],
    ['Cyrillic UTF-8', prose(300_000, 2, cyrillic)],
    ['Chinese UTF-8', prose(300_000, 3, chinese)],
    [
      'Cyrillic in one byte',
      prose(300_000, 2).map((byte) => (byte >= 97 && byte <= 122 ? byte + 128 : byte)),
    ],
    ['base64', base64(300_000)],
    ['hexadecimal', new TextEncoder().encode(Buffer.from(random(150_000)).toString('hex'))],
    ['text with long runs of spaces', concat(text, spaces(30_000), text, spaces(3000), text)],
    ['lines of equal signs', concat(text, new Uint8Array(20_000).fill(61), text)],
    [
      'JSON with base64 in it',
      concat(json(200_000), base64(60_000), json(100_000), base64(150_000), json(9000)),
    ],
    ['HTML with a picture as base64', concat(page, base64(100_000), page)],
    [
      'text with form feeds and escapes',
      text.map((byte, i) => (i % 500 === 0 ? 12 : i % 77 === 0 ? 27 : byte)),
    ],
    ['text with a few broken bytes', text.map((byte, i) => (i % 3000 === 0 ? 0xff : byte))],
    [
      'a tar of texts',
      concat(
        ...Array.from({ length: 60 }, (_, i) => concat(prose(99, i), zeros(413), prose(5000, i), zeros(120))),
      ),
    ],
    ['text with a little binary in it', concat(text, code.subarray(0, 9000), text)],
    ['text with a little noise in it', concat(text, random(20_000), text)],
    ['text with a page of zeros in it', concat(text, zeros(8192), text)],
  ])('never cuts a text: %s', (_, bytes) => {
    for (const model of ['blend', 'teacher'] as const) {
      expect(cutSegments(bytes, model)).toEqual([{ start: 0, end: bytes.length, kind: 'text' }]);
    }
  });

  it.each([
    ['zeros', zeros(MiB), 'runs'],
    ['random', random(MiB), 'random'],
    ['compressed', new Uint8Array(gzipSync(code)), 'random'],
    ['machine code', code, 'binary'],
    ['a table', table(20_000, 28), 'record28'],
    ['stereo samples', audio(200_000, 2), 'record4'],
    ['a medical picture', picture(512, 512, 2, 1), 'record1024'],
    ['UTF-16', widened(text, 2), 'record2'],
    ['UTF-32', widened(text, 4), 'record4'],
    [
      'UTF-16 in Cyrillic',
      new Uint8Array(Buffer.from(Buffer.from(prose(300_000, 2, cyrillic)).toString(), 'utf16le')),
      'record2',
    ],
    [
      'code with pages of zeros',
      concat(code.subarray(0, 300_000), zeros(20_000), code.subarray(300_000)),
      'binary',
    ],
  ])('keeps content of one kind whole: %s', (_, bytes, kind) => {
    expect(shape(cutSegments(bytes))).toBe(kind);
  });

  it.each([
    ['zeros before text', [zeros(9000), text], 'runs text'],
    ['zeros after text', [text, zeros(9000)], 'text runs'],
    ['a megabyte of zeros between texts', [text, zeros(MiB), text], 'text runs text'],
    ['much noise between texts', [text, random(300_000), text], 'text random text'],
    ['noise with text at its end', [random(300_000), prose(20_000)], 'random text'],
    ['code, text', [code, text], 'binary text'],
    [
      'a mixed archive',
      [text, table(20_000, 28), picture(512, 600, 2, 1), random(400_000), code],
      'text record28 record1024 random binary',
    ],
    ['two tables', [table(20_000, 28), table(8000, 64)], 'record28 record64'],
  ])('cuts where the content changes: %s', (_, parts, expected) => {
    const segments = cutSegments(concat(...parts));
    expect(shape(segments)).toBe(expected);
    let at = 0;
    segments.forEach(({ start, kind }, i) => {
      // Rows are cut to 64 KiB, everything else to the byte, or nearly so.
      const slack = kind === 'record' && segments[i - 1]?.kind === 'record' ? 65536 : 64;
      expect(Math.abs(start - at)).toBeLessThanOrEqual(slack);
      at += parts[i]?.length ?? 0;
    });
  });

  it('covers any bytes without gaps, in order, none empty', () => {
    const part = fc.oneof(
      fc.tuple(fc.constant(zeros), fc.nat(40_000)),
      fc.tuple(fc.constant(random), fc.nat(40_000)),
      fc.tuple(fc.constant(prose), fc.nat(40_000)),
      fc.tuple(
        fc.constant((bytes: number) => table(Math.ceil(bytes / 30), 30)),
        fc.nat(40_000),
      ),
    );
    const models = fc.constantFrom<ModelStrength>('student', 'blend', 'teacher');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), models, (parts, model) => {
        const bytes = concat(...parts.map(([make, size]) => make(size)));
        let at = 0;
        for (const { start, end, kind, recordLength } of cutSegments(bytes, model)) {
          expect(start).toBe(at);
          expect(end).toBeGreaterThan(start);
          expect(recordLength !== undefined).toBe(kind === 'record');
          at = end;
        }
        expect(at).toBe(bytes.length);
      }),
      { numRuns: 60 },
    );
  });

  it('cuts more willingly where a restart costs nothing', () => {
    const bytes = concat(text, zeros(100_000), text);
    expect(shape(cutSegments(bytes, 'student'))).toBe('text runs text');
    expect(shape(cutSegments(bytes, 'teacher'))).toBe('text');
  });

  it('reads 4 MiB in a fraction of a second', () => {
    const bytes = concat(code, code, code, code);
    cutSegments(bytes);
    const before = performance.now();
    cutSegments(bytes);
    // 80 … 150 ms on a quiet machine; ten times that is a broken loop.
    expect(performance.now() - before).toBeLessThan(1500);
  });
});
