/**
 * Cutting blocks into lanes, and the head of a student payload with the lengths of the lanes' streams (docs/FORMAT.md §7), as
 * wasm/coder/src/lane_lengths.cc has it; for engines whose streams are made outside of WebAssembly.
 */
import { CorruptError } from '../../errors.ts';

/** First byte and bytes of each lane: the first `bytes mod lanes` lanes have one more. */
export function laneParts(bytes: number, lanes: number): { start: number; length: number }[] {
  const least = Math.floor(bytes / lanes);
  const longer = bytes % lanes;
  return Array.from({ length: lanes }, (_, lane) => ({
    start: lane * least + Math.min(lane, longer),
    length: least + (lane < longer ? 1 : 0),
  }));
}

/** Most bytes a stream of so many symbols can take. */
export const mostStreamBytes = (symbols: number): number => 2 * symbols + 8;

/** The payload of a block from its lanes' streams. */
export function joinStreams(streams: readonly Uint8Array[]): Uint8Array {
  const head = writeLaneLengths(streams.map(({ length }) => length));
  const payload = new Uint8Array(streams.reduce((sum, { length }) => sum + length, head.length));
  payload.set(head);
  let at = head.length;
  for (const stream of streams) {
    payload.set(stream, at);
    at += stream.length;
  }
  return payload;
}

function writeLaneLengths(lengths: readonly number[]): number[] {
  if (lengths.length < 2) return [];
  const written = lengths.slice(0, -1);
  const minimum = written.reduce((a, b) => Math.min(a, b));
  const width = 32 - Math.clz32(written.reduce((a, b) => Math.max(a, b)) - minimum);
  const out: number[] = [];
  let rest = minimum;
  for (; rest >= 0x80; rest >>>= 7) out.push((rest & 0x7f) | 0x80);
  out.push(rest, width);
  const packed = new Uint8Array(Math.ceil((written.length * width) / 8));
  written.forEach((length, lane) => {
    for (let i = 0, bit = lane * width; i < width; i++, bit++)
      if ((((length - minimum) >>> i) & 1) !== 0)
        packed[bit >> 3] = (packed[bit >> 3] ?? 0) | (1 << (bit & 7));
  });
  for (const byte of packed) out.push(byte);
  return out;
}

/**
 * The streams of a payload.
 * @throws CorruptError where the head is cut short or damaged, or not in the one form that encoders write
 */
export function splitStreams(payload: Uint8Array, bytes: number, lanes: number): Uint8Array[] {
  const corrupt = (problem: string): CorruptError =>
    new CorruptError({ where: 'a student block', problem, offset: 0 });
  if (payload.length > 6 + 4 * lanes + 2 * bytes + 8 * lanes) throw corrupt('its payload is too long');
  if (lanes < 2) return [payload];
  const senseless = corrupt('its lane lengths make no sense');
  let at = 0;
  let minimum = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = payload[at++];
    if (byte === undefined || shift > 28 || (byte === 0 && shift > 0)) throw senseless;
    minimum += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  const width = payload[at++];
  if (width === undefined || width > 31) throw senseless;
  const head = at + Math.ceil(((lanes - 1) * width) / 8);
  if (head > payload.length) throw senseless;
  const bit = (place: number): number => ((payload[at + (place >> 3)] ?? 0) >> (place & 7)) & 1;
  const streams: Uint8Array[] = [];
  let from = head;
  for (let lane = 0; lane < lanes - 1; lane++) {
    let length = minimum;
    for (let i = 0; i < width; i++) length += bit(lane * width + i) * 2 ** i;
    if (length > payload.length - from) throw senseless;
    streams.push(payload.subarray(from, (from += length)));
  }
  for (let place = (lanes - 1) * width; place < (head - at) * 8; place++)
    if (bit(place) !== 0) throw senseless;
  return [...streams, payload.subarray(from)];
}
