/**
 * Decompresses a `.ust` archive, one block at a time with flat memory. A block is handed out only after its checksum
 * matched: what comes out is right, even if a later part of the archive turns out to be damaged.
 */
import { Breather } from './breather.ts';
import type { Codec } from './codec.ts';
import { ByteSource } from './container/byte-source.ts';
import { requireChecksum, RunningHash } from './container/checksum.ts';
import { readLongFrames, readShortFrame, type Frame } from './container/frames.ts';
import { readHeader, type Header } from './container/header.ts';
import { AbortedError, ModelMismatchError, UnknownModelError, UstError } from './errors.ts';
import { generatorStream } from './generator-stream.ts';
import { lanesOf, type Level } from './level.ts';
import type { BlockMethod, OnProgress } from './progress.ts';
import { StudentBlocks } from './student-block.ts';
import type { Student } from './student/student.ts';

export interface DecompressOptions {
  readonly codec: Codec;
  /**
   * Finds the student with an id: 64 hexadecimal digits, or the first 16 of them in a small archive. Called at most once, and
   * only if a block needs it. May throw; an error that is not a UstError becomes the cause of UnknownModelError.
   */
  readonly students: (id: string) => Promise<Student>;
  /** Stops promptly (between steps); the stream then fails with AbortedError. */
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** What the archive says about the file, before the first byte. The name has no folders in it. */
  readonly onFile?: (file: { readonly name?: string; readonly mtime?: number }) => void;
}

/**
 * The original bytes as a stream of chunks, one a block. Cancelling it cancels `input`. The stream fails with UstError:
 * NotArchiveError, VersionError, TruncatedError, CorruptError, ChecksumError, LimitError, UnknownModelError,
 * ModelMismatchError, ParityError, EngineError, AbortedError; or with the input's own error.
 */
export function decompress(
  input: ReadableStream<Uint8Array>,
  options: DecompressOptions,
): ReadableStream<Uint8Array> {
  return generatorStream((signal) => decompressBlocks(input, { ...options, signal }), options.signal);
}

async function* decompressBlocks(
  input: ReadableStream<Uint8Array>,
  options: DecompressOptions,
): AsyncGenerator<Uint8Array> {
  const { codec, signal, onProgress } = options;
  const breather = new Breather('decompression', signal, onProgress);
  const source = new ByteSource(input, signal, 'decompression');
  const blocks = new StudentBlocks(codec, breather, onProgress);
  const hash = await RunningHash.create();
  const whole = await RunningHash.create();
  const counts: Record<BlockMethod, number> = { stored: 0, zstd: 0, student: 0 };
  let originalBytes = 0;
  let student: Student | undefined;

  try {
    const read = await readHeader(source, hash);
    const { header } = read;
    options.onFile?.(fileEntry(header));
    if (header.form === 'short') {
      const frame = await readShortFrame(source, { ...read, header }, hash);
      const bytes = await decodeFrame(frame, header.level, 'its block');
      if (bytes.length > 0) yield bytes;
    } else {
      const frames = readLongFrames(source, header, hash);
      for (;;) {
        const next = await frames.next();
        if (next.done === true) {
          requireChecksum(next.value.checksum, whole.finish(), 'the whole');
          break;
        }
        const bytes = await decodeFrame(next.value, header.level, `block ${next.value.index}`);
        whole.update(bytes);
        yield bytes;
      }
    }
    const engine = blocks.engine === undefined ? {} : { engine: blocks.engine };
    onProgress?.({ type: 'done', originalBytes, archiveBytes: source.offset, blocks: counts, ...engine });
  } finally {
    blocks.dispose();
    await source.cancel();
  }

  async function decodeFrame(frame: Frame, level: Level, where: string): Promise<Uint8Array> {
    await breather.breathe(frame.index, originalBytes);
    const bytes = await decodePayload(frame, level);
    requireChecksum(frame.checksum, hash.of(bytes), where);
    originalBytes += bytes.length;
    counts[frame.method]++;
    const { index, method, payload } = frame;
    onProgress?.({ type: 'block', block: index, method, bytesIn: bytes.length, bytesOut: payload.length });
    return bytes;
  }

  async function decodePayload(frame: Frame, level: Level): Promise<Uint8Array> {
    if (frame.method === 'stored') return frame.payload;
    if (frame.method === 'zstd') return codec.zstd.decompress(frame.payload, frame.originalBytes);
    student ??= await findStudent(frame.modelId ?? '');
    const lanes = lanesOf(level, frame.originalBytes);
    const place = { index: frame.index, start: originalBytes };
    return await blocks.decode(student, frame.payload, frame.originalBytes, lanes, place);
  }

  async function findStudent(id: string): Promise<Student> {
    let found: Student;
    try {
      found = await options.students(id);
    } catch (error) {
      if (signal?.aborted === true) throw new AbortedError({ during: 'decompression' });
      throw error instanceof UstError ? error : new UnknownModelError({ id }, error);
    }
    if (!found.id.startsWith(id)) throw new ModelMismatchError({ needed: id, found: found.id });
    return found;
  }
}

function fileEntry({ name, mtime }: Header): { name?: string; mtime?: number } {
  return { ...(name === undefined ? {} : { name }), ...(mtime === undefined ? {} : { mtime }) };
}
