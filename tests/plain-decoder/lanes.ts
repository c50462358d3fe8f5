/**
 * Lanes and the range coder: docs/FORMAT.md §7. All numbers are integers below 2^53, so plain ones will do.
 */
import { corrupt, Reader } from './bytes.ts';

/** Positions where each lane of a segment begins, and its end. */
export function laneStarts(bytes: number, lanes: number): number[] {
  const starts = [0];
  for (let lane = 0; lane < lanes; lane++)
    starts.push(starts[lane]! + Math.floor(bytes / lanes) + (lane < bytes % lanes ? 1 : 0));
  return starts;
}

/** The lanes' streams in a payload. */
export function laneStreams(payload: Uint8Array, lanes: number): Uint8Array[] {
  if (lanes === 1) return [payload];
  const reader = new Reader(payload, 'UST_CORRUPT');
  const minimum = reader.varint();
  const width = reader.u8();
  if (minimum >= 2 ** 35 || width > 31) throw corrupt('a head of lanes is out of its limits');
  const packed = reader.take(Math.ceil(((lanes - 1) * width) / 8));
  const bit = (i: number): number => (packed[i >> 3]! >> (i & 7)) & 1;
  for (let i = (lanes - 1) * width; i < packed.length * 8; i++)
    if (bit(i) === 1) throw corrupt('a bit left over is set');
  const lengths = Array.from({ length: lanes - 1 }, (_, lane) => {
    let difference = 0;
    for (let i = 0; i < width; i++) difference += bit(lane * width + i) * 2 ** i;
    return minimum + difference;
  });
  if (Math.min(...lengths) !== minimum) throw corrupt('the least length is not the least');
  const streams = lengths.map((length) => reader.take(length));
  return [...streams, reader.take(reader.left)];
}

export class RangeDecoder {
  private readonly stream: Uint8Array;
  private at = 0;
  private code = 0;
  private range = 2 ** 48;

  constructor(stream: Uint8Array) {
    this.stream = stream;
    for (let i = 0; i < 6; i++) this.code = this.code * 256 + this.next();
  }

  /** The next of 256 symbols with these frequencies of total 65,536. */
  symbol(frequencies: readonly number[]): number {
    const target = this.target();
    let s = 0;
    let below = 0;
    while (below + frequencies[s]! <= target) below += frequencies[s++]!;
    this.take(below, frequencies[s]!);
    return s;
  }

  /** The next binary decision, which is 1 with probability p / 65,536. */
  bit(p: number): 0 | 1 {
    const one = this.target() < p;
    if (one) this.take(0, p);
    else this.take(p, 65536 - p);
    return one ? 1 : 0;
  }

  private target(): number {
    return Math.min(Math.floor(this.code / Math.floor(this.range / 65536)), 65535);
  }

  private take(below: number, frequency: number): void {
    const part = Math.floor(this.range / 65536);
    this.code -= part * below;
    this.range = part * frequency;
    while (this.range < 2 ** 40) {
      this.range *= 256;
      this.code = this.code * 256 + this.next();
    }
  }

  private next(): number {
    return this.stream[this.at++] ?? 0;
  }
}
