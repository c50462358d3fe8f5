/**
 * Where the blocks of an archive lie, read from a source that can be read anywhere: from the tail of a long form, without
 * looking at any block; a short form is read whole.
 */
import { CorruptError } from '../errors.ts';
import { readLongFrame, readShortFrame } from '../container/block-frame.ts';
import { ByteSource } from '../container/byte-source.ts';
import type { RunningHash } from '../container/checksum.ts';
import type { TableEntry } from '../container/file-table.ts';
import { endTag, footerBytes, syncBytes } from '../container/format.ts';
import { readHeader, syncMark, type Header, type LongHead, type ReadHeader } from '../container/head.ts';
import { readU32 } from '../container/integers.ts';
import { readFooter, readTail, type ReadTail } from '../container/tail.ts';
import type { Frame } from '../container/types.ts';
import { ruleOf } from '../level.ts';
import type { Zstd } from '../zstd.ts';
import { streamRange, type RandomAccess } from './random-access.ts';

/** What is known of an archive before a block is decoded. */
export interface Layout {
  readonly header: Header;
  /** 16 or 64 hexadecimal digits; missing in a short form that needs no model. */
  readonly modelId?: string;
  readonly originalBytes: number;
  /** Original bytes of every block but the last. */
  readonly blockBytes: number;
  readonly blocks: number;
  /** XXH64 of the whole original. */
  readonly digest: bigint;
  /** In an archive of many files. */
  readonly files?: readonly TableEntry[];
  /** A block as it lies in the archive, not yet decoded. 0 <= index < blocks. */
  frame(index: number): Promise<Frame>;
}

export interface Surroundings {
  readonly zstd: () => Promise<Zstd>;
  readonly hash: RunningHash;
  readonly signal: AbortSignal | undefined;
}

const headChunk = 4096;

/** @throws as readHeader, readTail; TruncatedError where the tail is missing */
export async function readLayout(source: RandomAccess, around: Surroundings): Promise<Layout> {
  const { hash, signal } = around;
  const stream = sourceAt(source, 0, source.size, signal, headChunk);
  const read = await readHeader(stream, hash);
  const { header } = read;
  if (header.form === 'short') {
    const { blockBytes } = ruleOf(header.level);
    const frame = await readShortFrame(stream, read, hash);
    const { originalBytes, checksum: digest, modelId } = frame;
    const model = modelId === undefined ? {} : { modelId };
    return { header, ...model, originalBytes, blockBytes, blocks: 1, digest, frame: async () => frame };
  }
  await stream.cancel();
  const { tail, bytes } = await readTailAtEnd(source, header.check, around);
  const offsets = offsetsOf(source.size, read, { tail, bytes }, header);
  return {
    header,
    modelId: header.modelId,
    originalBytes: tail.originalBytes,
    blockBytes: header.blockBytes,
    blocks: tail.frameBytes.length,
    digest: tail.digest,
    ...(tail.files === undefined ? {} : { files: tail.files }),
    frame: async (index) => {
      const offset = offsets[index] as number;
      const frame = await readFrameAt(
        source,
        header,
        index,
        offset,
        tail.frameBytes[index] as number,
        around,
      );
      const expected = Math.min(header.blockBytes, tail.originalBytes - index * header.blockBytes);
      if (frame.originalBytes === expected) return frame;
      const problem = `it has ${frame.originalBytes} bytes instead of ${expected}`;
      throw new CorruptError({ where: `block ${index}`, problem, offset });
    },
  };
}

/** A source of the bytes `start` … `end` - 1. */
export function sourceAt(
  source: RandomAccess,
  start: number,
  end: number,
  signal: AbortSignal | undefined,
  chunk?: number,
): ByteSource {
  return new ByteSource(streamRange(source, start, end, chunk), signal, 'reading', start);
}

/** @param check of the header, if that is known. @throws TruncatedError, CorruptError, ChecksumError, LimitError, UnsafePathError */
export async function readTailAtEnd(
  source: RandomAccess,
  check: Uint8Array | undefined,
  { zstd, hash, signal }: Surroundings,
): Promise<ReadTail> {
  const footer = await source.read(
    Math.max(0, source.size - footerBytes),
    Math.min(source.size, footerBytes),
  );
  const offset = source.size - footerBytes - readFooter(footer, source.size);
  const stream = sourceAt(source, offset, source.size, signal);
  const sync = await stream.exactly(syncBytes, 'the tail');
  if ((await stream.byte('the tail')) !== endTag)
    throw new CorruptError({ where: 'the tail', problem: 'it is not where the footer says', offset });
  return await readTail(stream, sync, { check, zstd, hash, offset, footer: 'needed' });
}

/** Where each block begins. @throws CorruptError where header, blocks and tail do not fill the archive */
function offsetsOf(
  size: number,
  { bytes }: ReadHeader,
  { tail, bytes: tailBytes }: ReadTail,
  header: LongHead,
): number[] {
  const offsets: number[] = [];
  let at = bytes.length;
  for (const length of tail.frameBytes) {
    offsets.push(at);
    at += length;
  }
  const blocks = Math.ceil(tail.originalBytes / header.blockBytes);
  const isConsistent =
    at + tailBytes + footerBytes === size &&
    blocks === tail.frameBytes.length &&
    (tail.files !== undefined) === (header.form === 'many');
  if (!isConsistent)
    throw new CorruptError({
      where: 'the tail',
      problem: 'it belongs to other blocks',
      offset: size - tailBytes,
    });
  return offsets;
}

/** The block whose `length` bytes begin at `offset`; with `any`, its sync mark may be damaged. @throws CorruptError, LimitError */
export async function readFrameAt(
  source: RandomAccess,
  header: LongHead,
  index: number,
  offset: number,
  length: number,
  { hash, signal }: Surroundings,
  mark: 'needed' | 'any' = 'needed',
): Promise<Frame> {
  const stream = sourceAt(source, offset, offset + length, signal, length);
  const where = `block ${index}`;
  const sync = await stream.exactly(syncBytes, where);
  if (mark === 'needed' && readU32(sync) !== readU32(syncMark(header.check, index)))
    throw new CorruptError({ where, problem: 'its sync mark differs', offset });
  const frame = await readLongFrame(stream, header, index, await stream.byte(where), hash);
  if (!(await stream.atEnd()))
    throw new CorruptError({ where, problem: 'it is shorter than the index says', offset: stream.offset });
  return frame;
}
