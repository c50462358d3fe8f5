/**
 * Fields of the container out of bytes: docs/FORMAT.md §1. Every read past the end throws.
 */
export class PlainError extends Error {
  /** Of docs/FORMAT.md §8. */
  readonly code: string;

  constructor(code: string, problem: string) {
    super(`${code}: ${problem}`);
    this.code = code;
  }
}

export const corrupt = (problem: string): PlainError => new PlainError('UST_CORRUPT', problem);

export class Reader {
  at = 0;
  readonly bytes: Uint8Array;
  private readonly codeAtEnd: string;

  /** @param codeAtEnd what a read past the end is called */
  constructor(bytes: Uint8Array, codeAtEnd = 'UST_TRUNCATED') {
    this.bytes = bytes;
    this.codeAtEnd = codeAtEnd;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  take(count: number): Uint8Array {
    if (count > this.left) throw new PlainError(this.codeAtEnd, `it ends at ${this.bytes.length}`);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  u8(): number {
    return this.take(1)[0]!;
  }

  /** Little-endian. */
  unsigned(bytes: number): bigint {
    return this.take(bytes).reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
  }

  u32(): number {
    return Number(this.unsigned(4));
  }

  i48(): number {
    return Number(BigInt.asIntN(48, this.unsigned(6)));
  }

  varint(): number {
    let value = 0;
    for (let i = 0; i < 7; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * 128 ** i;
      if (byte >= 0x80) continue;
      if (byte === 0 && i > 0) throw corrupt('a varint is too long for its value');
      return value;
    }
    throw corrupt('a varint has more than 7 bytes');
  }

  text(): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.take(this.varint()));
    } catch (error) {
      throw error instanceof PlainError ? error : corrupt('a name is not UTF-8');
    }
  }
}

const primes = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const;
const wrap = (x: bigint): bigint => BigInt.asUintN(64, x);
const rotate = (x: bigint, bits: bigint): bigint => wrap(x << bits) | (x >> (64n - bits));

/** xxHash, 64 bits, seed 0, of all parts as one. */
export function xxh64(...parts: Uint8Array[]): bigint {
  const bytes = new Uint8Array(Buffer.concat(parts));
  const [p1, p2, p3, p4, p5] = primes;
  const view = new DataView(bytes.buffer);
  const round = (acc: bigint, lane: bigint): bigint => wrap(rotate(wrap(acc + lane * p2), 31n) * p1);
  let at = 0;
  let hash: bigint;
  if (bytes.length >= 32) {
    const acc = [wrap(p1 + p2), p2, 0n, wrap(-p1)];
    for (; at + 32 <= bytes.length; at += 32)
      for (let i = 0; i < 4; i++) acc[i] = round(acc[i]!, view.getBigUint64(at + 8 * i, true));
    hash = wrap([1n, 7n, 12n, 18n].reduce((sum, bits, i) => sum + rotate(acc[i]!, bits), 0n));
    for (const lane of acc) hash = wrap((hash ^ round(0n, lane)) * p1 + p4);
  } else hash = p5;
  hash = wrap(hash + BigInt(bytes.length));
  for (; at + 8 <= bytes.length; at += 8)
    hash = wrap(rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * p1 + p4);
  if (at + 4 <= bytes.length) {
    hash = wrap(rotate(hash ^ wrap(BigInt(view.getUint32(at, true)) * p1), 23n) * p2 + p3);
    at += 4;
  }
  for (; at < bytes.length; at++) hash = wrap(rotate(hash ^ wrap(BigInt(bytes[at]!) * p5), 11n) * p1);
  hash = wrap((hash ^ (hash >> 33n)) * p2);
  hash = wrap((hash ^ (hash >> 29n)) * p3);
  return hash ^ (hash >> 32n);
}
