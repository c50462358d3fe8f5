/**
 * The head of an archive: magic, version, flags, the file's name and time, and in the long forms the model and the limits
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
import { levelRules, type LevelNumber } from '../level.ts';
import { toHex } from '../student/student.ts';
import type { ByteSource } from './byte-source.ts';
import { readChecksum, requireChecksum, writeChecksum, type RunningHash } from './checksum.ts';
import {
  checksumBytes,
  flags,
  forms,
  formatVersion,
  limits,
  magic,
  modelIdBytes,
  mtimeBytes,
  type Form,
} from './format.ts';
import { fromHex } from './hex.ts';
import { isTime, readTime, readU32, u32, writeTime } from './integers.ts';
import { joinBytes } from './join-bytes.ts';
import { nameProblem } from './paths.ts';
import { writeVarint } from './varint.ts';

/** What the header says about the one file of an archive. */
export interface NamedFile {
  /** File name without folders. */
  readonly name?: string;
  /** Time of last change, milliseconds since 1970 (UTC). */
  readonly mtime?: number;
}

/** What the long forms declare before the first block. */
export interface LongLimits {
  readonly modelId: string;
  /** Original bytes of every block but the last. */
  readonly blockBytes: number;
  /** Most lanes of a segment. */
  readonly lanes: number;
  /** What a decoder of one block needs at most. */
  readonly memoryMiB: number;
}

export type Header = NamedFile & {
  readonly version: number;
  readonly level: LevelNumber;
} & ({ readonly form: 'short' } | LongHead);

/** The part of a header that only the long forms have. */
export type LongHead = LongLimits & {
  readonly form: 'long' | 'many';
  readonly level: LevelNumber;
  /** XXH64 of all bytes of the header before it: 8 bytes that stand for this archive. */
  readonly check: Uint8Array;
};

/** A header and the bytes it was read from. */
export interface ReadHeader {
  readonly header: Header;
  readonly bytes: Uint8Array;
}

const where = 'the header';

/** Bytes of a short form up to its block. @throws NameError */
export function writeShortHeader(level: LevelNumber, file: NamedFile): Uint8Array {
  return writeStart(level, file, 'short');
}

/** Bytes of a long form up to its first block, with their check. @throws NameError */
export function writeLongHeader(
  form: 'long' | 'many',
  level: LevelNumber,
  file: NamedFile,
  { modelId, blockBytes, lanes, memoryMiB }: LongLimits,
  hash: RunningHash,
): { bytes: Uint8Array; check: Uint8Array } {
  const start = joinBytes([
    writeStart(level, file, form),
    fromHex(modelId),
    ...[blockBytes, lanes, memoryMiB].map(writeVarint),
  ]);
  const check = writeChecksum(hash.of(start));
  return { bytes: joinBytes([start, check]), check };
}

function writeStart(level: LevelNumber, { name, mtime }: NamedFile, form: Form): Uint8Array {
  const parts: Uint8Array[] = [];
  let bits = forms[form] | (level << flags.levelShift);
  if (name !== undefined) {
    const problem = nameProblem(name);
    if (problem !== undefined) throw new NameError({ name, problem });
    bits |= flags.name;
    const bytes = new TextEncoder().encode(name);
    parts.push(writeVarint(bytes.length), bytes);
  }
  if (mtime !== undefined) {
    if (!isTime(mtime)) throw new RangeError(`mtime is ${mtime}`);
    bits |= flags.mtime;
    parts.push(writeTime(mtime));
  }
  return joinBytes([magic, Uint8Array.of(formatVersion, bits), ...parts]);
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
  const form = (Object.keys(forms) as Form[]).find((key) => forms[key] === (bits & flags.formMask));
  if (form === undefined) throw corrupt(`form ${bits & flags.formMask} is not known to this program`);
  const rule = levelRules.find((candidate) => candidate.number === bits >> flags.levelShift);
  if (rule === undefined) throw corrupt(`level ${bits >> flags.levelShift} is not known to this program`);
  if (form === 'many' && (bits & (flags.name | flags.mtime)) !== 0) throw corrupt('many files with one name');

  let file: NamedFile = {};
  if ((bits & flags.name) !== 0) {
    const length = await number();
    if (length > limits.nameBytes)
      throw new LimitError({ what: 'a name length of', value: length, limit: limits.nameBytes });
    file = { name: readName(await take(length), corrupt) };
  }
  if ((bits & flags.mtime) !== 0) file = { ...file, mtime: readTime(await take(mtimeBytes)) };
  const level = rule.number;
  if (form === 'short') return { header: { ...file, version, level, form }, bytes: joinBytes(parts) };

  const modelId = toHex(await take(modelIdBytes));
  const [blockBytes, lanes, memoryMiB] = [await number(), await number(), await number()];
  const computed = hash.of(...parts);
  const check = await take(checksumBytes);
  requireChecksum(readChecksum(check), computed, where);
  requireLimits({ blockBytes, lanes, memoryMiB });
  if (blockBytes < 1 || lanes !== rule.mostLanes) throw corrupt(`blocks of ${blockBytes} in ${lanes} lanes`);
  return {
    header: { ...file, version, level, form, modelId, blockBytes, lanes, memoryMiB, check },
    bytes: joinBytes(parts),
  };
}

/** @throws LimitError where an archive asks for more than this program gives */
function requireLimits(declared: { blockBytes: number; lanes: number; memoryMiB: number }): void {
  const names = {
    blockBytes: 'blocks of',
    lanes: 'lanes of a number of',
    memoryMiB: 'a need of memory (MiB) of',
  };
  for (const key of ['blockBytes', 'lanes', 'memoryMiB'] as const) {
    if (declared[key] > limits[key])
      throw new LimitError({ what: names[key], value: declared[key], limit: limits[key] });
  }
}

/** The mark in front of block `index`, or of the tail behind `index` blocks: bound to archive and number, so it can be found. */
export function syncMark(check: Uint8Array, index: number): Uint8Array {
  return u32((readU32(check) + index) >>> 0);
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
  const name = decodeUtf8(bytes);
  if (name === undefined) throw corrupt('the file name is not UTF-8');
  const problem = nameProblem(name);
  if (problem !== undefined) throw corrupt(`the file name cannot be used: ${problem}`);
  return name;
}

/** Strict: undefined where the bytes are not UTF-8; a byte order mark is kept. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
