/**
 * Bytes that can be read anywhere: a Blob in the browser, a file in Node (`@understudy/codec/node`), bytes in memory. What an
 * archive is opened from, when only a part of it is wanted.
 */
import { TruncatedError } from '../errors.ts';

export interface RandomAccess {
  readonly size: number;
  /** Exactly the bytes `offset` … `offset + length` - 1; both within `size`. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

export function accessBlob(blob: Blob): RandomAccess {
  return {
    size: blob.size,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
  };
}

export function accessBytes(bytes: Uint8Array): RandomAccess {
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

const chunkBytes = 1 << 16;

/** The bytes `start` … `end` - 1 as a stream, for those who read on until they know enough. */
export function streamRange(
  source: RandomAccess,
  start: number,
  end: number,
  chunk = chunkBytes,
): ReadableStream<Uint8Array> {
  let at = start;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (at >= end) return controller.close();
        const length = Math.min(chunk, end - at);
        const bytes = await source.read(at, length);
        if (bytes.length !== length)
          throw new TruncatedError({ where: 'a source that became shorter', offset: at + bytes.length });
        at += length;
        controller.enqueue(bytes);
      },
    },
    { highWaterMark: 0 },
  );
}
