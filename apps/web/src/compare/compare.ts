/**
 * The comparison as a pure reducer: one file, a fixed list of methods, and each method's result as it comes in. Results of
 * an earlier file are dropped with it: every event carries the number of its run.
 */
import type { WireError } from '../workers/outcome.ts';
import type { Level } from '@understudy/codec';
import type { RivalId, Measurement } from '../workers/rivals/api.ts';

/** A level of Understudy, or another compressor. */
export type MethodId = Exclude<Level, 'deep'> | RivalId;

export interface Method {
  id: MethodId;
  label: string;
  /** Beside marks of a chart, where there is little room. */
  short: string;
  /** Settings and implementation, for the table. */
  detail: string;
  /** Set where it is Understudy. */
  level?: Exclude<Level, 'deep'>;
}

/** In the order they run: quick ones first, so that something shows at once. */
export const methods: readonly Method[] = [
  { id: 'gzip', label: 'gzip', short: 'gzip', detail: 'level 6, the browser’s own' },
  { id: 'zstd', label: 'zstd', short: 'zstd', detail: 'level 19, WASM' },
  { id: 'brotli', label: 'brotli', short: 'brotli', detail: 'quality 11, WASM' },
  { id: 'xz', label: 'LZMA2 (xz)', short: 'LZMA2 (xz)', detail: 'preset 6, WASM' },
  own('fast', 'the student alone'),
  own('balanced', 'the student mixed with what the file teaches'),
  own('best', 'both, and the teacher’s models'),
  own('teacher', 'the same with more memory'),
];

function own(level: Exclude<Level, 'deep'>, detail: string): Method {
  return { id: level, label: `Understudy ${level}`, short: level, detail, level };
}

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
  states: Record<MethodId, MethodState>;
}

export type CompareAction =
  | { type: 'start'; run: number; file: ComparedFile }
  | { type: 'method'; run: number; method: MethodId; state: MethodState }
  | { type: 'stop'; run: number };

function allIn(state: MethodState): Record<MethodId, MethodState> {
  return {
    gzip: state,
    zstd: state,
    brotli: state,
    xz: state,
    fast: state,
    balanced: state,
    best: state,
    teacher: state,
  };
}

export const noComparison: Comparison = { run: 0, states: allIn({ is: 'waiting' }) };

export function compareReducer(comparison: Comparison, action: CompareAction): Comparison {
  if (action.type === 'start')
    return { run: action.run, file: action.file, states: allIn({ is: 'waiting' }) };
  if (action.run !== comparison.run) return comparison;
  if (action.type === 'method') {
    return { ...comparison, states: { ...comparison.states, [action.method]: action.state } };
  }
  const states = { ...comparison.states };
  for (const { id } of methods) {
    if (states[id].is === 'waiting' || states[id].is === 'running') states[id] = { is: 'stopped' };
  }
  return { ...comparison, states };
}

export function isRunning(comparison: Comparison): boolean {
  const states = Object.values(comparison.states);
  return (
    comparison.file !== undefined && states.some((state) => state.is === 'waiting' || state.is === 'running')
  );
}

/** A finished method with its derived figures. */
export interface Point {
  method: Method;
  detail: string;
  compressedBytes: number;
  /** Compressed size as percent of the original. */
  percent: number;
  compressSpeed: number;
  decompressSpeed: number;
}

/** Finished methods, smallest result first; equal sizes keep the order of `methods`. */
export function points(comparison: Comparison): Point[] {
  const bytes = comparison.file?.bytes ?? 0;
  const finished = methods.flatMap((method): Point[] => {
    const state = comparison.states[method.id];
    if (state.is !== 'done' || bytes === 0) return [];
    const { compressedBytes, compressSeconds, decompressSeconds, detail } = state.result;
    return [
      {
        method,
        detail: detail ?? method.detail,
        compressedBytes,
        percent: (100 * compressedBytes) / bytes,
        compressSpeed: bytes / compressSeconds,
        decompressSpeed: bytes / decompressSeconds,
      },
    ];
  });
  return finished.sort((a, b) => a.compressedBytes - b.compressedBytes);
}
