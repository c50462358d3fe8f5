/**
 * What follows a header: the one block of a short form, or numbered blocks and an end (docs/FORMAT.md §3, §4). A reader gets
 * payloads whose lengths are within the declared limits; their checksum can be judged only once the original is there.
 */
import { CorruptError } from '../errors.ts';
import { levels, type Level } from '../level.ts';
import type { BlockMethod } from '../progress.ts';
import { toHex } from '../student/student.ts';
import type { ByteSource } from './byte-source.ts';
import { readChecksum, writeChecksum, type RunningHash } from './checksum.ts';
import { checksumBytes, endMarker, methods, shortModelIdBytes } from './constants.ts';
import type { ReadHeader } from './header.ts';
import { joinBytes } from './join-bytes.ts';
import { writeVarint } from './varint.ts';

/** A block as it lies in the archive. `checksum` is XXH64(original) if nothing was altered. */
export interface Frame {
  readonly index: number;
  readonly method: BlockMethod;
  /** 16 or 64 hexadecimal digits; missing in a short form that needs none. */
  readonly modelId?: string;
  readonly originalBytes: number;
  readonly payload: Uint8Array;
  /** The stored checksum without the part that vouches for the archive's bytes: what XXH64(original) must be. */
  readonly checksum: bigint;
}

/** What is coded of a block. */
export interface CodedBlock {
  readonly method: BlockMethod;
  readonly payload: Uint8Array;
  readonly originalBytes: number;
}

/** Everything of a short form behind its header. */
export function writeShortFrame(
  header: Uint8Array,
  block: CodedBlock,
  modelId: string,
  original: bigint,
  hash: RunningHash,
): Uint8Array {
  const id = block.method === 'student' ? shortId(modelId) : new Uint8Array();
  const frame = joinBytes([
    id,
    writeVarint(block.originalBytes),
    writeVarint(block.payload.length),
    block.payload,
  ]);
  return joinBytes([frame, writeChecksum(original ^ hash.of(header, frame))]);
}

function shortId(modelId: string): Uint8Array {
  return Uint8Array.from({ length: shortModelIdBytes }, (_, i) =>
    parseInt(modelId.slice(2 * i, 2 * i + 2), 16),
  );
}

export async function readShortFrame(
  source: ByteSource,
  { header, bytes }: ReadHeader & { header: { form: 'short'; method: BlockMethod; level: Level } },
  hash: RunningHash,
): Promise<Frame> {
  const where = 'its block';
  const { method } = header;
  const id = method === 'student' ? await source.exactly(shortModelIdBytes, where) : new Uint8Array();
  const { originalBytes, payloadBytes } = await readLengths(
    source,
    method,
    levels[header.level].blockBytes,
    where,
  );
  const payload = await source.exactly(payloadBytes, where);
  const stored = readChecksum(await source.exactly(checksumBytes, where));
  await requireEnd(source);
  const covered = hash.of(bytes, id, writeVarint(originalBytes), writeVarint(payloadBytes), payload);
  const modelId = method === 'student' ? { modelId: toHex(id) } : {};
  return { index: 0, method, ...modelId, originalBytes, payload, checksum: stored ^ covered };
}

/** A block of the long form; `check` is its header's. */
export function writeLongFrame(
  check: Uint8Array,
  index: number,
  block: CodedBlock,
  original: bigint,
  hash: RunningHash,
): Uint8Array {
  const frame = joinBytes([
    Uint8Array.of(methods[block.method]),
    writeVarint(block.originalBytes),
    writeVarint(block.payload.length),
    block.payload,
  ]);
  return joinBytes([frame, writeChecksum(original ^ hash.of(check, u32(index), frame))]);
}

/** The end of the long form: length and checksum of the whole. */
export function writeEnd(
  check: Uint8Array,
  blocks: number,
  originalBytes: number,
  original: bigint,
  hash: RunningHash,
): Uint8Array {
  const frame = joinBytes([Uint8Array.of(endMarker), writeVarint(originalBytes), writeVarint(blocks)]);
  return joinBytes([frame, writeChecksum(original ^ hash.of(check, u32(blocks), frame))]);
}

/** The end of the long form as read. */
export interface End {
  readonly originalBytes: number;
  readonly blocks: number;
  /** What XXH64 of the whole original must be. */
  readonly checksum: bigint;
}

/** Walks the blocks of the long form; returns its end. Only the last block may be shorter than `blockBytes`. */
export async function* readLongFrames(
  source: ByteSource,
  header: { modelId: string; blockBytes: number; check: Uint8Array },
  hash: RunningHash,
): AsyncGenerator<Frame, End> {
  let total = 0;
  let last = header.blockBytes;
  for (let index = 0; ; index++) {
    const where = `block ${index}`;
    const tag = await source.byte(where);
    if (tag === endMarker) return await readEnd(source, header.check, index, total, hash);
    const method = (Object.keys(methods) as BlockMethod[]).find((key) => methods[key] === tag);
    if (method === undefined)
      throw new CorruptError({ where, problem: `method ${tag} is not known`, offset: source.offset });
    if (last !== header.blockBytes)
      throw new CorruptError({ where, problem: 'it follows a short block', offset: source.offset });
    const { originalBytes, payloadBytes } = await readLengths(source, method, header.blockBytes, where);
    if (originalBytes === 0) throw new CorruptError({ where, problem: 'it is empty', offset: source.offset });
    const payload = await source.exactly(payloadBytes, where);
    const stored = readChecksum(await source.exactly(checksumBytes, where));
    const lengths = [Uint8Array.of(tag), writeVarint(originalBytes), writeVarint(payloadBytes)];
    const covered = hash.of(header.check, u32(index), ...lengths, payload);
    yield { index, method, modelId: header.modelId, originalBytes, payload, checksum: stored ^ covered };
    total += originalBytes;
    last = originalBytes;
  }
}

async function readEnd(
  source: ByteSource,
  check: Uint8Array,
  blocks: number,
  total: number,
  hash: RunningHash,
): Promise<End> {
  const where = 'the end';
  const originalBytes = await source.varint(where);
  const declared = await source.varint(where);
  const stored = readChecksum(await source.exactly(checksumBytes, where));
  if (originalBytes !== total || declared !== blocks) {
    const problem = `it says ${originalBytes} bytes in ${declared} blocks, there were ${total} in ${blocks}`;
    throw new CorruptError({ where, problem, offset: source.offset });
  }
  await requireEnd(source);
  const frame = [Uint8Array.of(endMarker), writeVarint(originalBytes), writeVarint(blocks)];
  return { originalBytes, blocks, checksum: stored ^ hash.of(check, u32(blocks), ...frame) };
}

async function readLengths(
  source: ByteSource,
  method: BlockMethod,
  blockBytes: number,
  where: string,
): Promise<{ originalBytes: number; payloadBytes: number }> {
  const originalBytes = await source.varint(where);
  const payloadBytes = await source.varint(where);
  const fits = method === 'stored' ? payloadBytes === originalBytes : payloadBytes < originalBytes;
  if (originalBytes > blockBytes || !fits) {
    const problem = `${payloadBytes} bytes for ${originalBytes} of at most ${blockBytes}`;
    throw new CorruptError({ where, problem, offset: source.offset });
  }
  return { originalBytes, payloadBytes };
}

async function requireEnd(source: ByteSource): Promise<void> {
  if (!(await source.atEnd())) {
    throw new CorruptError({ where: 'the end', problem: 'more bytes follow', offset: source.offset });
  }
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
