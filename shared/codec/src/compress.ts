/**
 * Compresses a stream to a `.ust` archive of one file, block by block with flat memory. What comes out depends on the bytes, the
 * student, the level and the file entry alone: not on engine or threads, nor on how the input is cut into chunks.
 */
import { writeLong } from './archive/write-long.ts';
import { encodeBlocks } from './blocks/index.ts';
import type { Codec } from './codec.ts';
import { writeShortFrame } from './container/block-frame.ts';
import { ByteSource } from './container/byte-source.ts';
import { RunningHash } from './container/checksum.ts';
import { limits, shortModelIdBytes } from './container/format.ts';
import { writeShortHeader } from './container/head.ts';
import { generatorStream } from './generator-stream.ts';
import { defaultLevel, ruleOf, type Level, type LevelNumber } from './level.ts';
import type { OnProgress } from './progress.ts';
import type { Student } from './student/student.ts';
import { Tally } from './tally.ts';

/** What compressing one file and many files have in common. */
export interface CompressionOptions {
  readonly codec: Codec;
  readonly student: Student;
  /** A name (its last number) or a number; 5, which is `balanced`, by default. */
  readonly level?: Level | LevelNumber;
  /** Length of the input where it is known: only for progress. */
  readonly size?: number;
  /** Most threads; the codec's by default. Never changes a byte. */
  readonly threads?: number;
  /** Stops promptly (between steps); the stream then fails with AbortedError. */
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** Other block length than the level's, 1 … 64 MiB, for less memory; gives a (slightly) larger archive, never a short form. */
  readonly blockBytes?: number;
}

export interface CompressOptions extends CompressionOptions {
  /** File name to store, without folders. */
  readonly name?: string;
  /** Time of last change to store, milliseconds since 1970. */
  readonly mtime?: number;
}

/**
 * The archive of `input` as a stream of chunks, made while it is read. Cancelling it cancels `input`.
 * The stream fails with UstError: NameError, ModelArchitectureError, EngineError, ParityError, AbortedError; or with the
 * input's own error.
 */
export function compress(
  input: ReadableStream<Uint8Array>,
  options: CompressOptions,
): ReadableStream<Uint8Array> {
  return generatorStream((signal) => compressOne(input, { ...options, signal }), options.signal);
}

async function* compressOne(
  input: ReadableStream<Uint8Array>,
  options: CompressOptions,
): AsyncGenerator<Uint8Array> {
  const { codec, student, signal } = options;
  const rule = ruleOf(options.level ?? defaultLevel);
  const blockBytes = blockBytesOf(options);
  const source = new ByteSource(input, signal, 'compression');
  const tally = new Tally(options.onProgress);
  const coding = codingOptions(options, tally);
  const hash = await RunningHash.create();
  try {
    // Refuses a bad name before any work is done.
    const header = writeShortHeader(rule.number, options);
    const first = await source.upTo(blockBytes);
    if (options.blockBytes === undefined && (await source.atEnd())) {
      for await (const block of encodeBlocks(only(first), { ...coding, modelCostBytes: shortModelIdBytes })) {
        yield tally.count(header);
        yield tally.count(writeShortFrame(header, block, student.id, hash));
      }
    } else {
      const cut = new BlockCutter(source, blockBytes, await RunningHash.create());
      const end = (): { digest: bigint; originalBytes: number } => cut.end();
      const file = { name: options.name, mtime: options.mtime };
      const zstd = (): ReturnType<Codec['zstd']> => codec.zstd();
      const archive = { form: 'long', rule, blockBytes, modelId: student.id, file, zstd, hash, end } as const;
      for await (const chunk of writeLong(archive, encodeBlocks(cut.blocks(first), coding)))
        yield tally.count(chunk);
    }
    tally.done(source.offset);
  } finally {
    await source.cancel();
  }
}

/** @throws RangeError */
export function blockBytesOf({
  level,
  blockBytes = ruleOf(level ?? defaultLevel).blockBytes,
}: CompressionOptions): number {
  if (!Number.isInteger(blockBytes) || blockBytes < 1 || blockBytes > limits.blockBytes) {
    throw new RangeError(`blockBytes is ${blockBytes}, not within 1 … ${limits.blockBytes}`);
  }
  return blockBytes;
}

/** What the blocks' encoder takes of the options. */
export function codingOptions(options: CompressionOptions, tally: Tally): Parameters<typeof encodeBlocks>[1] {
  const { codec, student, threads, signal, size } = options;
  return {
    codec,
    student,
    rule: ruleOf(options.level ?? defaultLevel),
    onProgress: tally.onProgress,
    ...(threads === undefined ? {} : { threads }),
    ...(signal === undefined ? {} : { signal }),
    ...(size === undefined ? {} : { bytesTotal: size }),
  };
}

/** Cuts a source into blocks, and hashes the whole as it goes by. */
export class BlockCutter {
  private readonly source: ByteSource;
  private readonly blockBytes: number;
  private readonly whole: RunningHash;

  constructor(source: ByteSource, blockBytes: number, whole: RunningHash) {
    this.source = source;
    this.blockBytes = blockBytes;
    this.whole = whole;
  }

  /** All blocks: `first`, which was read already, and those that follow. None is empty. */
  async *blocks(first: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let bytes = first; bytes.length > 0; bytes = await this.source.upTo(this.blockBytes)) {
      this.whole.update(bytes);
      yield bytes;
    }
  }

  /** Once, after the last block. */
  end(): { digest: bigint; originalBytes: number } {
    return { digest: this.whole.finish(), originalBytes: this.source.offset };
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
