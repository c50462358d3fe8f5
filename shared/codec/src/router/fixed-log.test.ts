import { describe, expect, it } from 'vitest';
import { bit, codeBits, fixedLog2 } from './fixed-log.ts';

describe('fixedLog2', () => {
  it('is the logarithm, rounded down, for small numbers', () => {
    for (let value = 1; value <= 4096; value++) {
      const exact = Math.log2(value) * bit;
      expect(fixedLog2(value)).toBeLessThanOrEqual(exact + 1e-9);
      expect(fixedLog2(value)).toBeGreaterThan(exact - 1 - 1e-9);
    }
  });

  it('stays close for large numbers and never falls', () => {
    let before = 0;
    for (let value = 1; value < 2 ** 31; value = Math.ceil(value * 1.003)) {
      const log = fixedLog2(value);
      expect(log).toBeGreaterThanOrEqual(before);
      expect(Math.abs(log - Math.log2(value) * bit)).toBeLessThan(2);
      before = log;
    }
  });
});

describe('codeBits', () => {
  it('is the order-0 size', () => {
    expect(codeBits([5, 0, 0], 0, 3)).toBe(0);
    expect(codeBits([8, 8, 8, 8], 0, 4)).toBe(64 * bit);
    expect(codeBits([9, 8, 8, 9], 1, 2)).toBe(16 * bit);
    expect(codeBits([0, 0], 0, 2)).toBe(0);
  });
});
