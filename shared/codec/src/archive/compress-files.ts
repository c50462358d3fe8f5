/**
 * Compresses files and folders to one `.ust` archive. Their contents are one stream of blocks, so that small files share them
 * and learn from each other; the table that tells them apart comes at the end, since sizes are known only then.
 */
import { encodeBlocks } from '../blocks/index.ts';
import { BlockCutter, blockBytesOf, codingOptions, type CompressionOptions } from '../compress.ts';
import { ByteSource } from '../container/byte-source.ts';
import { RunningHash } from '../container/checksum.ts';
import { generatorStream } from '../generator-stream.ts';
import { defaultLevel, ruleOf } from '../level.ts';
import { Tally } from '../tally.ts';
import { JoinedFiles, type InputEntry } from './join-files.ts';
import { writeLong } from './write-long.ts';

/**
 * The archive of `entries`, in their order, as a stream of chunks; each file is opened when its turn comes. The same entries in
 * the same order give the same archive. Cancelling the stream cancels the file that is being read.
 * It fails with UstError: NameError for paths that are absolute, lead out of their folder, come twice, or lie in a file;
 * LimitError; ModelArchitectureError, EngineError, ParityError, AbortedError; or with an entry's own error.
 */
export function compressFiles(
  entries: AsyncIterable<InputEntry> | Iterable<InputEntry>,
  options: CompressionOptions,
): ReadableStream<Uint8Array> {
  return generatorStream((signal) => compressMany(entries, { ...options, signal }), options.signal);
}

async function* compressMany(
  entries: AsyncIterable<InputEntry> | Iterable<InputEntry>,
  options: CompressionOptions,
): AsyncGenerator<Uint8Array> {
  const { codec, student, signal } = options;
  const blockBytes = blockBytesOf(options);
  const joined = new JoinedFiles(entries);
  const source = new ByteSource(joined.stream, signal, 'compression');
  const tally = new Tally(options.onProgress);
  try {
    const cut = new BlockCutter(source, blockBytes, await RunningHash.create());
    const first = await source.upTo(blockBytes);
    const archive = {
      form: 'many',
      rule: ruleOf(options.level ?? defaultLevel),
      blockBytes,
      modelId: student.id,
      file: {},
      zstd: () => codec.zstd(),
      hash: await RunningHash.create(),
      end: () => ({ ...cut.end(), files: joined.files }),
    } as const;
    const blocks = encodeBlocks(cut.blocks(first), codingOptions(options, tally));
    for await (const chunk of writeLong(archive, blocks)) yield tally.count(chunk);
    tally.done(source.offset);
  } finally {
    await source.cancel();
  }
}
