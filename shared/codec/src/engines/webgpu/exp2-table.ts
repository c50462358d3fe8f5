/**
 * The table T of docs/MODEL.md §5 for shaders, T[d] = floor(2^(16 − d/32) + ½), made by whole-number arithmetic: floor(x + ½) is the
 * largest t with t − ½ <= x, which is (2t − 1)^32 <= 2^(544 − d). tests/vectors/exp2.json is its home; the test compares.
 */

export const exp2Entries = 545;

export function exp2Table(): Uint32Array {
  const fits = (t: number, d: number): boolean => BigInt(2 * t - 1) ** 32n <= 1n << BigInt(544 - d);
  return Uint32Array.from({ length: exp2Entries }, (_, d) => {
    let t = Math.round(2 ** (16 - d / 32)); // a guess; the integers decide
    while (!fits(t, d)) t--;
    while (fits(t + 1, d)) t++;
    return t;
  });
}
