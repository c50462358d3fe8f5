import { describe, expect, it } from 'vitest';
import {
  compareReducer,
  isRunning,
  noComparison,
  points,
  type Comparison,
  type MethodId,
} from './compare.ts';
import { finding } from './texts.ts';

const file = { name: 'a.txt', bytes: 1000, fileBytes: 1000 };
const started = compareReducer(noComparison, { type: 'start', run: 1, file });

function done(comparison: Comparison, method: MethodId, compressedBytes: number, run = 1): Comparison {
  const result = { compressedBytes, compressSeconds: 0.5, decompressSeconds: 0.25, runs: 3 };
  return compareReducer(comparison, { type: 'method', run, method, state: { is: 'done', result } });
}

describe('comparison', () => {
  it('sorts results by size and derives percent and speeds', () => {
    const comparison = done(done(started, 'gzip', 400), 'balanced', 250);
    expect(
      points(comparison).map((point) => [
        point.method.id,
        point.percent,
        point.compressSpeed,
        point.decompressSpeed,
      ]),
    ).toEqual([
      ['balanced', 25, 2000, 4000],
      ['gzip', 40, 2000, 4000],
    ]);
  });

  it('drops results of an earlier file', () => {
    const second = compareReducer(done(started, 'gzip', 400), { type: 'start', run: 2, file });
    expect(points(second)).toEqual([]);
    expect(done(second, 'zstd', 1, 1)).toBe(second);
  });

  it('keeps what is finished when stopped', () => {
    const stopped = compareReducer(done(started, 'gzip', 400), { type: 'stop', run: 1 });
    expect(isRunning(started)).toBe(true);
    expect(isRunning(stopped)).toBe(false);
    expect(stopped.states.gzip.is).toBe('done');
    expect(stopped.states.balanced.is).toBe('stopped');
  });

  it('divides nothing by an empty file', () => {
    const empty = compareReducer(noComparison, {
      type: 'start',
      run: 1,
      file: { name: 'e', bytes: 0, fileBytes: 0 },
    });
    expect(points(done(empty, 'gzip', 20))).toEqual([]);
  });

  it('states the finding, and honestly when the student loses', () => {
    const wins = points(done(done(started, 'gzip', 400), 'balanced', 250));
    expect(finding(wins)).toBe(
      'Understudy balanced makes it smallest, 25.0 % of the original; the best of the others is gzip with 40.0 %.',
    );
    const loses = points(done(done(started, 'gzip', 200), 'balanced', 250));
    expect(finding(loses)).toBe(
      'gzip makes it smallest, 20.0 % of the original; Understudy balanced comes to 25.0 %.',
    );
  });
});
