/**
 * Finds the blocks of a damaged long form (docs/FORMAT.md §10): where the block before ended, where the tail says they are, or
 * where a sync mark stands. What is found lies in order and does not overlap; whether it is intact only decoding tells.
 */
import { frameBytes, readLongFrame } from '../container/block-frame.ts';
import { endTag, footerBytes, methodOf, syncBytes, tag } from '../container/format.ts';
import { syncMark, type LongHead } from '../container/head.ts';
import { readU32 } from '../container/integers.ts';
import { readTail, type ReadTail } from '../container/tail.ts';
import type { Frame } from '../container/types.ts';
import { AbortedError, UstError } from '../errors.ts';
import { sourceAt, type Surroundings } from './layout.ts';
import type { RandomAccess } from './random-access.ts';

/** A block that can be read; its checksum was not looked at. */
export interface FoundBlock {
  readonly index: number;
  readonly offset: number;
  /** In the archive, from sync mark to checksum. */
  readonly bytes: number;
  readonly originalBytes: number;
}

export interface Found {
  readonly blocks: readonly FoundBlock[];
  /** The tail given, or one that stands behind the last block although the footer does not lead to it. */
  readonly tail: ReadTail | undefined;
}

export interface Search {
  readonly source: RandomAccess;
  readonly header: LongHead;
  /** Where the first block begins, if nothing was inserted or lost before it. */
  readonly start: number;
  /** Where the search begins: earlier, if the header is damaged. */
  readonly from: number;
  /** The tail that the footer leads to, if it is whole. */
  readonly tail: ReadTail | undefined;
  readonly around: Surroundings;
  /** Whether a frame decodes to what its checksum says: asked only in doubt, since it may take long. */
  readonly isIntact: (frame: Frame) => Promise<boolean>;
}

/** So many blocks may be missing in one place. */
const furthestSkip = 65536;
/** A mark that nothing confirms but its block's checksum must be of one of the next blocks: chance makes others, and decoding is slow. */
const nearestSkip = 16;
const scanBytes = 1 << 20;

export async function locateBlocks(search: Search): Promise<Found> {
  return await new Locator(search).run();
}

class Locator {
  private readonly search: Search;
  /** Where blocks end at the latest. */
  private readonly end: number;
  private readonly blocks: FoundBlock[] = [];
  private tail: ReadTail | undefined;
  /** By the tail, where blocks begin. */
  private readonly said: readonly number[];
  /** How far behind its said place the last block stood: bytes were inserted or lost. */
  private shift = 0;

  constructor(search: Search) {
    const { source, tail, start } = search;
    this.search = search;
    this.tail = tail;
    this.end = tail === undefined ? source.size : source.size - footerBytes - tail.bytes;
    const said: number[] = [];
    let at = start;
    for (const bytes of tail?.tail.frameBytes ?? []) {
      said.push(at);
      at += bytes;
    }
    this.said = said;
  }

  async run(): Promise<Found> {
    let at = this.search.from;
    for (let index = 0; at < this.end && index < (this.tail?.tail.frameBytes.length ?? Infinity);) {
      let found = await this.blockAt(at, index);
      const said = (this.said[index] ?? at) + this.shift;
      if (found === undefined && said > at) found = await this.blockAt(said, index);
      if (found === undefined && (await this.findTail(at, index))) break;
      found ??= await this.scan(at, index);
      if (found === undefined) break;
      this.blocks.push(found);
      index = found.index + 1;
      at = found.offset + found.bytes;
      this.shift = found.offset - (this.said[found.index] ?? found.offset);
    }
    return { blocks: this.blocks, tail: this.tail };
  }

  /** The block `index` if it can be read here and something says that it belongs here: what follows it, or its checksum. */
  private async blockAt(offset: number, index: number, mayDecode = true): Promise<FoundBlock | undefined> {
    const { source, header, around, isIntact } = this.search;
    if (offset >= this.end) return undefined;
    let frame: Frame;
    try {
      const stream = sourceAt(source, offset + syncBytes, this.end, around.signal);
      frame = await readLongFrame(stream, header, index, await stream.byte('a block'), around.hash);
    } catch (error) {
      return nothingFrom(error);
    }
    const { originalBytes } = frame;
    const found = { index, offset, bytes: frameBytes(frame, header.blockBytes), originalBytes };
    const next = offset + found.bytes;
    const isCertain = next === this.end || (await this.hasMark(next, index + 1));
    return isCertain || (mayDecode && (await isIntact(frame))) ? found : undefined;
  }

  private async hasMark(offset: number, index: number): Promise<boolean> {
    const { source, header } = this.search;
    if (offset + syncBytes > source.size) return false;
    return readU32(await source.read(offset, syncBytes)) === readU32(syncMark(header.check, index));
  }

  /** True where a whole tail behind `index` blocks stands at `offset`. */
  private async findTail(offset: number, index: number): Promise<boolean> {
    const { source, header, around } = this.search;
    if (this.tail !== undefined || !(await this.hasMark(offset, index))) return false;
    try {
      const stream = sourceAt(source, offset, source.size, around.signal);
      const sync = await stream.exactly(syncBytes, 'the tail');
      if ((await stream.byte('the tail')) !== endTag) return false;
      this.tail = await readTail(stream, sync, {
        ...around,
        check: header.check,
        offset,
        footer: 'may be missing',
      });
      return true;
    } catch (error) {
      return nothingFrom(error) ?? false;
    }
  }

  /** The next block behind `from`, number `index` or a later one, by its sync mark; or the tail, then undefined. */
  private async scan(from: number, index: number): Promise<FoundBlock | undefined> {
    const { source, header } = this.search;
    const first = readU32(syncMark(header.check, index));
    for (let at = from; at + syncBytes < this.end; at += scanBytes) {
      const bytes = await source.read(at, Math.min(scanBytes + syncBytes, this.end - at));
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let i = 0; i + syncBytes < bytes.length; i++) {
        const skip = (view.getUint32(i, true) - first) >>> 0;
        if (skip >= furthestSkip || !isTag(bytes[i + syncBytes] as number)) continue;
        if (await this.findTail(at + i, index + skip)) return undefined;
        const found = await this.blockAt(at + i, index + skip, skip < nearestSkip);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }
}

function isTag(byte: number): boolean {
  return byte === endTag || methodOf(byte & ~(tag.more | tag.fills)) !== undefined;
}

/** Damage means that nothing is there; being stopped, or a source that fails, is another matter. */
function nothingFrom(error: unknown): undefined {
  if (error instanceof AbortedError || !(error instanceof UstError)) throw error;
  return undefined;
}
