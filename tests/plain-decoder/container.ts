/**
 * Archives to files: docs/FORMAT.md §2 – §6, §8, §9, over bytes in memory.
 */
import { corrupt, PlainError, Reader, xxh64 } from './bytes.ts';
import { decodeSegment, levels, methods, type Level, type Models, type Segment } from './methods.ts';
import { unzstd } from './zstd.ts';

export interface PlainFile {
  /** Missing where one file has no name. */
  readonly path?: string;
  readonly kind: 'file' | 'directory';
  readonly mtime?: number;
  readonly mode?: number;
  readonly bytes: Uint8Array;
}

const limits = {
  blockBytes: 67108864,
  lanes: 4096,
  memory: 4096,
  segments: 65536,
  nameBytes: 1024,
  pathBytes: 4096,
  tableBytes: 67108864,
  blocks: 4194304,
  files: 1048576,
};
const magic = [0xf5, 0x55, 0x53, 0x54, 0x0d, 0x0a, 0x0a];

function within(value: number, limit: keyof typeof limits): number {
  if (value > limits[limit]) throw new PlainError('UST_LIMIT', `${limit}: ${value}`);
  return value;
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
const u64 = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
};

/** The files of an archive. @throws PlainError with a code of §8 */
export function decodeArchive(archive: Uint8Array, models: Models): PlainFile[] {
  const reader = new Reader(archive);
  const start = archive.subarray(0, magic.length);
  if (start.length === 0 || start.some((byte, i) => byte !== magic[i]))
    throw new PlainError('UST_NOT_ARCHIVE', 'another magic');
  reader.take(magic.length);
  const version = reader.u8();
  if (version !== 1) throw new PlainError('UST_VERSION', `version ${version}`);
  const flags = reader.u8();
  const form = (['short', 'long', 'many'] as const)[flags & 3];
  const level = levels[flags >> 4];
  if (form === undefined || level === undefined) throw corrupt(`flags ${flags}`);
  if (form === 'many' && (flags & 12) !== 0) throw corrupt('many files with one name');
  const path = (flags & 4) === 0 ? undefined : readName(reader);
  const mtime = (flags & 8) === 0 ? undefined : reader.i48();
  const file = {
    ...(path === undefined ? {} : { path }),
    kind: 'file' as const,
    ...(mtime === undefined ? {} : { mtime }),
  };
  if (form === 'short') return [{ ...file, bytes: decodeShort(reader, level, models) }];

  const modelId = Buffer.from(reader.take(32)).toString('hex');
  const [blockBytes, lanes, memory] = [reader.varint(), reader.varint(), reader.varint()];
  const computed = xxh64(archive.subarray(0, reader.at));
  const check = reader.take(8);
  if (new Reader(check).unsigned(8) !== computed) throw new PlainError('UST_CHECKSUM', 'the header');
  within(blockBytes, 'blockBytes');
  within(lanes, 'lanes');
  within(memory, 'memory');
  if (blockBytes < 1 || lanes !== level.mostLanes) throw corrupt('block bytes or lanes');
  const header = archive.subarray(0, reader.at);
  const mark = Number(new Reader(check).unsigned(4));

  const blocks: Uint8Array[] = [];
  const lengths: number[] = [];
  for (;;) {
    const at = reader.at;
    if (reader.u32() !== (mark + blocks.length) % 2 ** 32) throw corrupt('a sync mark');
    if (archive[reader.at] === 0x3f) {
      const original = new Uint8Array(Buffer.concat(blocks));
      const files = readTail(reader, at, { header, check, lengths, original, many: form === 'many' });
      return files ?? [{ ...file, bytes: original }];
    }
    if (blocks.some((block) => block.length !== blockBytes)) throw corrupt('it follows a short block');
    const heads = readHeads(reader, level, blockBytes, 'long');
    const segments = heads.map((head) => ({ ...head, payload: reader.take(head.payloadBytes!) }));
    const covered = xxh64(check, archive.subarray(at, reader.at));
    const bytes = decodeBlock(segments, level, models, modelId);
    if (reader.unsigned(8) !== (xxh64(bytes) ^ covered))
      throw new PlainError('UST_CHECKSUM', `block ${blocks.length}`);
    blocks.push(bytes);
    lengths.push(reader.at - at);
  }
}

