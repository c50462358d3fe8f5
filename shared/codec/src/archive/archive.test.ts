/** Archives of many files: what goes in comes out, from anywhere in it, and nothing leads out of it. */
import { describe, expect, it } from 'vitest';
import { RunningHash } from '../container/checksum.ts';
import { writeFileTable, type TableEntry } from '../container/file-table.ts';
import { decompress } from '../decompress.ts';
import { inspect } from '../inspect.ts';
import { bytesOf, inputFile, noise, streamOf, tinyCodec } from '../testing/test-kit.ts';
import { compressFiles } from './compress-files.ts';
import type { InputEntry } from './join-files.ts';
import { openArchive, type OpenedArchive } from './open.ts';
import { accessBlob, accessBytes, type RandomAccess } from './random-access.ts';
import { writeLong } from './write-long.ts';
import { ruleOf } from '../level.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const contents: Readonly<Record<string, Uint8Array>> = {
  'docs/read me.txt': text('To be, or not to be. '.repeat(30)),
  'docs/empty': new Uint8Array(),
  'src/Ünïcode ✉️.bin': noise(700),
  'src/deep/er/zeros': new Uint8Array(5000),
  last: text('end'),
};
const entries = (): InputEntry[] => [
  { path: 'docs', kind: 'directory', mode: 0o755, mtime: 5 },
  ...Object.entries(contents).map(([path, bytes], i) =>
    inputFile(path, bytes, i === 0 ? { mtime: -7, mode: 0o600 } : {}),
  ),
  { path: 'src/nothing', kind: 'directory' },
];

async function archiveOf(list: InputEntry[] = entries(), blockBytes = 512): Promise<Uint8Array> {
  const { codec, student } = await tinyCodec();
  return await bytesOf(compressFiles(list, { codec, student, level: 'fast', blockBytes }));
}

async function open(source: RandomAccess): Promise<OpenedArchive> {
  const { codec, student } = await tinyCodec();
  return await openArchive(source, { codec, students: async () => student });
}

describe('an archive of many files', () => {
  it('gives back files, folders, times and modes', async () => {
    const archive = await archiveOf();
    const opened = await open(accessBlob(new Blob([archive as Uint8Array<ArrayBuffer>])));
    expect(opened.files).toEqual([
      { path: 'docs', kind: 'directory', size: 0, mode: 0o755, mtime: 5 },
      ...Object.entries(contents).map(([path, { length }], i) => ({
        path,
        kind: 'file',
        size: length,
        ...(i === 0 ? { mtime: -7, mode: 0o600 } : {}),
      })),
      { path: 'src/nothing', kind: 'directory', size: 0 },
    ]);
    const seen: Record<string, Uint8Array> = {};
    for await (const { entry, stream } of opened.readAll()) {
      if (entry.kind === 'file') seen[entry.path ?? ''] = await bytesOf(stream);
    }
    expect(seen).toEqual(contents);
    const all = new Uint8Array(Buffer.concat(Object.values(contents)));
    expect(opened.info).toMatchObject({
      form: 'many',
      level: 'fast',
      levelNumber: 2,
      originalBytes: all.length,
    });
    expect(opened.info.checksum).toBe((await RunningHash.create()).of(all).toString(16).padStart(16, '0'));
    expect((await inspect(streamOf(archive))).files).toEqual(opened.files);
  });

  it('gives files that nobody reads no chance to shift the others', async () => {
    const opened = await open(accessBytes(await archiveOf()));
    for await (const { entry, stream } of opened.readAll()) {
      if (entry.path === 'docs/read me.txt') await stream.getReader().read();
      if (entry.path === 'last') expect(await bytesOf(stream)).toEqual(contents.last);
    }
  });

  it('reads of one file, or one block, only what it needs', async () => {
    const archive = await archiveOf();
    let read = 0;
    const counted: RandomAccess = {
      size: archive.length,
      read: async (offset, length) => {
        read += length;
        return archive.subarray(offset, offset + length);
      },
    };
    const opened = await open(counted);
    for (const [path, bytes] of Object.entries(contents))
      expect(await bytesOf(opened.readFile(path))).toEqual(bytes);
    read = 0;
    expect(await bytesOf(opened.readFile('docs/read me.txt'))).toEqual(contents['docs/read me.txt']);
    expect(read).toBeLessThan(600);
    const all = new Uint8Array(Buffer.concat(Object.values(contents)));
    expect(await opened.readBlock(1)).toEqual(all.subarray(512, 1024));
    expect(await opened.readBlock(opened.info.blocks - 1)).toEqual(
      all.subarray(512 * (opened.info.blocks - 1)),
    );
    for (const missing of ['docs', 'docs/read', '', '../last']) {
      if (missing === 'docs') expect(await bytesOf(opened.readFile(missing))).toEqual(new Uint8Array());
      else expect(() => opened.readFile(missing)).toThrow(expect.objectContaining({ code: 'UST_NO_ENTRY' }));
    }
    for (const missing of [-1, opened.info.blocks, 0.5, NaN])
      await expect(opened.readBlock(missing)).rejects.toMatchObject({ code: 'UST_NO_ENTRY' });
  });

  it('comes through a pipe only as a whole', async () => {
    const { codec, student } = await tinyCodec();
    const archive = await archiveOf();
    const students = async (): Promise<typeof student> => student;
    await expect(bytesOf(decompress(streamOf(archive), { codec, students }))).rejects.toMatchObject({
      code: 'UST_MANY_FILES',
    });
    const joined = await bytesOf(decompress(streamOf(archive), { codec, students, manyFiles: 'join' }));
    expect(joined).toEqual(new Uint8Array(Buffer.concat(Object.values(contents))));
  });

  it('does not depend on how its files come in', async () => {
    const archive = await archiveOf();
    async function* slowly(): AsyncGenerator<InputEntry> {
      for (const entry of entries()) {
        const bytes = contents[entry.path];
        yield bytes === undefined ? entry : { ...entry, size: 999, stream: () => streamOf(bytes, 3) };
      }
    }
    const { codec, student } = await tinyCodec();
    expect(
      await bytesOf(compressFiles(slowly(), { codec, student, level: 'fast', blockBytes: 512, threads: 2 })),
    ).toEqual(archive);
  });

  it('lets go of the file that is being read when it is stopped', async () => {
    const { codec, student } = await tinyCodec();
    for (const how of ['abort', 'cancel'] as const) {
      let released = false;
      const hangs = new ReadableStream<Uint8Array>({
        pull: () => new Promise(() => undefined),
        cancel: () => void (released = true),
      });
      const unread = (): never => {
        throw new Error('the next file was opened');
      };
      const list: InputEntry[] = [
        inputFile('first', noise(100)),
        { path: 'hangs', kind: 'file', stream: () => hangs },
        { path: 'next', kind: 'file', stream: unread },
      ];
      const controller = new AbortController();
      const stream = compressFiles(list, { codec, student, level: 'fast', signal: controller.signal });
      const reader = stream.getReader();
      const read = reader.read();
      read.catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (how === 'abort') {
        controller.abort();
        await expect(read).rejects.toMatchObject({ code: 'UST_ABORTED' });
      } else await reader.cancel();
      expect(released, how).toBe(true);
    }
  });

  it("fails with a file's own error", async () => {
    const failure = new Error('disk on fire');
    const stream = (): ReadableStream<Uint8Array> =>
      new ReadableStream({ pull: (controller) => controller.error(failure) });
    await expect(archiveOf([...entries(), { path: 'x', kind: 'file', stream }])).rejects.toBe(failure);
  });

  it('holds nothing as well as a single small file', async () => {
    for (const list of [[], [inputFile('a', text('a'))]]) {
      const opened = await open(accessBytes(await archiveOf(list)));
      expect(opened.files.length).toBe(list.length);
      for await (const { stream } of opened.readAll()) expect(await bytesOf(stream)).toEqual(text('a'));
    }
  });
});

