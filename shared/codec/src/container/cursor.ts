/**
 * Reads fields out of bytes that are all there (a frame, a tail). Mirror image of varint.ts and joinBytes; every read past the
 * end is a CorruptError, never a wrong value.
 */
import { CorruptError } from '../errors.ts';
import { varintReader } from './varint.ts';

export class Cursor {
  at = 0;
  private readonly bytes: Uint8Array;
  private readonly where: string;
  private readonly base: number;

  /** @param base position of the first byte in the archive, for what errors say */
  constructor(bytes: Uint8Array, where: string, base = 0) {
    this.bytes = bytes;
    this.where = where;
    this.base = base;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  corrupt(problem: string): CorruptError {
    return new CorruptError({ where: this.where, problem, offset: this.base + this.at });
  }

  /** The next bytes: a view. */
  take(count: number): Uint8Array {
    if (count > this.left) throw this.corrupt('it ends too early');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  byte(): number {
    return this.take(1)[0] as number;
  }

  /** Little-endian. */
  u32(): number {
    const bytes = this.take(4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  }

  varint(): number {
    const next = varintReader();
    for (;;) {
      const state = next(this.byte());
      if (typeof state === 'number') return state;
      if (state !== undefined) throw this.corrupt(state.problem);
    }
  }

  /** @throws CorruptError where bytes are left over */
  end(): void {
    if (this.left > 0) throw this.corrupt(`${this.left} bytes too many`);
  }
}
