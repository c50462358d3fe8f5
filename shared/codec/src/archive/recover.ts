/**
 * Gets out of a damaged or truncated archive every block whose checksum holds: a damaged block costs only itself. The head of an
 * archive is found again in its tail, blocks without the tail by their sync marks; both lost at once is too much.
 */
import { decodeBlocks } from '../blocks/index.ts';
import { RunningHash } from '../container/checksum.ts';
import { ByteSource } from '../container/byte-source.ts';
import { readHeader, type Header } from '../container/head.ts';
import type { ReadTail } from '../container/tail.ts';
import type { FileEntry, Frame } from '../container/types.ts';
import type { DecodeOptions } from '../decompress.ts';
import { AbortedError, UstError } from '../errors.ts';
import { ruleOf } from '../level.ts';
import { readFrameAt, readLayout, readTailAtEnd, sourceAt, type Surroundings } from './layout.ts';
import { locateBlocks, type FoundBlock } from './locate.ts';
import { placeFiles } from './open.ts';
import { accessBytes, streamRange, type RandomAccess } from './random-access.ts';
import { splitFiles, type Gap, type OpenedFile, type PlacedFile } from './split-files.ts';

export interface RecoverOptions extends DecodeOptions {
  /** What stands in place of lost bytes: as many `zeros` (default), so that all else keeps its place; or `nothing`. */
  readonly fill?: 'zeros' | 'nothing';
}

/** Bytes `start` … `end` - 1 of a file that are lost. */
export interface LostRange {
  /** Missing where the archive does not say, or no longer. */
  readonly path?: string;
  readonly start: number;
  readonly end: number;
  readonly block: number;
  /** One sentence. */
  readonly problem: string;
}

export interface RecoveryReport {
  readonly lost: readonly LostRange[];
  readonly blocksIntact: number;
  /** Missing where the end of the archive is lost: nobody knows how many there were. */
  readonly blocksTotal?: number;
  /** True if all blocks are intact and make up the whole that the archive promises. */
  readonly complete: boolean;
}

export interface Recovery {
  /** What the archive is, as far as that is known; `files` is missing where an archive of many files lost its table. */
  readonly files: readonly FileEntry[] | undefined;
  readonly header: Header;
  /** Which parts besides blocks are damaged. */
  readonly damaged: readonly ('header' | 'tail')[];
  /**
   * All that is left, file by file; without a table one stream of everything. Nothing is asked of a file's own checksum.
   * Fails only for want of a model or engine, or where it is stopped.
   */
  readAll(): AsyncGenerator<OpenedFile>;
  /** What is lost; complete once readAll has ended. */
  report(): RecoveryReport;
}

/** @throws NotArchiveError, VersionError; where nothing can be had: what the header says is wrong */
export async function recover(source: RandomAccess, options: RecoverOptions): Promise<Recovery> {
  const hash = await RunningHash.create();
  const around: Surroundings = { zstd: () => options.codec.zstd(), hash, signal: options.signal };
  const start = await findStart(source, around);
  if (start.header.form === 'short') {
    const layout = await readLayout(source, around);
    const frame = await layout.frame(0);
    const found = { index: 0, offset: 0, bytes: source.size, originalBytes: layout.originalBytes };
    return new Recovered(options, {
      ...start,
      header: layout.header,
      blockBytes: layout.blockBytes,
      originalBytes: layout.originalBytes,
      placed: placeFiles(layout),
      blocks: [found],
      count: 1,
      frame: async () => frame,
    });
  }
  const { header } = start;
  const isIntact = async (frame: Frame): Promise<boolean> => {
    let intact = true;
    const onDamage = (): Uint8Array => ((intact = false), new Uint8Array());
    const decoding = { ...decodingOf(options, header), onDamage };
    for await (const _ of decodeBlocks(only(frame), decoding));
    return intact;
  };
  const { blocks, tail } = await locateBlocks({
    source,
    header,
    start: start.bytes,
    from: start.damaged.includes('header') ? 0 : start.bytes,
    tail: start.tail,
    around,
    isIntact,
  });
  const last = blocks.at(-1);
  const reached = last === undefined ? 0 : last.index * header.blockBytes + last.originalBytes;
  const originalBytes = tail?.tail.originalBytes ?? reached;
  const files = tail?.tail.files;
  const isTableLost = header.form === 'many' && files === undefined;
  const damaged =
    tail === undefined && !start.damaged.includes('tail')
      ? [...start.damaged, 'tail' as const]
      : start.damaged;
  return new Recovered(options, {
    header,
    damaged,
    blockBytes: header.blockBytes,
    originalBytes,
    placed: placeFiles({ header, originalBytes, ...(files === undefined ? {} : { files }) }),
    isTableLost,
    blocks,
    count: tail?.tail.frameBytes.length,
    frame: ({ index, offset, bytes }) => readFrameAt(source, header, index, offset, bytes, around, 'any'),
  });
}

interface Start {
  readonly header: Header;
  /** Of the header. */
  readonly bytes: number;
  readonly tail: ReadTail | undefined;
  readonly damaged: readonly ('header' | 'tail')[];
}

