/**
 * Walks a long form from its first block to its end (docs/FORMAT.md §4), and holds it against its own tail: what the tail says
 * of header, blocks and lengths must be what was there.
 */
import { CorruptError } from '../errors.ts';
import type { Zstd } from '../zstd.ts';
import { frameBytes, readLongFrame, requireEnd } from './block-frame.ts';
import type { ByteSource } from './byte-source.ts';
import type { RunningHash } from './checksum.ts';
import { endTag, syncBytes } from './format.ts';
import { syncMark, type LongHead } from './head.ts';
import { readU32 } from './integers.ts';
import { readTail, type Tail } from './tail.ts';
import type { Frame } from './types.ts';

/** The blocks in order; returns the tail. Only the last block may be shorter than the header's block length. */
export async function* readLongFrames(
  source: ByteSource,
  header: LongHead,
  headerBytes: Uint8Array,
  hash: RunningHash,
  zstd: () => Promise<Zstd>,
): AsyncGenerator<Frame, Tail> {
  const { check, blockBytes, form } = header;
  const lengths: number[] = [];
  let total = 0;
  for (let index = 0; ; index++) {
    const where = `block ${index}`;
    const offset = source.offset;
    const corrupt = (problem: string): CorruptError => new CorruptError({ where, problem, offset });
    const sync = await source.exactly(syncBytes, where);
    if (readU32(sync) !== readU32(syncMark(check, index))) throw corrupt('its sync mark differs');
    const tag = await source.byte(where);
    if (tag === endTag) {
      const { tail } = await readTail(source, sync, { check, zstd, hash, offset, footer: 'needed' });
      await requireEnd(source);
      const differs =
        !isEqual(tail.header, headerBytes) ||
        tail.originalBytes !== total ||
        !isEqual(tail.frameBytes, lengths) ||
        (tail.files !== undefined) !== (form === 'many');
      if (differs)
        throw new CorruptError({ where: 'the tail', problem: 'it belongs to other blocks', offset });
      return tail;
    }
    if (total !== index * blockBytes) throw corrupt('it follows a short block');
    const frame = await readLongFrame(source, header, index, tag, hash);
    total += frame.originalBytes;
    lengths.push(frameBytes(frame, blockBytes));
    yield frame;
  }
}

function isEqual(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
