/**
 * Unsigned integers of 1 to 7 bytes, 7 bits a byte, least significant first, top bit set on all but the last; always in the
 * shortest form (docs/FORMAT.md §1).
 */
import { limits } from './format.ts';

/** @param value an integer, 0 … 2^49 - 1 */
export function writeVarint(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (7 * limits.varintBytes)) {
    throw new RangeError(`${value} is no varint`);
  }
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** The next state of a varint being read byte by byte: its value, `undefined` for "go on", or what is wrong. */
export function varintReader(): (byte: number) => number | undefined | { problem: string } {
  let value = 0;
  let count = 0;
  return (byte) => {
    value += (byte & 0x7f) * 2 ** (7 * count);
    count++;
    if (byte < 0x80)
      return byte === 0 && count > 1 ? { problem: 'a number is not in its shortest form' } : value;
    return count === limits.varintBytes ? { problem: 'a number is too long' } : undefined;
  };
}
