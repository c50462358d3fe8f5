/**
 * zstd for blocks that the student should not code. The package is the same version everywhere, so that its output, and
 * with it the archive, is the same everywhere.
 */
import { CorruptError } from './errors.ts';

export interface Zstd {
  /** One frame with its content size in the header; a copy. */
  compress(bytes: Uint8Array, level?: number): Uint8Array;
  /** @throws CorruptError where the frame does not hold exactly `originalBytes` bytes */
  decompress(frame: Uint8Array, originalBytes: number): Uint8Array;
}

const zstdLevel = 19;
let loading: Promise<Zstd> | undefined;

/** Loads the WebAssembly once per worker; `url` where the bundler does not find it by itself (ignored in Node). */
export function loadZstd(url?: string): Promise<Zstd> {
  loading ??= start(url);
  loading.catch(() => (loading = undefined));
  return loading;
}

async function start(url: string | undefined): Promise<Zstd> {
  const zstd = await import('@bokuweb/zstd-wasm');
  // In Node the package's init takes nothing, in a browser the address.
  const init: (path?: string) => Promise<void> = zstd.init;
  await init(url);
  return {
    compress: (bytes, level = zstdLevel) => zstd.compress(bytes, level),
    decompress: (frame, originalBytes) => {
      const corrupt = (problem: string, cause?: unknown): CorruptError =>
        new CorruptError({ where: 'a zstd block', problem, offset: 0 }, cause);
      // The library allocates what the frame declares: look first.
      if (frameContentSize(frame) !== originalBytes)
        throw corrupt('its frame has another size than the block');
      let bytes: Uint8Array;
      try {
        bytes = zstd.decompress(frame);
      } catch (error) {
        throw corrupt('zstd cannot decode it', error);
      }
      if (bytes.length !== originalBytes) throw corrupt('it decodes to another length');
      return bytes;
    },
  };
}

/** Content size declared by a zstd frame header (RFC 8878 §3.1.1.1), or -1 where there is none. */
export function frameContentSize(frame: Uint8Array): number {
  if (frame.length < 6) return -1;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (view.getUint32(0, true) !== 0xfd2fb528) return -1;
  const descriptor = view.getUint8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] as number;
  const at = 5 + (singleSegment ? 0 : 1) + dictionaryBytes;
  const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  if (sizeBytes === 0 || at + sizeBytes > frame.length) return -1;
  if (sizeBytes === 1) return view.getUint8(at);
  if (sizeBytes === 2) return view.getUint16(at, true) + 256;
  if (sizeBytes === 4) return view.getUint32(at, true);
  return Number(view.getBigUint64(at, true));
}
