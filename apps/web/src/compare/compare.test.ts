import { describe, expect, it } from 'vitest';
import {
  compareReducer,
  isRunning,
  noComparison,
  points,
  speedOf,
  stateOf,
  type Comparison,
} from './compare.ts';
import { methodsFor } from './methods.ts';
import { finding, spreadText } from './texts.ts';

const file = { name: 'a.txt', bytes: 1000, fileBytes: 1000 };
const methods = methodsFor({ levels: ['fast', 'balanced'], webgpu: 'none', withOrt: false, bytes: 1000 });
const started = compareReducer(noComparison, { type: 'start', run: 1, file, methods });

function done(comparison: Comparison, method: string, compressedBytes: number, run = 1): Comparison {
  const result = { compressedBytes, compressSeconds: [0.5, 0.4, 1], decompressSeconds: [0.25] };
  return compareReducer(comparison, { type: 'method', run, method, state: { is: 'done', result } });
}

describe('comparison', () => {
  it('sorts results by size and derives percent and speeds', () => {
    const comparison = done(done(started, 'gzip', 400), 'balanced', 250);
    expect(
      points(comparison).map((point) => [
        point.method.id,
        point.percent,
        point.compress.median,
        point.decompress.median,
      ]),
    ).toEqual([
      ['balanced', 25, 2000, 4000],
      ['gzip', 40, 2000, 4000],
    ]);
  });

  it('drops results of an earlier file', () => {
    const second = compareReducer(done(started, 'gzip', 400), { type: 'start', run: 2, file, methods });
    expect(points(second)).toEqual([]);
    expect(done(second, 'zstd', 1, 1)).toBe(second);
  });

  it('keeps what is finished when stopped', () => {
    const stopped = compareReducer(done(started, 'gzip', 400), { type: 'stop', run: 1 });
    expect(isRunning(started)).toBe(true);
    expect(isRunning(stopped)).toBe(false);
    const is = (id: string): string =>
      stateOf(
        stopped,
        methods.find((method) => method.id === id)!,
      ).is;
    expect(is('gzip')).toBe('done');
    expect(is('balanced')).toBe('stopped');
  });

  it('divides nothing by an empty file', () => {
    const empty = compareReducer(noComparison, {
      type: 'start',
      run: 1,
      file: { name: 'e', bytes: 0, fileBytes: 0 },
      methods,
    });
    expect(points(done(empty, 'gzip', 20))).toEqual([]);
  });

  it('takes the median of all runs and says how far they lie apart', () => {
    expect(speedOf(1000, [4, 1, 2])).toEqual({
      median: 500,
      slowest: 250,
      fastest: 1000,
      lower: 375,
      upper: 750,
    });
    expect(speedOf(1000, [1, 2]).median).toBe(750);
    // One run that was interrupted.
    expect(speedOf(1000, [1, 1, 1, 1, 50])).toMatchObject({ lower: 1000, upper: 1000, slowest: 20 });
    expect(spreadText(speedOf(1000, [4, 1, 2]), 3)).toBe('±38 %');
    expect(spreadText(speedOf(1000, [2]), 1)).toBe('');
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
