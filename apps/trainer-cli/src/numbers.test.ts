import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, parseCount, parsePositive, parseRange } from './numbers.ts';

describe('numbers on the command line', () => {
  it('reads counts with suffixes and refuses all else', () => {
    expect(['0', '1000', '64Ki', '3M', '2Gi'].map(parseCount)).toEqual([0, 1000, 65536, 3e6, 2 ** 31]);
    for (const text of ['', '-1', '1.5', '1 M', '3m', 'abc', '99999999999999999'])
      expect(() => parseCount(text), text).toThrow(/whole number/);
    expect(() => parsePositive('0')).toThrow(/at least 1/);
  });

  it('reads ranges with open ends', () => {
    expect(parseRange('1k:2k')).toEqual({ from: 1000, to: 2000 });
    expect(parseRange(':64Ki')).toEqual({ from: 0, to: 65536 });
    expect(parseRange('5:')).toEqual({ from: 5 });
    for (const text of ['5', '1:2:3', 'a:b']) expect(() => parseRange(text), text).toThrow();
  });

  it('writes sizes and times for people', () => {
    expect([12, 1234, 83_400_000, 11e9].map(formatBytes)).toEqual(['12 B', '1.23 kB', '83.4 MB', '11.0 GB']);
    expect([12.4, 200, 3700].map(formatDuration)).toEqual(['12 s', '3 min 20 s', '1 h 01 min']);
  });
});