function decodeShort(reader: Reader, level: Level, models: Models): Uint8Array {
  const heads = readHeads(reader, level, level.blockBytes, 'short');
  const needsModel = heads.some(({ method }) => methods[method]!.needsModel);
  const modelId = needsModel ? Buffer.from(reader.take(8)).toString('hex') : '';
  const segments = heads.map((head) => {
    if (head.payloadBytes !== undefined) return { ...head, payload: reader.take(head.payloadBytes) };
    if (reader.left < 8) throw new PlainError('UST_TRUNCATED', 'no checksum');
    return { ...head, payload: reader.take(Math.min(reader.left - 8, head.originalBytes - 1)) };
  });
  const covered = xxh64(reader.bytes.subarray(0, reader.at));
  const stored = reader.unsigned(8);
  if (reader.left > 0) throw corrupt('bytes follow');
  const bytes = decodeBlock(segments, level, models, modelId);
  if (stored !== (xxh64(bytes) ^ covered)) throw new PlainError('UST_CHECKSUM', 'the block');
  return bytes;
}

function decodeBlock(segments: Segment[], level: Level, models: Models, modelId: string): Uint8Array {
  return new Uint8Array(
    Buffer.concat(segments.map((segment) => decodeSegment(segment, level, models, modelId))),
  );
}

type Head = Omit<Segment, 'payload'> & { readonly payloadBytes: number | undefined };

function readHeads(reader: Reader, level: Level, blockBytes: number, form: 'short' | 'long'): Head[] {
  const heads: Head[] = [];
  for (let total = 0; ;) {
    const tag = reader.u8();
    const [method, fills, more] = [tag & 15, (tag & 64) !== 0, (tag & 128) !== 0];
    if ((tag & 48) !== 0 || methods[method] === undefined) throw corrupt(`tag ${tag}`);
    if (methods[method].needsModel && method !== level.method) throw corrupt("another level's method");
    if (fills && (more || form === 'short')) throw corrupt('a length is missing');
    const originalBytes = fills ? blockBytes - total : reader.varint();
    total += originalBytes;
    if (total > blockBytes) throw corrupt('a block is too long');
    const isEmptyFile = form === 'short' && method === 0 && !more && heads.length === 0;
    if (originalBytes === 0 && !isEmptyFile) throw corrupt('an empty segment');
    if (form === 'long' && !more && !fills && total === blockBytes) throw corrupt('a length too many');
    let payloadBytes: number | undefined = originalBytes;
    if (method !== 0) {
      payloadBytes = more || form === 'long' ? reader.varint() : undefined;
      if (payloadBytes !== undefined && payloadBytes >= originalBytes) throw corrupt('a payload is too long');
    }
    const parameter = methods[method].hasParameter ? reader.varint() : 0;
    heads.push({ method, originalBytes, payloadBytes, parameter });
    if (!more) return heads;
    if (heads.length === limits.segments) throw new PlainError('UST_LIMIT', 'segments');
  }
}

interface Whole {
  readonly header: Uint8Array;
  readonly check: Uint8Array;
  readonly lengths: readonly number[];
  readonly original: Uint8Array;
  readonly many: boolean;
}

