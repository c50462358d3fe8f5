/**
 * An archive opened for reading anywhere: what it holds is known at once, a file or a block is decoded alone. Every block is
 * checked before its bytes are handed out, every file once more when it is whole.
 */
import { requireChecksum, RunningHash } from '../container/checksum.ts';
import type { Form } from '../container/format.ts';
import { clashingPaths } from '../container/paths.ts';
import type { FileEntry, Frame } from '../container/types.ts';
import { NoEntryError } from '../errors.ts';
import { decodeBlocks } from '../blocks/index.ts';
import type { DecodeOptions } from '../decompress.ts';
import { generatorStream } from '../generator-stream.ts';
import { ruleOf, type Level, type LevelNumber } from '../level.ts';
import { readLayout, type Layout } from './layout.ts';
import type { RandomAccess } from './random-access.ts';
import { requireFileChecksum, splitFiles, type OpenedFile, type PlacedFile } from './split-files.ts';

/** What an opened archive says about itself. */
export interface OpenedInfo {
  readonly version: number;
  readonly form: Form;
  readonly level: Level;
  readonly levelNumber: LevelNumber;
  /** 64 hexadecimal digits; 16 in the short form, where it is missing if no segment needs a model. */
  readonly modelId?: string;
  readonly originalBytes: number;
  readonly archiveBytes: number;
  /** Original bytes of every block but the last. */
  readonly blockBytes: number;
  readonly blocks: number;
  /** XXH64 of the whole original, 16 hexadecimal digits. */
  readonly checksum: string;
}

export interface OpenedArchive {
  readonly info: OpenedInfo;
  /** In their order; one entry, its path perhaps missing, where the archive holds one file. */
  readonly files: readonly FileEntry[];
  /** Paths that meet an earlier one where case or the form of accents do not count: do not let one overwrite the other. */
  readonly clashes: readonly (readonly [path: string, earlier: string])[];
  /** The bytes of a file; reads and decodes only the blocks it lies in. The stream fails as decompress does. @throws NoEntryError */
  readFile(path: string): ReadableStream<Uint8Array>;
  /** The original bytes of one block. @throws NoEntryError; as decompress does */
  readBlock(index: number): Promise<Uint8Array>;
  /** All files and folders in order; each block is decoded once. Read each file's stream before asking for the next. */
  readAll(): AsyncGenerator<OpenedFile>;
}

/**
 * @throws NotArchiveError, VersionError, TruncatedError, CorruptError, ChecksumError, LimitError, UnsafePathError: what is damaged
 * may still be had from `recover`
 */
export async function openArchive(source: RandomAccess, options: DecodeOptions): Promise<OpenedArchive> {
  const hash = await RunningHash.create();
  const layout = await readLayout(source, { zstd: () => options.codec.zstd(), hash, signal: options.signal });
  return new LaidOutArchive(source, layout, options);
}

class LaidOutArchive implements OpenedArchive {
  readonly info: OpenedInfo;
  readonly files: readonly FileEntry[];
  private readonly layout: Layout;
  private readonly options: DecodeOptions;
  private readonly placed: readonly PlacedFile[];
  private readonly byPath = new Map<string, PlacedFile>();
  /** Small files share blocks: the last one is kept. */
  private last: { readonly index: number; readonly bytes: Uint8Array } | undefined;

  constructor(source: RandomAccess, layout: Layout, options: DecodeOptions) {
    this.layout = layout;
    this.options = options;
    this.info = infoOf(source, layout);
    this.placed = placeFiles(layout);
    this.files = this.placed.map(({ entry }) => entry);
    for (const file of this.placed) if (file.entry.path !== undefined) this.byPath.set(file.entry.path, file);
  }

  get clashes(): readonly (readonly [string, string])[] {
    return clashingPaths(this.byPath.keys());
  }

  readFile(path: string): ReadableStream<Uint8Array> {
    const file = this.byPath.get(path);
    if (file === undefined) throw new NoEntryError({ entry: JSON.stringify(path) });
    return generatorStream((signal) => this.bytesOf(file, signal), this.options.signal);
  }

  async readBlock(index: number): Promise<Uint8Array> {
    if (!Number.isInteger(index) || index < 0 || index >= this.layout.blocks)
      throw new NoEntryError({ entry: `block ${index}` });
    for await (const bytes of this.blocks(index, index + 1, this.options.signal)) return bytes.slice();
    throw new NoEntryError({ entry: `block ${index}` });
  }

  async *readAll(): AsyncGenerator<OpenedFile> {
    const whole = await RunningHash.create();
    const hashed = async function* (blocks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const bytes of blocks) {
        whole.update(bytes);
        yield bytes;
      }
    };
    yield* splitFiles(this.placed, hashed(this.blocks(0, this.layout.blocks, this.options.signal)));
    requireChecksum(this.layout.digest, whole.finish(), 'the whole');
  }

  private async *bytesOf(
    { entry, start, checksum }: PlacedFile,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    if (entry.size === 0) return;
    const { blockBytes } = this.layout;
    const end = start + entry.size;
    const first = Math.floor(start / blockBytes);
    const hash = await RunningHash.create();
    let at = first * blockBytes;
    for await (const bytes of this.blocks(first, Math.ceil(end / blockBytes), signal)) {
      const part = bytes.subarray(Math.max(start - at, 0), end - at);
      at += bytes.length;
      hash.update(part);
      yield part.slice(); // the block may be kept for the next file
    }
    requireFileChecksum(entry, checksum, hash.finish());
  }

  /** The blocks `from` … `to` - 1, decoded. */
  private async *blocks(
    from: number,
    to: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    if (to - from === 1 && this.last?.index === from) {
      yield this.last.bytes;
      return;
    }
    const { layout, options } = this;
    const frames = async function* (): AsyncGenerator<Frame> {
      for (let index = from; index < to; index++) yield await layout.frame(index);
    };
    const rule = ruleOf(layout.header.level);
    const context = signal === undefined ? { ...options, rule } : { ...options, rule, signal };
    let index = from;
    for await (const bytes of decodeBlocks(frames(), context)) {
      this.last = { index: index++, bytes };
      yield bytes;
    }
  }
}

function infoOf(source: RandomAccess, { header, ...layout }: Layout): OpenedInfo {
  const { modelId } = layout;
  return {
    version: header.version,
    form: header.form,
    level: ruleOf(header.level).name,
    levelNumber: header.level,
    ...(modelId === undefined ? {} : { modelId }),
    originalBytes: layout.originalBytes,
    archiveBytes: source.size,
    blockBytes: layout.blockBytes,
    blocks: layout.blocks,
    checksum: layout.digest.toString(16).padStart(16, '0'),
  };
}

/** The files of an archive with their places in the original. */
export function placeFiles({
  header,
  files,
  originalBytes,
}: Pick<Layout, 'header' | 'files' | 'originalBytes'>): PlacedFile[] {
  if (files === undefined) {
    const { name, mtime } = header;
    const entry: FileEntry = {
      ...(name === undefined ? {} : { path: name }),
      kind: 'file',
      size: originalBytes,
      ...(mtime === undefined ? {} : { mtime }),
    };
    return [{ entry, start: 0, checksum: undefined }];
  }
  let start = 0;
  return files.map(({ checksum, ...entry }) => {
    const file = { entry, start, checksum: entry.kind === 'file' ? checksum : undefined };
    start += entry.size;
    return file;
  });
}
