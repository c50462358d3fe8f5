import { describe, expect, it } from 'vitest';
import { linearScale, logScale } from './scales.ts';

describe('scales', () => {
  it('starts bars at zero with round ticks', () => {
    const scale = linearScale(43, 0, 430);
    expect(scale(0)).toBe(0);
    expect(scale(43)).toBe(430);
    expect(scale.ticks).toEqual([0, 10, 20, 30, 40]);
  });

  it('rounds a log axis out to 1-2-5 and keeps values inside', () => {
    const scale = logScale(0.03, 240, 0, 100, 20);
    expect(scale.ticks[0]).toBe(0.02);
    expect(scale.ticks.at(-1)).toBe(500);
    expect(scale.ticks).toContain(0.05);
    expect(scale(0.03)).toBeGreaterThan(0);
    expect(scale(240)).toBeLessThan(100);
    expect(scale(0.02)).toBeCloseTo(0);
    expect(scale(500)).toBeCloseTo(100);
  });

  it('keeps only powers of ten when ticks would crowd, and always spans a decade', () => {
    expect(logScale(0.03, 240, 0, 100, 5).ticks).toEqual([0.1, 1, 10, 100]);
    expect(logScale(0.03, 24_000, 0, 100, 3).ticks).toEqual([0.1, 10, 1000]);
    expect(logScale(3, 3, 0, 1).ticks.length).toBeGreaterThan(1);
  });
});
