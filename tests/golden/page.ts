/**
 * Writes the parts of docs/FORMAT.md that are made of code: the table of levels (§5) and the examples (§14), byte by byte.
 * `npx tsx tests/golden/page.ts`, after a level or the format has changed; tests say when that is due.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { compress, compressFiles, levelRules, loadStudent } from '@understudy/codec';
import { openNodeCodec } from '@understudy/codec/node';
import { Reader } from '../plain-decoder/bytes.ts';
import { modelBytes, text } from './contents.ts';
import { collect } from './encode.ts';

const page = new URL('../../docs/FORMAT.md', import.meta.url);
const methods = ['stored', 'zstd', 'student', 'blend', 'teacher', 'runs', 'binary'];
const streamOf = (value: string): ReadableStream<Uint8Array> => new Blob([value]).stream();

/** An archive in lines of hexadecimal digits with what they mean; reads its own fields with `reader`. */
class Dump {
  readonly lines: string[] = [];
  readonly reader: Reader;

  constructor(archive: Uint8Array) {
    this.reader = new Reader(archive);
  }

  field(bytes: number, meaning: string): Uint8Array {
    const taken = this.reader.take(bytes);
    for (let at = 0; at < bytes; at += 16) {
      const hex = Array.from(taken.subarray(at, at + 16), (byte) =>
        byte.toString(16).padStart(2, '0').toUpperCase(),
      );
      this.lines.push(`    ${hex.join(' ').padEnd(50)}${at === 0 ? meaning : ''}`.trimEnd());
    }
    return taken;
  }

  /** `#` in the meaning stands for the value. */
  varint(meaning: string): number {
    const start = this.reader.at;
    const value = this.reader.varint();
    const bytes = this.reader.at - start;
    this.reader.at = start;
    this.field(bytes, meaning.replace('#', String(value)));
    return value;
  }

  start(flags: string): void {
    this.field(7, 'magic');
    this.field(1, 'version 1');
    this.field(1, `flags: ${flags}`);
  }

  /** One segment. @param block bytes of a full block; 0 in the short form */
  segment(block: number, payload: string): void {
    const tag = this.reader.bytes[this.reader.at]!;
    const method = methods[tag & 15]!;
    this.field(1, `segment: ${method}${(tag & 64) === 0 ? '' : ', to the end of the block'}`);
    const original = (tag & 64) === 0 ? this.varint('original bytes: #') : block;
    const bytes = method === 'stored' ? original : this.varint('payload bytes: #');
    this.field(bytes, method === 'zstd' ? `${payload}: a zstd frame` : payload);
  }

  /** A long form from its model on, blocks of one segment each. */
  long(blocks: number, files?: () => void): void {
    this.field(32, 'model');
    const block = this.varint('block bytes: #');
    this.varint('lanes: #');
    this.varint('memory: # MiB');
    this.field(8, 'header check');
    for (let index = 0; index < blocks; index++) {
      this.field(4, `sync mark of block ${index}`);
      this.segment(block, 'payload');
      this.field(8, 'checksum');
    }
    const start = this.reader.at;
    this.field(4, 'sync mark of the tail');
    this.field(1, 'end tag');
    this.varint('table bytes: #');
    this.varint('packed bytes: # (not packed)');
    this.field(this.varint('header: # bytes'), 'the same once more');
    const count = this.varint('blocks: #');
    for (let index = 0; index < count; index++) this.varint(`block ${index}: # bytes`);
    this.varint('original bytes: #');
    this.field(8, 'digest');
    files?.();
    this.field(8, 'checksum');
    this.field(4, `footer: tail bytes, ${this.reader.at - start}`);
    this.field(4, 'end magic');
  }

  end(): string {
    if (this.reader.left > 0) throw new Error(`${this.reader.left} bytes are left over`);
    return this.lines.join('\n');
  }
}

async function examples(): Promise<string> {
  const codec = await openNodeCodec({ threads: 1 });
  const id = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0')).join('');
  const base = {
    codec,
    student: { ...(await loadStudent(modelBytes('tiny-swift'))), id },
    level: 1,
  } as const;
  const mtime = Date.UTC(2026, 0, 1);

  const short = new Dump(
    await collect(compress(streamOf('hello, world\n'), { ...base, name: 'hi.txt', mtime })),
  );
  short.start('short form, level 1, a name, a time');
  short.field(short.varint('name: # bytes'), 'hi.txt');
  short.field(6, 'time: 1,767,225,600,000 ms');
  short.segment(0, 'payload: hello, world, line feed');
  short.field(8, 'checksum');

  const long = new Dump(
    await collect(compress(streamOf(`${'ha'.repeat(32)}end`), { ...base, blockBytes: 64 })),
  );
  long.start('long form, level 1');
  long.long(2);

  const file = (
    path: string,
    value: string,
  ): { path: string; kind: 'file'; stream: () => ReadableStream<Uint8Array> } => ({
    path,
    kind: 'file',
    stream: () => new Blob([text(value) as Uint8Array<ArrayBuffer>]).stream(),
  });
  const entries = [
    { path: 'a', kind: 'directory', mode: 0o755 } as const,
    { ...file('a/b', 'one'), mtime },
    file('c', 'two'),
  ];
  const many = new Dump(await collect(compressFiles(entries, base)));
  many.start('many files, level 1');
  many.long(1, () => {
    many.varint('files and folders: #');
    many.field(3, 'kinds: folder with mode, file with time, file');
    for (const { path } of entries) many.field(many.varint('path: # bytes'), path);
    for (const path of ['a/b', 'c']) many.varint(`size of ${path}: #`);
    many.field(6, 'time of a/b');
    many.varint('mode of a: # (octal 755)');
    for (const path of ['a/b', 'c']) many.field(4, `file check of ${path}`);
  });
  await codec.dispose();

  return [
    'The text `hello, world` and a line feed, name `hi.txt`, changed at 2026-01-01T00:00:00Z, short form, stored:',
    short.end(),
    'The text of 32 times `ha` and once `end`, in blocks of 64 bytes (which an encoder does only when told to), with the model id 00 01 … 1F, which no block needs:',
    long.end(),
    'A folder `a` with mode 755, in it a file `b` with the text `one`, changed at 2026-01-01T00:00:00Z, beside it a file `c` with the text `two`; the same model:',
    many.end(),
  ].join('\n\n');
}

const levels = levelRules.map(
  ({ name, number, method, blockBytes, laneBytes, mostLanes, memoryMiB }) =>
    `| \`${name}\` | ${number} | \`${method}\` | ${[blockBytes, laneBytes, mostLanes, memoryMiB].join(' | ')} |`,
);
const before = readFileSync(page, 'utf8');
const head =
  '| level | number | method | block bytes | lane bytes | most lanes | memory (MiB) |\n| --- | --- | --- | --- | --- | --- | --- |\n';
const [start, rest] = before.split(head) as [string, string];
const after = `${start}${head}${levels.join('\n')}\n\n${rest.slice(rest.indexOf('\n\n') + 2)}`;
writeFileSync(
  page,
  `${after.slice(0, after.indexOf('## 14. Examples'))}## 14. Examples\n\n${await examples()}\n`,
);
