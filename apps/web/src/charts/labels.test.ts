import { describe, expect, it } from 'vitest';
import { placeLabels } from './labels.ts';

const frame = { left: 0, right: 400, top: 0, bottom: 300 };
const mark = (x: number, y: number) => ({ x, y, labelWidth: 60 });

describe('labels of a scatter', () => {
  it('stand to the right, and to the left at the right edge', () => {
    expect(placeLabels([mark(100, 100), mark(380, 200)], frame).map((label) => label?.anchor)).toEqual([
      'start',
      'end',
    ]);
  });

  it('are left out where there is no room for them', () => {
    const crowd = Array.from({ length: 12 }, (_, i) => mark(40 + i, 40));
    const labels = placeLabels(crowd, { left: 0, right: 120, top: 0, bottom: 80 });
    expect(labels).toHaveLength(12);
    expect(labels.filter((label) => label === undefined).length).toBeGreaterThan(4);
  });

  it('cover neither a neighbouring point nor its label', () => {
    const marks = [mark(100, 100), mark(130, 104), mark(160, 98), mark(120, 112)];
    const labels = placeLabels(marks, frame).filter((label) => label !== undefined);
    expect(labels).toHaveLength(marks.length);
    const boxes = labels.map(({ x, y, anchor }) => {
      const left = anchor === 'start' ? x : anchor === 'end' ? x - 60 : x - 30;
      return { left, right: left + 60, top: y - 11, bottom: y + 2 };
    });
    boxes.forEach((a, i) => {
      boxes.forEach((b, j) => {
        const apart = a.left >= b.right || b.left >= a.right || a.top >= b.bottom || b.top >= a.bottom;
        expect(i === j || apart, `labels ${i} and ${j}`).toBe(true);
      });
      marks.forEach(({ x, y }, j) => {
        const covered = x > a.left && x < a.right && y > a.top && y < a.bottom;
        expect(covered, `label ${i} covers point ${j}`).toBe(false);
      });
    });
  });
});
