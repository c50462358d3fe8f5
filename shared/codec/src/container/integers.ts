/**
 * Fixed-width integers of the container (docs/FORMAT.md §1), little-endian.
 */

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

export function readU32(bytes: Uint8Array, at = 0): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at, true);
}

/** Milliseconds since 1970, rounded, as i48. */
export function writeTime(milliseconds: number): Uint8Array {
  const field = new DataView(new ArrayBuffer(8));
  field.setBigInt64(0, BigInt(Math.round(milliseconds)), true);
  return new Uint8Array(field.buffer, 0, 6);
}

export function readTime(bytes: Uint8Array): number {
  const field = new DataView(new ArrayBuffer(8));
  new Uint8Array(field.buffer).set(bytes, 2);
  return Number(field.getBigInt64(0, true) >> 16n);
}

/** Whether a time fits into the field: years -2490 … 6429. */
export function isTime(milliseconds: number): boolean {
  return Number.isFinite(milliseconds) && Math.abs(Math.round(milliseconds)) < 2 ** 47;
}
