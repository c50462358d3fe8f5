/**
 * The table of an archive of many files (docs/FORMAT.md §9): what each file or folder is called, its size, time, mode and
 * checksum, in columns, because columns compress better than rows. Contents lie in the order of the table.
 */
import { LimitError, NameError, UnsafePathError } from '../errors.ts';
import type { Cursor } from './cursor.ts';
import { limits, mtimeBytes } from './format.ts';
import { decodeUtf8 } from './head.ts';
import { isTime, readTime, u32, writeTime } from './integers.ts';
import { joinBytes } from './join-bytes.ts';
import { pathProblem, PathSet } from './paths.ts';
import type { FileEntry } from './types.ts';
import { writeVarint } from './varint.ts';

/** An entry as the table keeps it. */
export interface TableEntry extends FileEntry {
  readonly path: string;
  /** Files: the lower half of XXH64 of their bytes. */
  readonly checksum: number;
}

/** Bits of an entry's kind byte. */
const kinds = { directory: 0x01, mtime: 0x02, mode: 0x04 } as const;
const mostMode = 0o7777;

/** Takes entries one by one, refusing what cannot be stored before any of their bytes is read. */
export class FileTableWriter {
  readonly entries: TableEntry[] = [];
  private readonly paths = new PathSet();

  /** @throws NameError, LimitError; RangeError for times and modes that are none */
  admit({ path, kind, mtime, mode }: Omit<TableEntry, 'size' | 'checksum'>): void {
    const problem = pathProblem(path) ?? this.paths.add(path, kind);
    if (problem !== undefined) throw new NameError({ name: path, problem });
    if (mtime !== undefined && !isTime(mtime)) throw new RangeError(`mtime of ${path} is ${mtime}`);
    if (mode !== undefined && !(Number.isInteger(mode) && mode >= 0 && mode <= mostMode))
      throw new RangeError(`mode of ${path} is ${mode}`);
  }

  add(entry: TableEntry): void {
    this.entries.push(entry);
  }
}

export function writeFileTable(entries: readonly TableEntry[]): Uint8Array {
  const encoder = new TextEncoder();
  const column = (part: (entry: TableEntry) => Uint8Array | undefined): Uint8Array =>
    joinBytes(entries.map((entry) => part(entry) ?? new Uint8Array()));
  return joinBytes([
    writeVarint(entries.length),
    column((entry) => Uint8Array.of(kindByte(entry))),
    column(({ path }) => {
      const bytes = encoder.encode(path);
      return joinBytes([writeVarint(bytes.length), bytes]);
    }),
    column(({ kind, size }) => (kind === 'file' ? writeVarint(size) : undefined)),
    column(({ mtime }) => (mtime === undefined ? undefined : writeTime(mtime))),
    column(({ mode }) => (mode === undefined ? undefined : writeVarint(mode))),
    column(({ kind, checksum }) => (kind === 'file' ? u32(checksum) : undefined)),
  ]);
}

function kindByte({ kind, mtime, mode }: TableEntry): number {
  return (
    (kind === 'directory' ? kinds.directory : 0) |
    (mtime === undefined ? 0 : kinds.mtime) |
    (mode === undefined ? 0 : kinds.mode)
  );
}

/** @param total bytes that all files must have together. @throws CorruptError, LimitError, UnsafePathError */
export function readFileTable(cursor: Cursor, total: number): TableEntry[] {
  const count = cursor.varint();
  if (count > limits.files)
    throw new LimitError({ what: 'files of a number of', value: count, limit: limits.files });
  const bits = cursor.take(count);
  if (bits.some((kind) => kind > (kinds.directory | kinds.mtime | kinds.mode)))
    throw cursor.corrupt('a kind of file is not known');
  const column = <T>(has: (kind: number) => boolean, read: () => T): (T | undefined)[] =>
    Array.from(bits, (kind) => (has(kind) ? read() : undefined));
  const isFile = (kind: number): boolean => (kind & kinds.directory) === 0;

  const paths = column(
    () => true,
    () => readPath(cursor),
  );
  const set = new PathSet();
  paths.forEach((path = '', i) => {
    const problem = set.add(path, isFile(bits[i] as number) ? 'file' : 'directory');
    if (problem !== undefined) throw new UnsafePathError({ path, problem });
  });
  let left = total;
  const sizes = column(isFile, () => {
    const size = cursor.varint();
    if (size > left) throw cursor.corrupt('files have more bytes than the archive');
    left -= size;
    return size;
  });
  if (left !== 0) throw cursor.corrupt(`${left} bytes belong to no file`);
  const times = column(
    (kind) => (kind & kinds.mtime) !== 0,
    () => readTime(cursor.take(mtimeBytes)),
  );
  const modes = column(
    (kind) => (kind & kinds.mode) !== 0,
    () => readMode(cursor),
  );
  const checksums = column(isFile, () => cursor.u32());
  return Array.from(bits, (kind, i) => ({
    path: paths[i] as string,
    kind: isFile(kind) ? 'file' : 'directory',
    size: sizes[i] ?? 0,
    ...(times[i] === undefined ? {} : { mtime: times[i] }),
    ...(modes[i] === undefined ? {} : { mode: modes[i] }),
    checksum: checksums[i] ?? 0,
  }));
}

function readPath(cursor: Cursor): string {
  const length = cursor.varint();
  if (length > limits.pathBytes)
    throw new LimitError({ what: 'a path length of', value: length, limit: limits.pathBytes });
  const path = decodeUtf8(cursor.take(length));
  if (path === undefined) throw cursor.corrupt('a path is not UTF-8');
  const problem = pathProblem(path);
  if (problem !== undefined) throw new UnsafePathError({ path, problem });
  return path;
}

function readMode(cursor: Cursor): number {
  const mode = cursor.varint();
  if (mode > mostMode) throw cursor.corrupt(`a mode is ${mode}`);
  return mode;
}