describe('paths', () => {
  it('that cannot be stored are refused by name, before the file is read', async () => {
    const unread = (path: string): InputEntry => ({
      path,
      kind: 'file',
      stream: () => {
        throw new Error('read');
      },
    });
    for (const path of ['../x', '/x', 'a/../x', 'C:\\x', 'c:/x', 'a//x', 'last/x', 'last', 'src', 'docs/\0'])
      await expect(archiveOf([...entries(), unread(path)]), path).rejects.toMatchObject({ code: 'UST_NAME' });
  });

  it('that an encoder of ours would not write are refused in archives', async () => {
    const { codec, student } = await tinyCodec();
    const hash = await RunningHash.create();
    const forged = async (files: TableEntry[]): Promise<Uint8Array> => {
      const end = (): { digest: bigint; originalBytes: number; files: TableEntry[] } => ({
        digest: hash.of(),
        originalBytes: 0,
        files,
      });
      const archive = {
        form: 'many',
        rule: ruleOf('fast'),
        blockBytes: 64,
        modelId: student.id,
        file: {},
      } as const;
      const chunks = writeLong(
        { ...archive, zstd: () => codec.zstd(), hash, end },
        (async function* () {})(),
      );
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk);
      return new Uint8Array(Buffer.concat(parts));
    };
    const file = (path: string): TableEntry => ({ path, kind: 'file', size: 0, checksum: 0x51d8e999 });
    await expect(open(accessBytes(await forged([file('a'), file('b')])))).resolves.toBeDefined();
    for (const paths of [
      ['../x'],
      ['/etc/passwd'],
      ['a/../../x'],
      ['C:/x'],
      ['a\\x'],
      ['a', 'a'],
      ['a', 'a/b'],
      ['a/b', 'a'],
    ]) {
      const archive = await forged(paths.map(file));
      await expect(open(accessBytes(archive)), paths.join()).rejects.toMatchObject({ code: 'UST_PATH' });
      await expect(inspect(streamOf(archive)), paths.join()).rejects.toMatchObject({ code: 'UST_PATH' });
    }
    expect((await open(accessBytes(await forged([file('a/B'), file('A/b')])))).clashes).toEqual([
      ['A/b', 'a/B'],
    ]);
  });

  it('of a million files stay small in a table', () => {
    const files = Array.from({ length: 20_000 }, (_, i) => ({
      path: `src/folder-${i % 100}/file-${i}.ts`,
      kind: 'file' as const,
      size: i,
      checksum: i,
    }));
    expect(writeFileTable(files).length / files.length).toBeLessThan(40);
  });
});
