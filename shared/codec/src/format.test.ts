/** docs/FORMAT.md and the code say the same: its tables are parsed, its examples decoded and made again. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compressFiles } from './archive/compress-files.ts';
import { openArchive } from './archive/open.ts';
import { accessBytes } from './archive/random-access.ts';
import { compress } from './compress.ts';
import {
  endMagic,
  endTag,
  flags,
  forms,
  formatVersion,
  limits,
  magic,
  methods,
  methodsWithModel,
  methodsWithParameter,
  tag,
  type Method,
} from './container/format.ts';
import { errorClasses } from './errors.ts';
import { levelRules } from './level.ts';
import { bytesOf, inputFile, streamOf, tinyCodec } from './testing/test-kit.ts';

const page = readFileSync(new URL('../../../docs/FORMAT.md', import.meta.url), 'utf8');

/** Cells of the table rows of a section, without heads. */
function rows(section: number): string[][] {
  const text = page.split(/^## /m).find((part) => part.startsWith(`${section}. `))!;
  const lines = text.split('\n').filter((line) => line.startsWith('|') && !line.startsWith('| ---'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

const cell = (section: number, first: string, column: number): string | undefined =>
  rows(section).find((row) => row[0] === first)?.[column];

const toHex = (bytes: Iterable<number>): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');

/** The archives that are dumped byte by byte: indented lines of hex, then what they are. */
const dumps = page
  .split(/^## 14/m)[1]!
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
    expect(cell(2, 'magic', 2)).toBe(toHex(magic));
    expect(cell(2, 'version', 2)).toBe(String(formatVersion));
    expect(cell(2, 'flags', 2)).toContain(
      `0 short, 1 long, 2 many; bit 2: a name follows; bit 3: a time follows`,
    );
    expect([forms, flags]).toEqual([
      { short: 0, long: 1, many: 2 },
      { formMask: 3, name: 1 << 2, mtime: 1 << 3, levelShift: 4 },
    ]);
    expect(cell(2, 'name', 2)).toContain(`1 … ${limits.nameBytes} bytes`);
    expect(cell(2, 'block bytes', 2)).toContain(limits.blockBytes.toLocaleString('en'));
    expect(cell(3, 'tag', 2)).toContain('bits 0–3: method (§5); bit 6: the segment reaches to the end');
    expect(tag).toEqual({ methodMask: 0x0f, fills: 1 << 6, more: 1 << 7 });
    expect(cell(4, 'end tag', 2)).toContain(toHex([endTag]));
    expect(cell(4, 'end magic', 2)).toBe(toHex(endMagic));
    expect(cell(9, 'path', 3)).toContain(`1 … ${limits.pathBytes} bytes`);
  });

  it('has the methods of the code', () => {
    for (const method of Object.keys(methods) as Method[]) {
      expect(cell(5, method, 1)).toBe(String(methods[method]));
      expect(cell(5, method, 2)).toBe(methodsWithModel.has(method) ? 'yes' : 'no');
      expect((cell(5, method, 3) ?? '').includes('parameter')).toBe(methodsWithParameter.has(method));
    }
  });

  it('has the levels of the code', () => {
    const listed = rows(5).filter((row) => row.length === 7 && row[0] !== 'level');
    expect(listed).toEqual(
      levelRules.map(({ name, number, method, blockBytes, laneBytes, mostLanes, memoryMiB }) =>
        [name, number, method, blockBytes, laneBytes, mostLanes, memoryMiB].map(String),
      ),
    );
  });

  it('has the limits of the code', () => {
    const names: Readonly<Record<Exclude<keyof typeof limits, 'varintBytes'>, string>> = {
      blockBytes: 'block bytes',
      lanes: 'lanes',
      memoryMiB: 'memory (MiB)',
      segments: 'segments of a block',
      nameBytes: 'name bytes',
      pathBytes: 'path bytes',
      tailBytes: 'table bytes',
      blocks: 'blocks',
      files: 'files and folders, those that paths imply included',
    };
    for (const [limit, name] of Object.entries(names))
      expect(cell(8, name, 1), name).toBe(String(limits[limit as keyof typeof names]));
    expect(cell(8, 'another version', 1)).toBe(String(formatVersion));
  });

  it('names every error and no other', () => {
    expect(new Set(page.match(/UST_[A-Z_]+/g))).toEqual(new Set(Object.keys(errorClasses)));
  });

  it('has examples that decode, and that the encoder makes', async () => {
    const { codec, student } = await tinyCodec();
    const id = toHex(Array(32).keys()).replaceAll(' ', '').toLowerCase();
    const base = { codec, student: { ...student, id }, level: 1 } as const;
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    const one = (value: string, options: object): ReadableStream<Uint8Array> =>
      compress(streamOf(text(value)), { ...base, ...options });
    const examples = [
      {
        made: one('hello, world\n', { name: 'hi.txt', mtime: Date.UTC(2026, 0, 1) }),
        contents: ['hello, world\n'],
      },
      { made: one(`${'ha'.repeat(32)}end`, { blockBytes: 64 }), contents: [`${'ha'.repeat(32)}end`] },
      {
        made: compressFiles(
          [
            { path: 'a', kind: 'directory', mode: 0o755 },
            inputFile('a/b', text('one'), { mtime: Date.UTC(2026, 0, 1) }),
            inputFile('c', text('two')),
          ],
          base,
        ),
        contents: ['', 'one', 'two'],
      },
    ];
    const students = async (): Promise<never> => Promise.reject(new Error('no block needs it'));
    for (const [i, { made, contents }] of examples.entries()) {
      expect(toHex(await bytesOf(made))).toBe(toHex(dumps[i] ?? []));
      const opened = await openArchive(accessBytes(dumps[i]!), { codec, students });
      const found: string[] = [];
      for await (const { stream } of opened.readAll())
        found.push(new TextDecoder().decode(await bytesOf(stream)));
      expect(found).toEqual(contents);
    }
    expect(dumps.length).toBe(examples.length);
  });
});
