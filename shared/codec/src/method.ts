/**
 * When a block is not worth a student's time (docs/FORMAT.md §5). Depends on the bytes and zstd's result alone, in exact
 * numbers, so that every machine decides alike; made so that a text never loses by it.
 */

/** Below this, trying costs next to nothing and statistics say little. */
const leastBytes = 4096;

/**
 * False where the student cannot win:
 * - zstd needs at most 1/32 of the bytes (a quarter of a bit each: runs, tiny alphabets, copies of copies), which no text model without a
 *   long memory reaches;
 * - the bytes look random: zstd saves less than 1 % and the sum of squared byte counts is within 10 % of that of equal
 *   counts (already compressed or encrypted data; text uses few byte values often).
 */
export function worthStudent(bytes: Uint8Array, zstdBytes: number): boolean {
  const n = bytes.length;
  if (n < leastBytes) return n > 0;
  if (zstdBytes * 32 <= n) return false;
  return zstdBytes * 100 <= n * 99 || !hasEqualCounts(bytes);
}

function hasEqualCounts(bytes: Uint8Array): boolean {
  const counts = new Float64Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] as number) + 1;
  const squares = counts.reduce((sum, count) => sum + count * count, 0);
  return squares * 2560 <= bytes.length * bytes.length * 11;
}
