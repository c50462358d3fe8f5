/**
 * The comparison as a pure reducer: one file, a list of methods, and each method's result as it comes in. Results of an earlier
 * file are dropped with it: every event carries the number of its run.
 */
import type { WireError } from '../workers/outcome.ts';
import type { Measurement } from '../workers/rivals/api.ts';
import { isOwn, type Method } from './methods.ts';

/** Files above this are compared by their beginning: the strongest settings would take minutes. */
export const compareLimitBytes = 1_000_000;

export interface MethodResult extends Measurement {
  /** Where it differs from the method's own, as for the engine in use. */
  detail?: string;
}

export type MethodState =
  | { is: 'waiting' }
  | { is: 'running'; fraction?: number }
  | { is: 'done'; result: MethodResult }
  | { is: 'failed'; error: WireError }
  | { is: 'stopped' };

export interface ComparedFile {
  name: string;
  /** Bytes really compared. */
  bytes: number;
  /** Bytes of the whole file. */
  fileBytes: number;
}

export interface Comparison {
  run: number;
  file?: ComparedFile;
  methods: readonly Method[];
  /** By the method's id. */
  states: Readonly<Record<string, MethodState>>;
}

export type CompareAction =
  | { type: 'start'; run: number; file: ComparedFile; methods: readonly Method[] }
  | { type: 'method'; run: number; method: string; state: MethodState }
  | { type: 'stop'; run: number };

export const noComparison: Comparison = { run: 0, methods: [], states: {} };

export function compareReducer(comparison: Comparison, action: CompareAction): Comparison {
  if (action.type === 'start') {
    const { run, file, methods } = action;
    return { run, file, methods, states: {} };
  }
  if (action.run !== comparison.run) return comparison;
  if (action.type === 'method') {
    return { ...comparison, states: { ...comparison.states, [action.method]: action.state } };
  }
  const stopped = comparison.methods
    .filter((method) => isOpen(stateOf(comparison, method)))
    .map(({ id }): [string, MethodState] => [id, { is: 'stopped' }]);
  return { ...comparison, states: { ...comparison.states, ...Object.fromEntries(stopped) } };
}

const waiting: MethodState = { is: 'waiting' };

export function stateOf({ states }: Comparison, { id }: Method): MethodState {
  return states[id] ?? waiting;
}

function isOpen({ is }: MethodState): boolean {
  return is === 'waiting' || is === 'running';
}

export function isRunning(comparison: Comparison): boolean {
  return comparison.methods.some((method) => isOpen(stateOf(comparison, method)));
}

/** A speed in bytes a second, over all runs. */
export interface Speed {
  median: number;
  slowest: number;
  fastest: number;
  /** The quartiles: one run that was interrupted does not show in them. */
  lower: number;
  upper: number;
}

/** A finished method with its derived figures. */
export interface Point {
  method: Method;
  own: boolean;
  detail: string;
  compressedBytes: number;
  /** Compressed size as percent of the original. */
  percent: number;
  runs: number;
  compress: Speed;
  decompress: Speed;
}

/** Finished methods, smallest result first; equal sizes keep the order of `methods`. */
export function points(comparison: Comparison): Point[] {
  const bytes = comparison.file?.bytes ?? 0;
  const finished = comparison.methods.flatMap((method): Point[] => {
    const state = stateOf(comparison, method);
    if (state.is !== 'done' || bytes === 0) return [];
    const { compressedBytes, compressSeconds, decompressSeconds, detail } = state.result;
    return [
      {
        method,
        own: isOwn(method),
        detail: detail ?? method.detail,
        compressedBytes,
        percent: (100 * compressedBytes) / bytes,
        runs: compressSeconds.length,
        compress: speedOf(bytes, compressSeconds),
        decompress: speedOf(bytes, decompressSeconds),
      },
    ];
  });
  return finished.sort((a, b) => a.compressedBytes - b.compressedBytes);
}

/** @param seconds of each run, at least one */
export function speedOf(bytes: number, seconds: readonly number[]): Speed {
  const speeds = seconds.map((time) => bytes / time).sort((a, b) => a - b);
  return {
    median: quantile(speeds, 0.5),
    slowest: speeds[0] ?? 0,
    fastest: speeds.at(-1) ?? 0,
    lower: quantile(speeds, 0.25),
    upper: quantile(speeds, 0.75),
  };
}

/** Of sorted values, between neighbours in proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? 0;
  return below + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? 0) - below);
}