/** The header, from the beginning or from the tail. */
async function findStart(source: RandomAccess, around: Surroundings): Promise<Start & { header: Header }> {
  const { hash } = around;
  const tailWith = async (check?: Uint8Array): Promise<ReadTail | undefined> => {
    try {
      return await readTailAtEnd(source, check, around);
    } catch (error) {
      if (error instanceof AbortedError || !(error instanceof UstError)) throw error;
      return undefined;
    }
  };
  try {
    const { header, bytes } = await readHeader(sourceAt(source, 0, source.size, around.signal), hash);
    const tail = header.form === 'short' ? undefined : await tailWith(header.check);
    const isTailLost = header.form !== 'short' && tail === undefined;
    return { header, bytes: bytes.length, tail, damaged: isTailLost ? ['tail'] : [] };
  } catch (error) {
    if (error instanceof AbortedError || !(error instanceof UstError)) throw error;
    const tail = await tailWith();
    if (tail === undefined) throw error;
    const copy = tail.tail.header;
    const { header } = await readHeader(
      new ByteSource(streamRange(accessBytes(copy), 0, copy.length), undefined, ''),
      hash,
    );
    return { header, bytes: copy.length, tail, damaged: ['header'] };
  }
}

interface Plan {
  readonly header: Header;
  readonly damaged: readonly ('header' | 'tail')[];
  readonly blockBytes: number;
  readonly originalBytes: number;
  readonly placed: readonly PlacedFile[];
  readonly isTableLost?: boolean;
  readonly blocks: readonly FoundBlock[];
  readonly count: number | undefined;
  readonly frame: (block: FoundBlock) => Promise<Frame>;
}

class Recovered implements Recovery {
  readonly files: readonly FileEntry[] | undefined;
  readonly header: Header;
  readonly damaged: readonly ('header' | 'tail')[];
  private readonly options: RecoverOptions;
  private readonly plan: Plan;
  private lost: LostRange[] = [];
  private intact = 0;
  private isWhole = false;

  constructor(options: RecoverOptions, plan: Plan) {
    this.options = options;
    this.plan = plan;
    this.header = plan.header;
    this.damaged = plan.damaged;
    this.files = plan.isTableLost === true ? undefined : plan.placed.map(({ entry }) => entry);
  }

  report(): RecoveryReport {
    const { count } = this.plan;
    return {
      lost: this.lost,
      blocksIntact: this.intact,
      ...(count === undefined ? {} : { blocksTotal: count }),
      complete: this.isWhole && this.lost.length === 0 && count !== undefined && this.intact === count,
    };
  }

  async *readAll(): AsyncGenerator<OpenedFile> {
    this.lost = [];
    this.intact = 0;
    // A file's own checksum cannot hold where bytes are lost; blocks have theirs.
    const unchecked = this.plan.placed.map((file) => ({ ...file, checksum: undefined }));
    yield* splitFiles(unchecked, this.parts());
    this.isWhole = true;
  }

  /** The original in order. */
  private async *parts(): AsyncGenerator<Uint8Array | Gap> {
    const { plan, options } = this;
    const { fill = 'zeros' } = options;
    const problems = new Map<number, string>();
    const onDamage = (frame: Frame, error: UstError): Uint8Array => {
      problems.set(frame.index, error.message);
      return new Uint8Array();
    };
    const decoding = { ...decodingOf(options, plan.header), onDamage };
    const replace = (index: number, problem: string): Uint8Array | Gap => {
      const lostBytes = this.lose(index, problem);
      return fill === 'zeros' ? new Uint8Array(lostBytes) : { lostBytes };
    };
    let next = 0;
    const indices = plan.blocks.map(({ index }) => index);
    for await (const bytes of decodeBlocks(this.frames(), decoding)) {
      const index = indices.shift() as number;
      for (; next < index; next++) yield replace(next, 'it was not found');
      next++;
      const problem = problems.get(index);
      if (problem !== undefined) yield replace(index, problem);
      else {
        this.intact++;
        yield bytes;
      }
    }
    const end = Math.ceil(plan.originalBytes / plan.blockBytes);
    for (; next < end; next++) yield replace(next, 'it was not found');
  }

  private async *frames(): AsyncGenerator<Frame> {
    for (const block of this.plan.blocks) yield await this.plan.frame(block);
  }

  /** Notes a block as lost, file by file; returns how many bytes that are. */
  private lose(block: number, problem: string): number {
    const { blockBytes, originalBytes, placed } = this.plan;
    const start = block * blockBytes;
    const end = Math.min(start + blockBytes, originalBytes);
    for (const { entry, start: first } of placed) {
      const from = Math.max(start, first);
      const to = Math.min(end, first + entry.size);
      if (from >= to) continue;
      const path = entry.path === undefined ? {} : { path: entry.path };
      this.lost.push({ ...path, start: from - first, end: to - first, block, problem });
    }
    return end - start;
  }
}

function decodingOf(options: RecoverOptions, { level }: Header): Parameters<typeof decodeBlocks>[1] {
  return { ...options, rule: ruleOf(level) };
}

async function* only(frame: Frame): AsyncGenerator<Frame> {
  yield frame;
}