/** The tail, whose sync mark was read, and the footer; returns the files, where there is a table of them. */
function readTail(reader: Reader, start: number, whole: Whole): PlainFile[] | undefined {
  reader.u8();
  const tableBytes = within(reader.varint(), 'tableBytes');
  const packedBytes = reader.varint();
  if (packedBytes >= tableBytes) throw corrupt('a packed table is too long');
  const payload = reader.take(packedBytes || tableBytes);
  const covered = xxh64(whole.check, reader.bytes.subarray(start, reader.at));
  const stored = reader.unsigned(8);
  const tailBytes = reader.at - start;
  if (reader.u32() !== tailBytes || !sameBytes(reader.take(4), Uint8Array.of(0x55, 0x53, 0x54, 0xf6)))
    throw corrupt('the footer');
  const content = packedBytes === 0 ? payload : unzstd(payload, tableBytes);
  if (stored !== (xxh64(content) ^ covered)) throw new PlainError('UST_CHECKSUM', 'the tail');
  if (reader.left > 0) throw corrupt('bytes follow');

  const table = new Reader(content, 'UST_CORRUPT');
  const header = table.take(table.varint());
  const count = within(table.varint(), 'blocks');
  const lengths = Array.from({ length: count }, () => table.varint());
  const bytes = table.varint();
  const digest = table.take(8);
  const agrees =
    sameBytes(header, whole.header) &&
    lengths.join() === whole.lengths.join() &&
    bytes === whole.original.length &&
    table.left > 0 === whole.many;
  if (!agrees) throw corrupt('the tail belongs to other blocks');
  if (!sameBytes(digest, u64(xxh64(whole.original)))) throw new PlainError('UST_CHECKSUM', 'the whole');
  return whole.many ? readFiles(table, whole.original) : undefined;
}

function readFiles(table: Reader, original: Uint8Array): PlainFile[] {
  const count = within(table.varint(), 'files');
  const kinds = [...table.take(count)];
  if (kinds.some((kind) => kind > 7)) throw corrupt('a kind');
  const column = <T>(has: (kind: number) => boolean, read: () => T): (T | undefined)[] =>
    kinds.map((kind) => (has(kind) ? read() : undefined));
  const isFile = (kind: number): boolean => (kind & 1) === 0;
  const paths = column(
    () => true,
    () => readPath(table),
  );
  const sizes = column(isFile, () => table.varint());
  const times = column(
    (kind) => (kind & 2) !== 0,
    () => table.i48(),
  );
  const modes = column(
    (kind) => (kind & 4) !== 0,
    () => table.varint(),
  );
  const checks = column(isFile, () => table.u32());
  if (table.left > 0) throw corrupt('the table is too long');
  if (modes.some((mode) => (mode ?? 0) > 0o7777)) throw corrupt('a mode');
  const files = new Set(paths.filter((_, i) => isFile(kinds[i]!)));
  for (const path of paths as string[]) {
    const folders = path.split('/').map((_, i, parts) => parts.slice(0, i).join('/'));
    if (folders.some((folder) => files.has(folder)) || paths.indexOf(path) !== paths.lastIndexOf(path))
      throw new PlainError('UST_PATH', path);
  }
  let at = 0;
  const list = kinds.map((kind, i) => {
    const bytes = original.subarray(at, (at += sizes[i] ?? 0));
    if (at > original.length) throw corrupt('sizes');
    if (isFile(kind) && Number(xxh64(bytes) & 0xffffffffn) !== checks[i])
      throw new PlainError('UST_CHECKSUM', paths[i]!);
    const facts = {
      ...(times[i] === undefined ? {} : { mtime: times[i] }),
      ...(modes[i] === undefined ? {} : { mode: modes[i] }),
    };
    return {
      path: paths[i]!,
      kind: isFile(kind) ? ('file' as const) : ('directory' as const),
      ...facts,
      bytes,
    };
  });
  if (at !== original.length) throw corrupt('sizes');
  return list;
}

function isName(name: string): boolean {
  const bytes = new TextEncoder().encode(name).length;
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name) && bytes <= limits.nameBytes;
}

function readName(reader: Reader): string {
  within(new Reader(reader.bytes.subarray(reader.at)).varint(), 'nameBytes');
  const name = reader.text();
  if (!isName(name)) throw corrupt('a name');
  return name;
}

function readPath(table: Reader): string {
  within(new Reader(table.bytes.subarray(table.at), 'UST_CORRUPT').varint(), 'pathBytes');
  const path = table.text();
  if (!path.split('/').every(isName) || /^[A-Za-z]:/.test(path)) throw new PlainError('UST_PATH', path);
  return path;
}
