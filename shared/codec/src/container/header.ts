/**
 * The head of an archive: magic, version, flags, the file's name and time, and in the long form the model and the limits
 * (docs/FORMAT.md §2). Writing and reading are mirror images; whatever a reader lets through, a writer could have written.
 */
import {
  CorruptError,
  LimitError,
  NameError,
  NotArchiveError,
  TruncatedError,
  VersionError,
} from '../errors.ts';
import { levelOf, levels, type Level } from '../level.ts';
import type { BlockMethod } from '../progress.ts';
import { toHex } from '../student/student.ts';
import type { ByteSource } from './byte-source.ts';
import { readChecksum, requireChecksum, writeChecksum, type RunningHash } from './checksum.ts';
import {
  checksumBytes,
  flags,
  formatVersion,
  limits,
  magic,
  methods,
  modelIdBytes,
  mtimeBytes,
} from './constants.ts';
import { joinBytes } from './join-bytes.ts';
import { writeVarint } from './varint.ts';

/** What an archive says about the file in it. */
export interface FileEntry {
  /** File name without folders. */
  readonly name?: string;
  /** Time of last change, milliseconds since 1970 (UTC). */
  readonly mtime?: number;
}

export type Header = FileEntry & {
  readonly version: number;
  readonly level: Level;
} & (
    | { readonly form: 'short'; readonly method: BlockMethod }
    | {
        readonly form: 'long';
        readonly modelId: string;
        readonly blockBytes: number;
        readonly check: Uint8Array;
      }
  );

/** A header and the bytes it was read from. */
export interface ReadHeader {
  readonly header: Header;
  readonly bytes: Uint8Array;
}

const where = 'the header';

/** Bytes of a short form up to its block. */
export function writeShortHeader(level: Level, file: FileEntry, method: BlockMethod): Uint8Array {
  return writeStart(level, file, flags.short | (methods[method] << flags.methodShift));
}

/** Bytes of a long form up to its first block, with their check. */
export function writeLongHeader(
  level: Level,
  file: FileEntry,
  modelId: string,
  blockBytes: number,
  hash: RunningHash,
): { bytes: Uint8Array; check: Uint8Array } {
  const start = joinBytes([
    writeStart(level, file, 0),
    Uint8Array.from({ length: modelIdBytes }, (_, i) => parseInt(modelId.slice(2 * i, 2 * i + 2), 16)),
    writeVarint(blockBytes),
    writeVarint(levels[level].maxLanes),
  ]);
  const check = writeChecksum(hash.of(start));
  return { bytes: joinBytes([start, check]), check };
}

function writeStart(level: Level, { name, mtime }: FileEntry, form: number): Uint8Array {
  const parts: Uint8Array[] = [magic, Uint8Array.of(formatVersion, 0)];
  let bits = form | (levels[level].id << flags.levelShift);
  if (name !== undefined) {
    bits |= flags.name;
    const bytes = checkName(name);
    parts.push(writeVarint(bytes.length), bytes);
  }
  if (mtime !== undefined) {
    bits |= flags.mtime;
    const field = new DataView(new ArrayBuffer(8));
    field.setBigInt64(0, BigInt(Math.round(mtime)), true);
    parts.push(new Uint8Array(field.buffer, 0, mtimeBytes));
  }
  const bytes = joinBytes(parts);
  bytes[magic.length + 1] = bits;
  return bytes;
}

/** UTF-8 of a name that may be stored. @throws NameError */
function checkName(name: string): Uint8Array {
  const problem = nameProblem(name);
  if (problem !== undefined) throw new NameError({ name, problem });
  return new TextEncoder().encode(name);
}

/** What keeps a name from being stored: it must be the name of one file on every system's terms of a path. */
function nameProblem(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'it is not the name of a file';
  if (/[/\\\0]/.test(name)) return 'it has a slash, a backslash or a zero byte';
  if (!name.isWellFormed()) return 'it is not valid Unicode';
  const { length } = new TextEncoder().encode(name);
  return length > limits.nameBytes ? `it has ${length} bytes, more than ${limits.nameBytes}` : undefined;
}

