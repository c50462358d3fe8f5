/** Sentences of the Compare view: what the charts show, for those who cannot see them and for those who can. */
import { formatSpeed } from '../format/units.ts';
import type { Point, Speed } from './compare.ts';

const percent = (point: Point): string => `${point.percent.toFixed(1)} %`;

/** The result in a sentence; empty while fewer than two methods have finished. `points` are sorted by size. */
export function finding(points: readonly Point[]): string {
  const [first, second] = points;
  if (!first || !second) return '';
  const own = points.find((point) => point.own);
  const start = `${first.method.label} makes it smallest, ${percent(first)} of the original`;
  if (own && own !== first) return `${start}; ${own.method.label} comes to ${percent(own)}.`;
  const rival = points.find((point) => !point.own);
  if (own && rival)
    return `${start}; the best of the others is ${rival.method.label} with ${percent(rival)}.`;
  return `${start}; next is ${second.method.label} with ${percent(second)}.`;
}

/** One method's figures as a sentence, the label of its point. */
export function pointLabel(point: Point): string {
  const { method, compress, decompress } = point;
  return `${method.label}: ${percent(point)}, compresses at ${formatSpeed(compress.median)}, decompresses at ${formatSpeed(decompress.median)}`;
}

/** `±4 %`, half of what lies between the quartiles of all runs; empty with one run. */
export function spreadText(speed: Speed, runs: number): string {
  return runs > 1 ? `±${((50 * (speed.upper - speed.lower)) / speed.median).toFixed(0)} %` : '';
}
