/**
 * Exact reads from a stream of chunks of any size: the lowest layer of the trace reader. Holds no more than one chunk beyond what was
 * asked for, and knows the offset of every byte for error messages.
 */
import { TraceTruncatedError } from './errors.ts';

export type ByteStream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

export class ByteSource {
  /** Offset in the stream of the next byte to be read. */
  offset = 0;
  private chunk = new Uint8Array(0);
  private used = 0;
  private readonly next: () => Promise<Uint8Array | undefined>;
  private readonly stop: () => Promise<void>;

  constructor(stream: ByteStream) {
    if ('getReader' in stream) {
      const reader = stream.getReader();
      this.next = async () => (await reader.read()).value;
      this.stop = () => reader.cancel();
    } else {
      const iterator = stream[Symbol.asyncIterator]();
      this.next = async () => {
        const step = await iterator.next();
        return step.done ? undefined : step.value;
      };
      this.stop = async () => void (await iterator.return?.());
    }
  }

  /** The next `size` bytes in an ArrayBuffer of their own. Throws TraceTruncatedError, naming `part`, when the stream ends before. */
  async read(size: number, part: string): Promise<Uint8Array<ArrayBuffer>> {
    const out = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      if (this.used === this.chunk.length && !(await this.refill())) {
        throw new TraceTruncatedError({ part, offset: this.offset, expected: size, found: filled });
      }
      const piece = this.chunk.subarray(this.used, this.used + size - filled);
      out.set(piece, filled);
      filled += piece.length;
      this.used += piece.length;
    }
    this.offset += size;
    return out;
  }

  /** True when no byte is left. */
  async atEnd(): Promise<boolean> {
    return this.used === this.chunk.length && !(await this.refill());
  }

  /** Tells the producer that nothing more will be read. */
  cancel(): Promise<void> {
    return this.stop();
  }

  private async refill(): Promise<boolean> {
    for (;;) {
      const chunk = await this.next();
      if (chunk === undefined) return false;
      if (chunk.length > 0) {
        this.chunk = chunk as Uint8Array<ArrayBuffer>;
        this.used = 0;
        return true;
      }
    }
  }
}
