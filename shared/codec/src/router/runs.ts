/**
 * Method `runs` (docs/FORMAT.md §5) before its zstd: literals and runs in turns, for data that consists of fills. The decoder
 * writes only into the block it was asked for, whatever the payload says.
 *
 *     payload = { varint n, n literal bytes, [ varint length - 32, fill byte ] }, ends when the original is complete
 */
import { CorruptError } from '../errors.ts';
import { leastRun } from './cells.ts';

/** Worst case of `encodeRuns`: all literals, with their number. */
const mostOverhead = 8;

/** Most bytes that a payload for so many original bytes can need: more is no payload. */
export function mostRunsPayload(originalBytes: number): number {
  return originalBytes + mostOverhead;
}

/** Replaces each run of at least 32 equal bytes by its length. Never longer than `mostRunsPayload`. */
export function encodeRuns(bytes: Uint8Array): Uint8Array {
  const payload = new Uint8Array(mostRunsPayload(bytes.length));
  let at = 0;
  const varint = (value: number): void => {
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) payload[at++] = (rest & 0x7f) | 0x80;
    payload[at++] = rest;
  };
  let literals = 0;
  for (let start = 0; start < bytes.length;) {
    const end = runEnd(bytes, start);
    if (end - start >= leastRun) {
      varint(start - literals);
      payload.set(bytes.subarray(literals, start), at);
      at += start - literals;
      varint(end - start - leastRun);
      payload[at++] = bytes[start]!;
      literals = end;
    }
    start = end;
  }
  if (literals < bytes.length) {
    varint(bytes.length - literals);
    payload.set(bytes.subarray(literals), at);
    at += bytes.length - literals;
  }
  return payload.slice(0, at);
}

/**
 * The original of a payload, exactly `originalBytes` long.
 * @throws CorruptError where the payload holds more or less, or is not what `encodeRuns` could have written in form
 */
export function decodeRuns(payload: Uint8Array, originalBytes: number): Uint8Array {
  const corrupt = (problem: string, offset: number): CorruptError =>
    new CorruptError({ where: 'a runs segment', problem, offset });
  const bytes = new Uint8Array(originalBytes);
  let at = 0;
  let written = 0;
  const next = (): number => {
    const byte = payload[at];
    if (byte === undefined) throw corrupt('it ends too early', at);
    at++;
    return byte;
  };
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; scale < 2 ** 35; scale *= 128) {
      const byte = next();
      value += (byte & 0x7f) * scale;
      if (byte >= 0x80) continue;
      if (byte === 0 && scale > 1) throw corrupt('a number is not in its shortest form', at - 1);
      return value;
    }
    throw corrupt('a number is too long', at - 1);
  };
  const room = (length: number): void => {
    if (length > originalBytes - written) throw corrupt('it holds more than the segment has', at);
  };
  while (written < originalBytes) {
    const literals = varint();
    room(literals);
    if (literals > payload.length - at) throw corrupt('it ends too early', payload.length);
    bytes.set(payload.subarray(at, at + literals), written);
    at += literals;
    written += literals;
    if (written === originalBytes) {
      if (literals === 0) throw corrupt('it ends with no literals', at);
      break;
    }
    const length = varint() + leastRun;
    room(length);
    const fill = next();
    bytes.fill(fill, written, written + length);
    written += length;
  }
  if (at !== payload.length) throw corrupt('bytes follow its end', at);
  return bytes;
}

function runEnd(bytes: Uint8Array, start: number): number {
  const byte = bytes[start];
  let end = start + 1;
  while (end < bytes.length && bytes[end] === byte) end++;
  return end;
}