/** Reads what stands before the first block. @throws NotArchiveError, VersionError, TruncatedError, CorruptError, LimitError, ChecksumError */
export async function readHeader(source: ByteSource, hash: RunningHash): Promise<ReadHeader> {
  const parts: Uint8Array[] = [];
  const take = async (count: number): Promise<Uint8Array> => {
    const bytes = await source.exactly(count, where);
    parts.push(bytes);
    return bytes;
  };
  const number = async (): Promise<number> => {
    const value = await source.varint(where);
    parts.push(writeVarint(value));
    return value;
  };
  const corrupt = (problem: string): CorruptError =>
    new CorruptError({ where, problem, offset: source.offset });

  parts.push(await readMagic(source));
  const version = (await take(1))[0] as number;
  if (version !== formatVersion) throw new VersionError({ version, supported: formatVersion });
  const bits = (await take(1))[0] as number;
  const short = (bits & flags.short) !== 0;
  const level = levelOf(bits >> flags.levelShift);
  if (level === undefined) throw corrupt(`level ${bits >> flags.levelShift} is not known to this program`);
  const methodNumber = (bits & flags.methodMask) >> flags.methodShift;
  const method = (Object.keys(methods) as BlockMethod[]).find((key) => methods[key] === methodNumber);
  if (method === undefined || (!short && methodNumber !== 0))
    throw corrupt(`method ${methodNumber} is not known`);

  let file: FileEntry = {};
  if ((bits & flags.name) !== 0) {
    const length = await number();
    if (length > limits.nameBytes)
      throw new LimitError({ what: 'a name length of', value: length, limit: limits.nameBytes });
    file = { name: readName(await take(length), corrupt) };
  }
  if ((bits & flags.mtime) !== 0) {
    const field = new DataView(new ArrayBuffer(8));
    new Uint8Array(field.buffer).set(await take(mtimeBytes), 2);
    file = { ...file, mtime: Number(field.getBigInt64(0, true) >> 16n) };
  }
  if (short) return { header: { ...file, version, level, form: 'short', method }, bytes: joinBytes(parts) };

  const modelId = toHex(await take(modelIdBytes));
  const blockBytes = await number();
  const lanes = await number();
  const computed = hash.of(...parts);
  const check = await take(checksumBytes);
  requireChecksum(readChecksum(check), computed, where);
  if (blockBytes > limits.blockBytes)
    throw new LimitError({ what: 'blocks of', value: blockBytes, limit: limits.blockBytes });
  if (lanes > limits.lanes)
    throw new LimitError({ what: 'lanes of a number of', value: lanes, limit: limits.lanes });
  if (blockBytes < 1 || lanes !== levels[level].maxLanes)
    throw corrupt(`blocks of ${blockBytes} in ${lanes} lanes`);
  return {
    header: { ...file, version, level, form: 'long', modelId, blockBytes, check },
    bytes: joinBytes(parts),
  };
}

async function readMagic(source: ByteSource): Promise<Uint8Array> {
  const bytes = await source.upTo(magic.length);
  if (bytes.length === 0) throw new NotArchiveError({ problem: 'it is empty' });
  const differs = bytes.findIndex((byte, i) => byte !== magic[i]);
  if (differs < 0) {
    if (bytes.length < magic.length) throw new TruncatedError({ where, offset: bytes.length });
    return bytes;
  }
  const converted =
    differs >= 4 || (bytes[0] === 0x75 && bytes[1] === 0x55 && bytes[2] === 0x53 && bytes[3] === 0x54);
  throw new NotArchiveError({
    problem: converted
      ? 'it was one, but a transfer as text has changed it; transfer it as binary'
      : 'its first bytes are others; is it another file with that ending? Rename it to compress it',
  });
}

function readName(bytes: Uint8Array, corrupt: (problem: string) => CorruptError): string {
  let name: string;
  try {
    name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw corrupt('the file name is not UTF-8');
  }
  const problem = nameProblem(name);
  if (problem !== undefined) throw corrupt(`the file name cannot be used: ${problem}`);
  return name;
}
