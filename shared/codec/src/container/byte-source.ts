/**
 * Reads a stream in pieces of the size that is asked for, whatever the size of its chunks. Memory follows the bytes that
 * really arrive, never a length that an archive declares.
 */
import { AbortedError, CorruptError, TruncatedError } from '../errors.ts';
import { varintReader } from './varint.ts';

export class ByteSource {
  /** Position of the next byte: of a whole archive, bytes handed out so far. */
  offset: number;
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private aborted: AbortedError | undefined;
  /** Ends the read that is under way. One at a time: racing each against one promise would keep all that was ever read. */
  private failRead: (error: AbortedError) => void = () => undefined;
  private chunks: Uint8Array[] = [];
  private available = 0;
  private ended = false;

  /**
   * @param during what AbortedError says was stopped
   * @param offset position of the stream's first byte in the archive
   */
  constructor(
    stream: ReadableStream<Uint8Array>,
    signal: AbortSignal | undefined,
    during: string,
    offset = 0,
  ) {
    this.offset = offset;
    this.reader = stream.getReader();
    const stop = (): void => {
      this.aborted = new AbortedError({ during });
      this.failRead(this.aborted);
    };
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  }

  /** Up to `count` bytes: fewer only at the end of the stream. */
  async upTo(count: number): Promise<Uint8Array> {
    await this.fill(count);
    return this.take(Math.min(count, this.available));
  }

  /** Exactly `count` bytes. @throws TruncatedError naming `where` */
  async exactly(count: number, where: string): Promise<Uint8Array> {
    await this.fill(count);
    if (this.available < count) throw new TruncatedError({ where, offset: this.offset + this.available });
    return this.take(count);
  }

  /**
   * What is left but for the last `keep` bytes, at most `most` bytes.
   * @throws TruncatedError naming `where`
   */
  async allBut(keep: number, most: number, where: string): Promise<Uint8Array> {
    await this.fill(most + keep);
    if (this.available < keep) throw new TruncatedError({ where, offset: this.offset + this.available });
    return this.take(Math.min(this.available - keep, most));
  }

  async byte(where: string): Promise<number> {
    return (await this.exactly(1, where))[0] as number;
  }

  /** A varint and the bytes it was written in. @throws TruncatedError, CorruptError */
  async varint(where: string): Promise<number> {
    const next = varintReader();
    for (;;) {
      const state = next(await this.byte(where));
      if (typeof state === 'number') return state;
      if (state !== undefined) throw new CorruptError({ where, problem: state.problem, offset: this.offset });
    }
  }

  async atEnd(): Promise<boolean> {
    await this.fill(1);
    return this.available === 0;
  }

  /** Tells the other side that no more is wanted. */
  async cancel(): Promise<void> {
    await this.reader.cancel().catch(() => undefined); // a source that already failed has said so
  }

  private async fill(count: number): Promise<void> {
    while (this.available < count && !this.ended) {
      const { value, done } = await this.read();
      if (done) this.ended = true;
      else if (value.length > 0) {
        this.chunks.push(value);
        this.available += value.length;
      }
    }
  }

  /** @throws AbortedError at once, however long the stream would take */
  private read(): Promise<ReadableStreamReadResult<Uint8Array>> {
    return new Promise((resolve, reject) => {
      if (this.aborted !== undefined) throw this.aborted;
      this.failRead = reject;
      this.reader.read().then(resolve, reject);
    });
  }

  private take(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    let at = 0;
    while (at < count) {
      const chunk = this.chunks[0] as Uint8Array;
      const part = chunk.subarray(0, count - at);
      bytes.set(part, at);
      at += part.length;
      if (part.length === chunk.length) this.chunks.shift();
      else this.chunks[0] = chunk.subarray(part.length);
    }
    this.available -= count;
    this.offset += count;
    return bytes;
  }
}
