import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatPercent, formatSpeed, printable } from './units.ts';

describe('figures for people', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [9996, '10.0 kB'],
    [123_456, '123 kB'],
    [999_600, '1.00 MB'],
    [1_234_567, '1.23 MB'],
    [5e12, '5.00 TB'],
    [5e15, '5000 TB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it('say nothing where nothing was measured', () => {
    expect(formatSpeed(10, 0)).toBe('–');
    expect(formatPercent(10, 0)).toBe('–');
  });

  it('count minutes and hours', () => {
    expect(formatDuration(75)).toBe('1:15');
    expect(formatDuration(4000)).toBe('1:06:40');
  });

  it('cannot drive a terminal through a file name', () => {
    expect(printable('a\u001b[31mb\n.txt')).toBe('a\\x1b[31mb\\x0a.txt');
    expect(printable('evil\u202etxt.exe')).toBe('evil\\u202etxt.exe');
    expect(printable('Größe 文 🗜️.txt')).toBe('Größe 文 🗜️.txt');
  });
});
