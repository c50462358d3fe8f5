import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatDuration,
  formatPercent,
  formatRows,
  formatSpeed,
  formatTick,
  secondsLeft,
} from './units.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('units', () => {
  it('writes bytes with three significant figures and never "1000 kB"', () => {
    expect(
      [0, 1, 999, 1000, 12_345, 999_499, 999_500, 1_050_000, 10 ** 13].map(formatBytes).map(plain),
    ).toEqual(['0 B', '1 B', '999 B', '1.00 kB', '12.3 kB', '999 kB', '1.00 MB', '1.05 MB', '10.0 TB']);
  });

  it('drops zeros from ticks', () => {
    expect([500_000, 1_000_000, 2_500_000].map(formatTick).map(plain)).toEqual(['500 kB', '1 MB', '2.5 MB']);
  });

  it('shows a dash for a speed nobody knows', () => {
    expect(formatSpeed(undefined)).toBe('–');
    expect(formatSpeed(Infinity)).toBe('–');
    expect(plain(formatSpeed(1_100_000))).toBe('1.10 MB/s');
  });

  it('shows no share of an empty file and a growth above 100 %', () => {
    expect(formatPercent(24, 0)).toBe('–');
    expect(plain(formatPercent(213, 1000))).toBe('21.3 %');
    expect(plain(formatPercent(41, 1))).toBe('4100 %');
  });

  it('counts one row and many', () => {
    expect([0, 1, 5372].map(formatRows)).toEqual(['0 rows', '1 row', '5,372 rows']);
  });

  it('rounds durations without "60 s"', () => {
    expect([0.04, 9.94, 9.96, 59.6, 125, 3900].map(formatDuration).map(plain)).toEqual([
      '40 ms',
      '9.9 s',
      '10 s',
      '1 min 0 s',
      '2 min 5 s',
      '1 h 5 min',
    ]);
  });

  it('says nothing about time left before there is something to go by', () => {
    expect(secondsLeft(10, 1000, 0.2)).toBeUndefined();
    expect(secondsLeft(0, 1000, 30)).toBeUndefined();
    expect(secondsLeft(250, 1000, 2)).toBe(6);
  });
});
