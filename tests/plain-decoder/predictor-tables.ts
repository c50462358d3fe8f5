/**
 * The tables that `blend`, `binary` and `teacher` share: docs/PREDICTOR.md §2 (squash and stretch) and §4 (bit histories),
 * and the hash of contexts. Made from the page's rules; its §12 has digests of them.
 */

export const clamp = (x: number, least: number, most: number): number => Math.min(Math.max(x, least), most);

const factors = [
  4278222805n,
  4261543595n,
  4228380000n,
  4162825044n,
  4034748382n,
  3790295335n,
  3344923893n,
  2605029347n,
  1580030169n,
  581260615n,
  78665070n,
  1440801n,
] as const;

/** e^(−n/256) with 32 fractional bits. */
function exponential(n: number): bigint {
  let x = 1n << 32n;
  for (const [k, factor] of factors.entries()) if ((n >> k) & 1) x = (x * factor + (1n << 31n)) >> 32n;
  return x;
}

const limit = 2839;
/** squash(x) at x + limit. */
const squashed = ((): Int32Array => {
  const table = new Int32Array(2 * limit + 1);
  for (let x = 0; x <= limit; x++) {
    const e = exponential(x);
    const sum = (1n << 32n) + e;
    const q = Math.max(Number(((e << 16n) + sum / 2n) / sum), 1);
    table[limit - x] = q;
    table[limit + x] = 65536 - q;
  }
  return table;
})();

/** Logit −2839 … 2839 to a probability of 16 bits. */
export function squash(x: number): number {
  const p = squashed[x + limit];
  if (p === undefined) throw new RangeError(`squash of ${x}`);
  return p;
}

const stretched = ((): Int32Array => {
  const invert = (p20: number): number => {
    for (let x = -2047; x <= 2047; x++) if (squash(x) * 16 >= p20) return x;
    return 2047;
  };
  const middle = Array.from({ length: 2048 }, (_, i) => invert(256 * i + 128));
  const table = new Int32Array(65536);
  for (let p = 0; p < 65536; p++) {
    const i = p >> 4;
    if (p < 4096) table[p] = invert(16 * p + 8);
    else if (p >= 61440) table[p] = -table[65535 - p]!;
    else table[p] = i < 2048 ? middle[i]! : -middle[4095 - i]!;
  }
  return table;
})();

/** Probability 0 … 65535 to a logit within ±2047. */
export function stretch(p16: number): number {
  const x = stretched[p16];
  if (x === undefined) throw new RangeError(`stretch of ${p16}`);
  return x;
}

interface History {
  readonly counts: readonly [number, number];
  readonly sequence: number;
  readonly last: number;
}

const countLimits = [41, 30, 14, 9, 7, 6, 6] as const;
const fits = (a: number, b: number): boolean =>
  Math.min(a, b) <= 6 && Math.max(a, b) <= countLimits[Math.min(a, b)]!;

function successor(from: History, bit: 0 | 1): History {
  let same = from.counts[bit] + 1;
  let other = from.counts[1 - bit]!;
  if (other > 2) other = 2 + Math.floor(Math.log2(other - 1));
  while (!fits(same, other)) {
    if (same > other || other === 0) same--;
    else other--;
  }
  const sequence = from.sequence !== 0 && from.sequence < 16 ? 2 * from.sequence + bit : 0;
  return { counts: bit === 1 ? [other, same] : [same, other], sequence, last: bit };
}

/** What decides which state a history is, and the number of the state: compared from the left. */
function key({ counts: [n0, n1], sequence, last }: History): readonly number[] {
  return [n0 + n1, n0, n1, sequence, n0 > 0 && n1 > 0 ? last : 0];
}

const histories: readonly History[] = (() => {
  const found = new Map<string, History>();
  const look: History[] = [{ counts: [0, 0], sequence: 1, last: 0 }];
  for (let history = look.pop(); history !== undefined; history = look.pop()) {
    if (found.has(key(history).join())) continue;
    found.set(key(history).join(), history);
    look.push(successor(history, 0), successor(history, 1));
  }
  return [...found.values()].sort((left, right) => {
    const [a, b] = [key(left), key(right)];
    const at = a.findIndex((value, i) => value !== b[i]);
    return at < 0 ? 0 : a[at]! - b[at]!;
  });
})();

const numbers = new Map(histories.map((history, number) => [key(history).join(), number]));

/** next[state] = the states after a 0 and after a 1. */
export const next: readonly (readonly [number, number])[] = histories.map((history) => [
  numbers.get(key(successor(history, 0)).join())!,
  numbers.get(key(successor(history, 1)).join())!,
]);

/** The first guess for a state, a probability of 16 bits. */
export const firstGuess: readonly number[] = histories.map(({ counts: [n0, n1] }) =>
  Math.floor((65536 * (5 * n1 + 2)) / (5 * (n0 + n1) + 4)),
);

/** Combine of docs/BLEND.md §2, H of docs/PREDICTOR.md §6: 64 bits. */
export function combine(a: bigint, b: bigint): bigint {
  const wrap = (x: bigint): bigint => BigInt.asUintN(64, x);
  let h = wrap((a ^ wrap(b + 0x9e3779b97f4a7c15n)) * 0xd6e8feb86659fd93n);
  h ^= h >> 32n;
  h = wrap(h * 0xcf1bbcdcb7a56463n);
  return h ^ (h >> 29n);
}

export const isLetter = (c: number): boolean => (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c >= 128;
export const lowered = (c: number): number => (c >= 65 && c <= 90 ? c + 32 : c);

/** Class of a byte: docs/BLEND.md §5, docs/PREDICTOR.md §6. */
export function classOf(c: number): number {
  if (c === 0x20 || c === 0x0a) return 1;
  if (c < 32) return 0;
  if (c >= 48 && c <= 57) return 2;
  if (c >= 97 && c <= 122) return 3;
  if (c >= 65 && c <= 90) return 4;
  if (".,;:'-".includes(String.fromCharCode(c))) return 5;
  return c >= 128 ? 7 : 6;
}
