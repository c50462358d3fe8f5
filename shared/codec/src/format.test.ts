/** docs/FORMAT.md and the code say the same: its tables are parsed, its examples decoded and made again. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compress } from './compress.ts';
import { endMarker, formatVersion, limits, magic, methods } from './container/constants.ts';
import { decompress } from './decompress.ts';
import { errorClasses } from './errors.ts';
import { levels } from './level.ts';
import { bytesOf, streamOf, tinyCodec } from './testing/test-kit.ts';

const page = readFileSync(new URL('../../../docs/FORMAT.md', import.meta.url), 'utf8');

/** Cells of the table rows of a section, without heads. */
function rows(section: number): string[][] {
  const text = page.split(/^## /m).find((part) => part.startsWith(`${section}. `))!;
  const lines = text.split('\n').filter((line) => line.startsWith('|') && !line.startsWith('| ---'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const cell = (section: number, first: string, column: number): string | undefined =>
  rows(section).find((row) => row[0]?.replaceAll('`', '') === first)?.[column];

const toHex = (bytes: Iterable<number>): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');

/** The archives that are dumped byte by byte: indented lines of hex, then what they are. */
const dumps = page
  .split(/^## 9/m)[1]!
  .split(/\n(?! {4}|\n)/)
  .map((part) =>
    part
      .split('\n')
      .flatMap((line) => /^ {4}((?:[0-9A-F]{2} ?)+)(?: |$)/.exec(line)?.[1]?.trim().split(' ') ?? []),
  )
  .filter((hex) => hex.length > 0)
  .map((hex) => Uint8Array.from(hex, (byte) => parseInt(byte, 16)));

describe('docs/FORMAT.md', () => {
  it('has the constants of the code', () => {
    expect(cell(2, 'magic', 2)).toBe(`\`${toHex(magic)}\``);
    expect(cell(2, 'version', 2)).toBe(String(formatVersion));
    expect(cell(2, 'name', 2)).toContain(`1 … ${limits.nameBytes} bytes`);
    expect(cell(2, 'block bytes', 2)).toContain(limits.blockBytes.toLocaleString('en'));
    expect(cell(4, 'end marker', 2)).toBe(`\`${toHex([endMarker])}\``);
    for (const [name, number] of Object.entries(methods)) expect(cell(5, name, 1)).toBe(String(number));
    for (const [name, rule] of Object.entries(levels)) {
      const { id, blockBytes, laneBytes, maxLanes } = rule;
      expect([1, 2, 3, 4].map((column) => cell(4, name, column))).toEqual(
        [id, blockBytes, laneBytes, maxLanes].map(String),
      );
    }
    expect([cell(8, 'block bytes', 1), cell(8, 'lanes', 1), cell(8, 'name bytes', 1)]).toEqual(
      [limits.blockBytes, limits.lanes, limits.nameBytes].map(String),
    );
  });

  it('names every error and no other', () => {
    expect(new Set(page.match(/UST_[A-Z_]+/g))).toEqual(new Set(Object.keys(errorClasses)));
  });

  it('has examples that decode, and that the encoder makes', async () => {
    const { codec, student } = await tinyCodec();
    const id = toHex(Array(32).keys()).replaceAll(' ', '').toLowerCase();
    const examples = [
      { text: 'hello, world\n', options: { name: 'hi.txt', mtime: Date.UTC(2026, 0, 1) } },
      { text: `${'ha'.repeat(32)}end`, options: { blockBytes: 64 } },
    ];
    expect(dumps.length).toBe(examples.length);
    for (const [i, { text, options }] of examples.entries()) {
      const original = new TextEncoder().encode(text);
      const students = async (): Promise<never> => Promise.reject(new Error('no block needs it'));
      expect(await bytesOf(decompress(streamOf(dumps[i]!), { codec, students }))).toEqual(original);
      expect(
        toHex(
          await bytesOf(compress(streamOf(original), { codec, student: { ...student, id }, ...options })),
        ),
      ).toBe(toHex(dumps[i]!));
    }
  });
});
