/**
 * Compresses a stream to a `.ust` archive, one block at a time with flat memory. What comes out depends on the bytes, the
 * student, the level and the file entry alone: not on the engine, nor on how the input is cut into chunks.
 */
import { Breather } from './breather.ts';
import type { Codec } from './codec.ts';
import { ByteSource } from './container/byte-source.ts';
import { RunningHash } from './container/checksum.ts';
import { limits, shortModelIdBytes } from './container/constants.ts';
import { writeEnd, writeLongFrame, writeShortFrame, type CodedBlock } from './container/frames.ts';
import { writeLongHeader, writeShortHeader } from './container/header.ts';
import { generatorStream } from './generator-stream.ts';
import { lanesOf, levels, type Level } from './level.ts';
import { worthStudent } from './method.ts';
import type { BlockMethod, OnProgress } from './progress.ts';
import { StudentBlocks } from './student-block.ts';
import type { Student } from './student/student.ts';

export interface CompressOptions {
  readonly codec: Codec;
  readonly student: Student;
  /** `fast` is the only one yet. */
  readonly level?: Level;
  /** File name to store, without folders. */
  readonly name?: string;
  /** Time of last change to store, milliseconds since 1970. */
  readonly mtime?: number;
  /** Length of the input where it is known: only for progress. */
  readonly size?: number;
  /** Stops promptly (between steps); the stream then fails with AbortedError. */
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** Other block length than the level's, 1 … 64 MiB, for less memory; gives a (slightly) larger archive, never a short form. */
  readonly blockBytes?: number;
}

/**
 * The archive of `input` as a stream of chunks, made while it is read. Cancelling it cancels `input`.
 * The stream fails with UstError: NameError, EngineError, ParityError, AbortedError; or with the input's own error.
 */
export function compress(
  input: ReadableStream<Uint8Array>,
  options: CompressOptions,
): ReadableStream<Uint8Array> {
  return generatorStream((signal) => compressBlocks(input, { ...options, signal }), options.signal);
}

async function* compressBlocks(
  input: ReadableStream<Uint8Array>,
  options: CompressOptions,
): AsyncGenerator<Uint8Array> {
  const { codec, student, level = 'fast', signal, onProgress } = options;
  const blockBytes = options.blockBytes ?? levels[level].blockBytes;
  if (!Number.isInteger(blockBytes) || blockBytes < 1 || blockBytes > limits.blockBytes) {
    throw new RangeError(`blockBytes is ${blockBytes}, not within 1 … ${limits.blockBytes}`);
  }
  const breather = new Breather('compression', signal, onProgress, options.size);
  const source = new ByteSource(input, signal, 'compression');
  const blocks = new StudentBlocks(codec, breather, onProgress);
  const hash = await RunningHash.create();
  const whole = await RunningHash.create();
  const counts: Record<BlockMethod, number> = { stored: 0, zstd: 0, student: 0 };
  let archiveBytes = 0;
  const count = (bytes: Uint8Array): Uint8Array => {
    archiveBytes += bytes.length;
    return bytes;
  };
  const finishBlock = (index: number, block: CodedBlock): void => {
    counts[block.method]++;
    const { method, originalBytes, payload } = block;
    onProgress?.({ type: 'block', block: index, method, bytesIn: originalBytes, bytesOut: payload.length });
  };

  try {
    // Refuses a bad name before any work is done.
    writeShortHeader(level, options, 'stored');
    let bytes = await source.upTo(blockBytes);
    if (options.blockBytes === undefined && (await source.atEnd())) {
      const block = await encodeBlock(options, blocks, bytes, 0, 0, shortModelIdBytes);
      const header = writeShortHeader(level, options, block.method);
      yield count(header);
      yield count(writeShortFrame(header, block, student.id, hash.of(bytes), hash));
      finishBlock(0, block);
    } else {
      const header = writeLongHeader(level, options, student.id, blockBytes, hash);
      yield count(header.bytes);
      let index = 0;
      for (; bytes.length > 0; index++, bytes = await source.upTo(blockBytes)) {
        const block = await encodeBlock(options, blocks, bytes, index, index * blockBytes, 0);
        whole.update(bytes);
        yield count(writeLongFrame(header.check, index, block, hash.of(bytes), hash));
        finishBlock(index, block);
      }
      yield count(writeEnd(header.check, index, source.offset, whole.finish(), hash));
    }
    const engine = blocks.engine === undefined ? {} : { engine: blocks.engine };
    onProgress?.({ type: 'done', originalBytes: source.offset, archiveBytes, blocks: counts, ...engine });
  } finally {
    blocks.dispose();
    await source.cancel();
  }

  /** The smallest of stored, zstd and student; on a tie the one that decodes fastest. */
  async function encodeBlock(
    { level = 'fast' }: CompressOptions,
    students: StudentBlocks,
    original: Uint8Array,
    index: number,
    start: number,
    studentExtraBytes: number,
  ): Promise<CodedBlock> {
    await breather.breathe(index, start);
    const originalBytes = original.length;
    let best: CodedBlock = { method: 'stored', payload: original, originalBytes };
    if (originalBytes === 0) return best;
    const frame = codec.zstd.compress(original);
    if (frame.length < best.payload.length) best = { method: 'zstd', payload: frame, originalBytes };
    breather.check();
    const most = best.payload.length - 1 - studentExtraBytes;
    if (most > 0 && worthStudent(original, frame.length)) {
      const payload = await students.encode(student, original, lanesOf(level, originalBytes), most, {
        index,
        start,
      });
      if (payload !== undefined) best = { method: 'student', payload, originalBytes };
    }
    return best;
  }
}
