/**
 * Checksums of the container (docs/FORMAT.md §6): XXH64 of the original bytes, combined by exclusive or with XXH64 of the
 * archive's bytes that stand for them. So 8 bytes vouch for both: no byte of an archive can change unseen, and the
 * original's own XXH64 can be listed without decoding.
 */
import { createXXHash64 } from 'hash-wasm';
import { ChecksumError } from '../errors.ts';
import { checksumBytes } from './format.ts';

type Hasher = Awaited<ReturnType<typeof createXXHash64>>;

/** A running XXH64 with seed 0. */
export class RunningHash {
  private readonly hasher: Hasher;

  private constructor(hasher: Hasher) {
    this.hasher = hasher;
  }

  static async create(): Promise<RunningHash> {
    return new RunningHash((await createXXHash64()).init());
  }

  update(bytes: Uint8Array): this {
    this.hasher.update(bytes);
    return this;
  }

  /** The hash of all updates; begins anew. */
  finish(): bigint {
    const value = BigInt(`0x${this.hasher.digest('hex')}`);
    this.hasher.init();
    return value;
  }

  /** XXH64 of the parts one after the other; nothing may be running. */
  of(...parts: readonly Uint8Array[]): bigint {
    for (const part of parts) this.hasher.update(part);
    return this.finish();
  }
}

/** Little-endian. */
export function writeChecksum(value: bigint): Uint8Array {
  const bytes = new Uint8Array(checksumBytes);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}

export function readChecksum(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, checksumBytes).getBigUint64(0, true);
}

export function checksumText(value: bigint): string {
  return value.toString(16).padStart(16, '0');
}

/** @throws ChecksumError naming `where` */
export function requireChecksum(stored: bigint, computed: bigint, where: string): void {
  if (stored !== computed) {
    throw new ChecksumError({ where, stored: checksumText(stored), computed: checksumText(computed) });
  }
}
