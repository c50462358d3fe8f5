/**
 * Lanes of several blocks side by side, as shaders have them: word w of all lanes together, so that neighbouring lanes touch neighbouring
 * words. Bytes and streams to such words and back.
 */
import { laneParts } from './lane-lengths.ts';
import { endStream, lastBytes } from './stream-end.ts';

export const words = (bytes: number): number => Math.ceil(bytes / 4);

export interface Part {
  readonly start: number;
  readonly length: number;
}

/** A block's lanes among those of a batch. */
export interface Placed {
  readonly first: number;
  readonly parts: readonly Part[];
}

/** @param stride lanes that each block gets, used or not; by default as many as it has */
export function placeBlocks(
  blocks: readonly { readonly bytes: number; readonly lanes: number }[],
  stride?: number,
): Placed[] {
  let first = 0;
  return blocks.map(({ bytes, lanes }) => {
    const placed = { first, parts: laneParts(bytes, lanes) };
    first += stride ?? lanes;
    return placed;
  });
}

export function longest(placed: readonly Placed[]): number {
  return placed.reduce((most, { parts }) => Math.max(most, parts[0]?.length ?? 0), 0);
}

/** Bytes of a lane to its words. */
export function interleave(target: Uint32Array, lanes: number, lane: number, bytes: Uint8Array): void {
  const aligned = new Uint8Array(4 * words(bytes.length));
  aligned.set(bytes);
  const source = new Uint32Array(aligned.buffer);
  for (let w = 0, at = lane; w < source.length; w++, at += lanes) target[at] = source[w] ?? 0;
}

/** The first bytes of a lane from its words. */
function gather(source: Uint32Array, lanes: number, lane: number, length: number): Uint8Array {
  const target = new Uint32Array(words(length));
  for (let w = 0, at = lane; w < target.length; w++, at += lanes) target[w] = source[at] ?? 0;
  return new Uint8Array(target.buffer, 0, length);
}

/** A block from the words of its lanes. */
export function gatherBlock(source: Uint32Array, lanes: number, { first, parts }: Placed): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.forEach(({ start, length }, i) => {
    bytes.set(gather(source, lanes, first + i, length), start);
  });
  return bytes;
}

/**
 * A lane's whole stream; not complete where it would have been longer than `room`, zero bytes at its end counted.
 * @param coder the six words that its encoder left behind (wgsl-coder.ts)
 * @param written whole words of all lanes' streams
 */
export function finishedStream(
  coder: ArrayLike<number>,
  written: Uint32Array,
  lanes: number,
  lane: number,
  room: number,
): { stream: Uint8Array; complete: boolean } {
  const [low = 0, lowTop = 0, range = 0, rangeTop = 0, word = 0, count = 0] = Array.from(coder);
  const end = { low: lowTop * 2 ** 32 + low, range: rangeTop * 2 ** 32 + range };
  if (count + lastBytes(end) > room) return { stream: new Uint8Array(), complete: false };
  const bytes = new Uint8Array(count + 8);
  const view = new DataView(bytes.buffer);
  for (let w = 0; w < count >> 2; w++) view.setUint32(4 * w, written[w * lanes + lane] ?? 0);
  for (let i = count & ~3, left = count & 3; left > 0; i++) bytes[i] = word >>> (8 * --left);
  return { stream: endStream(bytes, count, end), complete: true };
}
