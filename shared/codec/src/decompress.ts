/**
 * Decompresses a `.ust` archive from a stream, with flat memory. A block is handed out only after its checksum matched: what
 * comes out is right, even if a later part of the archive turns out to be damaged.
 */
import { decodeBlocks } from './blocks/index.ts';
import type { Codec } from './codec.ts';
import { readShortFrame } from './container/block-frame.ts';
import { ByteSource } from './container/byte-source.ts';
import { requireChecksum, RunningHash } from './container/checksum.ts';
import { readHeader, type Header, type ReadHeader } from './container/head.ts';
import { readLongFrames } from './container/long-frames.ts';
import type { Tail } from './container/tail.ts';
import type { Frame } from './container/types.ts';
import { ManyFilesError } from './errors.ts';
import { generatorStream } from './generator-stream.ts';
import { ruleOf } from './level.ts';
import type { OnProgress } from './progress.ts';
import type { Student } from './student/student.ts';
import { Tally } from './tally.ts';

/** What decoding takes, whatever is decoded. */
export interface DecodeOptions {
  readonly codec: Codec;
  /**
   * Finds the student with an id: 64 hexadecimal digits, or the first 16 of them in a small archive. Called at most once, and
   * only if a segment needs it. May throw; an error that is not a UstError becomes the cause of UnknownModelError.
   */
  readonly students: (id: string) => Promise<Student>;
  /** Most threads; the codec's by default. */
  readonly threads?: number;
  /** Stops promptly (between steps) with AbortedError. */
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

export interface DecompressOptions extends DecodeOptions {
  /** What the archive says about the file, before the first byte. The name has no folders in it. */
  readonly onFile?: (file: { readonly name?: string; readonly mtime?: number }) => void;
  /** An archive of many files: `refuse` it (the default; see openArchive), or `join` their contents, one after the other. */
  readonly manyFiles?: 'refuse' | 'join';
}

/**
 * The original bytes as a stream of chunks, one a block. Cancelling it cancels `input`. The stream fails with UstError:
 * NotArchiveError, VersionError, TruncatedError, CorruptError, ChecksumError, LimitError, UnsafePathError, ManyFilesError,
 * UnknownModelError, ModelMismatchError, ParityError, EngineError, AbortedError; or with the input's own error.
 */
export function decompress(
  input: ReadableStream<Uint8Array>,
  options: DecompressOptions,
): ReadableStream<Uint8Array> {
  return generatorStream((signal) => decompressStream(input, { ...options, signal }), options.signal);
}

async function* decompressStream(
  input: ReadableStream<Uint8Array>,
  options: DecompressOptions,
): AsyncGenerator<Uint8Array> {
  const source = new ByteSource(input, options.signal, 'decompression');
  const tally = new Tally(options.onProgress);
  const hash = await RunningHash.create();
  const whole = await RunningHash.create();
  let originalBytes = 0;
  let tail: Tail | undefined;
  try {
    const read = await readHeader(source, hash);
    const { header } = read;
    if (header.form === 'many' && options.manyFiles !== 'join') throw new ManyFilesError();
    options.onFile?.(fileOf(header));
    const rule = ruleOf(header.level);
    for await (const bytes of decodeBlocks(frames(read), {
      ...options,
      rule,
      onProgress: tally.onProgress,
    })) {
      originalBytes += bytes.length;
      if (header.form !== 'short') whole.update(bytes);
      if (bytes.length > 0) yield bytes;
    }
    if (tail !== undefined) requireChecksum(tail.digest, whole.finish(), 'the whole');
    tally.archiveBytes = source.offset;
    tally.done(originalBytes);
  } finally {
    await source.cancel();
  }

  async function* frames(read: ReadHeader): AsyncGenerator<Frame> {
    const { header, bytes } = read;
    if (header.form === 'short') yield await readShortFrame(source, read, hash);
    else tail = yield* readLongFrames(source, header, bytes, hash, () => options.codec.zstd());
  }
}

function fileOf({ name, mtime }: Header): { name?: string; mtime?: number } {
  return { ...(name === undefined ? {} : { name }), ...(mtime === undefined ? {} : { mtime }) };
}
