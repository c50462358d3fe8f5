import { describe, expect, it } from 'vitest';
import { ProgressLine, progressText, type ProgressFigures } from './progress.ts';

const figures: ProgressFigures = {
  name: 'notes.txt',
  phase: 'compressing',
  bytesDone: 2_500_000,
  bytesTotal: 10_000_000,
  bytesOut: 600_000,
  seconds: 5,
};

describe('the progress line', () => {
  it('shows share, sizes, speed and time left', () => {
    expect(progressText(figures, 120)).toBe(
      'notes.txt  compressing  25.0 %  2.50 MB of 10.0 MB  → 600 kB  500 kB/s  0:15 left',
    );
  });

  it('shows bytes and speed when the length of a pipe is unknown', () => {
    const piped = progressText({ ...figures, bytesTotal: undefined }, 120);
    expect(piped).toBe('notes.txt  compressing  2.50 MB  → 600 kB  500 kB/s');
  });

  it('never wraps: the name gives way first', () => {
    for (let columns = 1; columns < 120; columns++) {
      expect(progressText({ ...figures, name: 'x'.repeat(200) }, columns).length).toBeLessThan(
        Math.max(1, columns),
      );
    }
  });

  it('leaves nothing behind, and does not flicker for quick files', () => {
    const written: string[] = [];
    const line = new ProgressLine({ write: (text) => written.push(text), columns: 80 });
    line.draw(figures);
    line.clear();
    expect(written).toEqual([]);
  });
});
