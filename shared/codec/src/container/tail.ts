/**
 * The tail of the long forms (docs/FORMAT.md §4): a copy of the header, where each block lies, length and digest of the
 * whole, the table of files; then the footer, by which it is found from the end. With the tail any block can be read alone, and
 * an archive whose head is damaged can still be recovered.
 */
import { CorruptError, LimitError, TruncatedError } from '../errors.ts';
import type { Zstd } from '../zstd.ts';
import type { ByteSource } from './byte-source.ts';
import { checksumText, readChecksum, requireChecksum, writeChecksum, type RunningHash } from './checksum.ts';
import { Cursor } from './cursor.ts';
import { readFileTable, writeFileTable, type TableEntry } from './file-table.ts';
import { checksumBytes, endMagic, endTag, footerBytes, limits, syncBytes } from './format.ts';
import { syncMark } from './head.ts';
import { readU32, u32 } from './integers.ts';
import { joinBytes } from './join-bytes.ts';
import { writeVarint } from './varint.ts';

/** What a tail says. */
export interface Tail {
  /** All bytes of the header. */
  readonly header: Uint8Array;
  /** Length of each block in the archive, from sync mark to checksum. */
  readonly frameBytes: readonly number[];
  readonly originalBytes: number;
  /** XXH64 of the whole original. */
  readonly digest: bigint;
  /** Only and always in an archive of many files. */
  readonly files?: readonly TableEntry[];
}

const where = 'the tail';

/** Tail and footer. @throws LimitError where it is more than any decoder reads */
export function writeTail(tail: Tail, check: Uint8Array, zstd: Zstd, hash: RunningHash): Uint8Array {
  const content = joinBytes([
    writeVarint(tail.header.length),
    tail.header,
    writeVarint(tail.frameBytes.length),
    ...tail.frameBytes.map(writeVarint),
    writeVarint(tail.originalBytes),
    writeChecksum(tail.digest),
    ...(tail.files === undefined ? [] : [writeFileTable(tail.files)]),
  ]);
  for (const [what, value, limit] of [
    ['blocks of a number of', tail.frameBytes.length, limits.blocks],
    ['a table of', content.length, limits.tailBytes],
  ] as const) {
    if (value > limit) throw new LimitError({ what, value, limit });
  }
  const packed = zstd.compress(content);
  const isPacked = packed.length < content.length;
  const frame = joinBytes([
    syncMark(check, tail.frameBytes.length),
    Uint8Array.of(endTag),
    writeVarint(content.length),
    writeVarint(isPacked ? packed.length : 0),
    isPacked ? packed : content,
  ]);
  const checksum = writeChecksum(hash.of(content) ^ hash.of(check, frame));
  return joinBytes([frame, checksum, u32(frame.length + checksumBytes), endMagic]);
}

/** A tail whose checksum holds, and how many bytes it has without the footer. */
export interface ReadTail {
  readonly tail: Tail;
  readonly bytes: number;
}

export interface TailContext {
  /** Check of the header that the archive begins with, if that could be read. */
  readonly check: Uint8Array | undefined;
  /** Loads zstd; only where the tail needs it. */
  readonly zstd: () => Promise<Zstd>;
  readonly hash: RunningHash;
  /** Position of the tail in the archive, for what errors say. */
  readonly offset: number;
  /** `may be missing`, or differ, where an archive is recovered. */
  readonly footer: 'needed' | 'may be missing';
}

/**
 * Reads a tail from its sync mark on, with the footer, to the end of the archive; its checksum is judged here.
 * @throws TruncatedError, CorruptError, ChecksumError, LimitError, UnsafePathError
 */
export async function readTail(
  source: ByteSource,
  sync: Uint8Array,
  context: TailContext,
): Promise<ReadTail> {
  const { hash, offset } = context;
  const corrupt = (problem: string): CorruptError =>
    new CorruptError({ where, problem, offset: source.offset });
  const contentBytes = await source.varint(where);
  const packedBytes = await source.varint(where);
  if (contentBytes > limits.tailBytes)
    throw new LimitError({ what: 'a table of', value: contentBytes, limit: limits.tailBytes });
  if (packedBytes >= contentBytes) throw corrupt(`${packedBytes} bytes for ${contentBytes}`);
  const payload = await source.exactly(packedBytes === 0 ? contentBytes : packedBytes, where);
  const stored = readChecksum(await source.exactly(checksumBytes, where));
  const frame = [sync, Uint8Array.of(endTag), writeVarint(contentBytes), writeVarint(packedBytes), payload];
  const bytes = frame.reduce((sum, part) => sum + part.length, checksumBytes);
  if (context.footer === 'needed') {
    const footer = await source.exactly(footerBytes, 'the footer');
    if (readU32(footer) !== bytes || !isEndMagic(footer)) throw corrupt('the footer differs');
  }

  const content = packedBytes === 0 ? payload : (await context.zstd()).decompress(payload, contentBytes);
  const cursor = new Cursor(content, where, offset);
  const header = cursor.take(cursor.varint());
  if (header.length < checksumBytes) throw cursor.corrupt('the header in it is too short');
  const check = header.subarray(header.length - checksumBytes);
  // The checksum is bound to the header that the archive has; where that is lost, to the copy.
  const bound = context.check ?? check;
  requireChecksum(stored, hash.of(content) ^ hash.of(bound, ...frame), where);
  if (checksumText(readChecksum(bound)) !== checksumText(readChecksum(check)))
    throw cursor.corrupt('it has another header');
  const count = cursor.varint();
  if (count > limits.blocks)
    throw new LimitError({ what: 'blocks of a number of', value: count, limit: limits.blocks });
  const lengths = Array.from({ length: count }, () => cursor.varint());
  const originalBytes = cursor.varint();
  const digest = readChecksum(cursor.take(checksumBytes));
  const files = cursor.left > 0 ? { files: readFileTable(cursor, originalBytes) } : {};
  cursor.end();
  if (readU32(sync) !== readU32(syncMark(check, count))) throw cursor.corrupt('its sync mark differs');
  return { tail: { header, frameBytes: lengths, originalBytes, digest, ...files }, bytes };
}

function isEndMagic(footer: Uint8Array): boolean {
  return endMagic.every((byte, i) => byte === footer[footerBytes - endMagic.length + i]);
}

/**
 * Length of the tail, from the last bytes of an archive of `archiveBytes` bytes.
 * @throws TruncatedError where the archive does not end as it should, CorruptError
 */
export function readFooter(footer: Uint8Array, archiveBytes: number): number {
  if (footer.length < footerBytes || !isEndMagic(footer))
    throw new TruncatedError({ where, offset: archiveBytes });
  const bytes = readU32(footer);
  if (bytes > archiveBytes - footerBytes || bytes < syncBytes + checksumBytes) {
    const problem = `a tail of ${bytes} bytes in an archive of ${archiveBytes}`;
    throw new CorruptError({ where: 'the footer', problem, offset: archiveBytes - footerBytes });
  }
  return bytes;
}
