/**
 * A guess at a segment before any method runs: is there anything to find, how much lies in runs, how much repeats.
 * `candidatesOf` turns it into the methods worth trying, so that no time goes into hopeless ones. Thresholds err on the side of
 * trying.
 */
import { leastRun } from './cells.ts';
import type { Candidate, Estimate, ModelStrength, Segment } from './types.ts';

/** Below this, trying everything costs next to nothing and statistics say little. */
const smallBytes = 65536;
const leastRepeat = 32;
const leastRandomBytes = 4096;

/** @param bytes one segment */
export function estimate(bytes: Uint8Array): Estimate {
  const repeatBytes = repeatsIn(bytes);
  return {
    bytes: bytes.length,
    runBytes: runsIn(bytes),
    repeatBytes,
    random: isRandom(bytes, () => repeatBytes),
  };
}

/** True where nothing can be found: equal counts of bytes and of pairs at distances 1 … 4, and hardly a repeat. */
export function looksRandom(bytes: Uint8Array): boolean {
  return isRandom(bytes, () => repeatsIn(bytes));
}

/**
 * Methods to try on a segment, the most promising first; `stored` is always possible and not among them. Empty means: store it.
 */
export function candidatesOf(segment: Segment, guess: Estimate, model: ModelStrength): Candidate[] {
  if (guess.bytes === 0 || guess.random) return [];
  switch (segment.kind) {
    case 'runs':
      return guess.runBytes * 8 >= guess.bytes * 7 ? ['runs'] : ['runs', 'zstd'];
    case 'random':
      return ['zstd'];
    case 'text': {
      // The student alone has no long memory and knows English, code and markup: elsewhere zstd may win.
      const zstdMayWin =
        model === 'student' || guess.bytes < smallBytes || guess.repeatBytes * 8 >= guess.bytes;
      return zstdMayWin ? ['model', 'zstd'] : ['model'];
    }
    default:
      return ['binary', 'zstd'];
  }
}

function byteCounts(bytes: Uint8Array): Int32Array {
  // Two tables, so that equal neighbours do not wait for each other's increment.
  const even = new Int32Array(256);
  const odd = new Int32Array(256);
  const pairs = bytes.length & ~1;
  for (let i = 0; i < pairs; i += 2) {
    even[bytes[i]!]!++;
    odd[bytes[i + 1]!]!++;
  }
  if (pairs < bytes.length) even[bytes[pairs]!]!++;
  return even.map((count, value) => count + odd[value]!);
}

function runsIn(bytes: Uint8Array): number {
  let total = 0;
  let start = 0;
  for (let i = 1; i <= bytes.length; i++) {
    if (bytes[i] === bytes[start]) continue;
    if (i - start >= leastRun) total += i - start;
    start = i;
  }
  return total;
}

/**
 * Bytes covered by copies of at least 32 bytes. Looked for where the hash of 4 bytes has 5 zero bits, so that both ends of a copy
 * are looked at alike; compared is the latest such position with equal 16 bytes, by hash.
 */
function repeatsIn(bytes: Uint8Array): number {
  const sampleBits = 5;
  const tableBits = 16;
  const latest = new Int32Array(1 << tableBits).fill(-1);
  const last = bytes.length - leastRepeat;
  let repeated = 0;
  let covered = 0;
  let word = 0;
  for (let i = -3; i <= last; i++) {
    word = (word << 8) | bytes[i + 3]!;
    if (i < 0 || Math.imul(word, 0x9e3779b1) >>> (32 - sampleBits) !== 0) continue;
    let hash = word;
    for (let k = 4; k < 16; k++) hash = Math.imul(hash ^ bytes[i + k]!, 0x01000193);
    const slot = Math.imul(hash, 0x85ebca6b) >>> (32 - tableBits);
    const earlier = latest[slot]!;
    latest[slot] = i;
    if (earlier < 0) continue;
    let end = i;
    while (end < bytes.length && bytes[end - i + earlier] === bytes[end]) end++;
    let start = i;
    while (start > covered && start - i + earlier > 0 && bytes[start - 1 - i + earlier] === bytes[start - 1])
      start--;
    if (end - start < leastRepeat) continue;
    repeated += end - start;
    covered = end;
    // Nothing new begins within the copy.
    i = end - 1;
    word = 0;
    for (let k = 1; k <= 3; k++) word = (word << 8) | bytes[i + k]!;
  }
  return repeated;
}

function isRandom(bytes: Uint8Array, repeatBytes: () => number): boolean {
  const n = bytes.length;
  if (n < leastRandomBytes) return false;
  const counts = byteCounts(bytes);
  let squares = 0;
  for (let value = 0; value < 256; value++) squares += counts[value]! ** 2;
  // Within 10 % of the least value that a sum of squared counts can have.
  if (squares * 2560 > n * n * 11) return false;
  const chunks = 4;
  const chunk = Math.min(Math.floor(n / chunks), 16384);
  for (let distance = 1; distance <= 4; distance++) {
    const pairs = new Int32Array(65536);
    let total = 0;
    for (let part = 0; part < chunks; part++) {
      const start = Math.floor(((n - chunk) * part) / (chunks - 1));
      for (let i = start + distance; i < start + chunk; i++) {
        pairs[(bytes[i - distance]! << 8) | bytes[i]!]!++;
        total++;
      }
    }
    let pairSquares = 0;
    for (let pair = 0; pair < 65536; pair++) pairSquares += pairs[pair]! ** 2;
    // Within 20 % of what chance makes of so many pairs: total + total²/65536.
    if (pairSquares * 5 > (total + Math.floor((total * total) / 65536)) * 6) return false;
  }
  return repeatBytes() * 64 <= n;
}
