import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

describe('the nearest name', () => {
  it('counts inserted, dropped, replaced and swapped letters', () => {
    expect(editDistance('force', 'force')).toBe(0);
    expect(editDistance('frce', 'force')).toBe(1);
    expect(editDistance('froce', 'force')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });

  it('is found for slips and beginnings, not for something else', () => {
    const names = ['compress', 'decompress', 'test', 'list', 'info'];
    expect(nearest('compres', names)).toBe('compress');
    expect(nearest('Decompress', names)).toBe('decompress');
    expect(nearest('decomp', names)).toBe('decompress');
    expect(nearest('tset', names)).toBe('test');
    expect(nearest('banana', names)).toBeUndefined();
  });
});
