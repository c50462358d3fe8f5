/** CRC-32 (IEEE 802.3) as docs/TRACE.md §1 uses it, over hash-wasm: hundreds of MB a second in Node and browsers alike. */
import { createCRC32 } from 'hash-wasm';

export type Checksum = (bytes: Uint8Array) => number;

/** Loads the checksum; what it returns is synchronous and may be used for many pieces, one after the other. */
export async function createChecksum(): Promise<Checksum> {
  const hasher = await createCRC32();
  return (bytes) => {
    const digest = hasher.init().update(bytes).digest('binary');
    return new DataView(digest.buffer, digest.byteOffset, 4).getUint32(0, false);
  };
}
