/** State of the Teacher lab as a pure reducer: one trace from its start to a shard on disk. */
import type { TraceProfile } from '@understudy/trace';
import type { ShardPreview, TraceOptions, TraceSnapshot, TraceSummary } from '../workers/teacher/api.ts';
import type { WireError } from '../workers/outcome.ts';
import { emptyGuesses, shownGuesses, type Guesses } from './guesses.ts';

/** Bytes of text kept for the coloured window. */
export const windowBytes = 1600;
/** What is traced of a larger file unless asked otherwise. */
export const defaultTraceBytes = 65_536;

/** Bytes of one row in the raw stream (docs/TRACE.md §3), for the size shown before a start; `full` depends on the number of components. */
export const rowBytesOf: Record<TraceProfile, number> = { target: 1065, compact: 4201, full: 13_225 };

export type ShardState =
  | { is: 'none' }
  | { is: 'writing'; rows: number; totalRows: number }
  | { is: 'saved'; rows: number; bytes: number; preview: ShardPreview }
  | { is: 'failed'; error: WireError };

/** The last bytes of the trace, and what each model thought of them. */
export interface TraceWindow {
  bytes: Uint8Array;
  teacher: Thoughts;
  /** Absent where no student reads along. */
  student?: Thoughts;
}

export interface Thoughts {
  /** Bits, by byte. */
  costs: Float32Array;
  guesses: Guesses;
}

export interface Trace {
  file: File;
  options: TraceOptions;
  status: 'starting' | 'running' | 'paused' | 'done' | 'failed';
  /** The last snapshot; absent until the first rows are there. */
  snapshot?: TraceSnapshot;
  window: TraceWindow;
  summary?: TraceSummary;
  error?: WireError;
  shard: ShardState;
}

export interface Lab {
  run: number;
  trace?: Trace;
}

export type LabAction =
  | { type: 'start'; run: number; file: File; options: TraceOptions }
  | { type: 'snapshot'; run: number; snapshot: TraceSnapshot }
  | { type: 'paused'; run: number; paused: boolean }
  | { type: 'done'; run: number; summary: TraceSummary }
  | { type: 'failed'; run: number; error: WireError }
  | { type: 'shard'; run: number; shard: ShardState };

export const emptyLab: Lab = { run: 0 };

export function isTracing(trace: Trace | undefined): boolean {
  return trace?.status === 'starting' || trace?.status === 'running' || trace?.status === 'paused';
}

export function labReducer(lab: Lab, action: LabAction): Lab {
  if (action.type === 'start') {
    const { run, file, options } = action;
    const window: TraceWindow = { bytes: new Uint8Array(0), teacher: nothing };
    return { run, trace: { file, options, status: 'starting', window, shard: { is: 'none' } } };
  }
  if (action.run !== lab.run || !lab.trace) return lab;
  return { ...lab, trace: changed(lab.trace, action) };
}

function changed(trace: Trace, action: Exclude<LabAction, { type: 'start' }>): Trace {
  switch (action.type) {
    case 'snapshot': {
      const { snapshot } = action;
      const status = trace.status === 'starting' ? 'running' : trace.status;
      const window = {
        bytes: appended(trace.window.bytes, snapshot.newBytes, (length) => new Uint8Array(length)),
        teacher: thoughts(trace.window.teacher, snapshot),
        ...(snapshot.student ? { student: thoughts(trace.window.student ?? nothing, snapshot.student) } : {}),
      };
      return { ...trace, status, snapshot, window };
    }
    case 'paused':
      return isTracing(trace) ? { ...trace, status: action.paused ? 'paused' : 'running' } : trace;
    case 'done':
      return { ...trace, status: 'done', summary: action.summary };
    case 'failed':
      return { ...trace, status: 'failed', error: action.error };
    case 'shard':
      return { ...trace, shard: action.shard };
  }
}

const nothing: Thoughts = { costs: new Float32Array(0), guesses: emptyGuesses() };

function thoughts(
  { costs, guesses }: Thoughts,
  { newCosts, newGuesses }: { newCosts: Float32Array; newGuesses: Guesses },
): Thoughts {
  const floats = (length: number): Float32Array => new Float32Array(length);
  const bytes = (length: number): Uint8Array => new Uint8Array(length);
  return {
    costs: appended(costs, newCosts, floats),
    guesses: {
      symbols: appended(guesses.symbols, newGuesses.symbols, bytes, shownGuesses),
      probabilities: appended(guesses.probabilities, newGuesses.probabilities, floats, shownGuesses),
    },
  };
}

/** The last `windowBytes` bytes' values of both, in order; `each` values a byte. */
function appended<T extends Uint8Array | Float32Array>(
  before: T,
  added: T,
  create: (length: number) => T,
  each = 1,
): T {
  const most = windowBytes * each;
  const kept = Math.min(before.length, Math.max(0, most - added.length));
  const fresh = Math.min(added.length, most);
  const window = create(kept + fresh);
  window.set(before.subarray(before.length - kept));
  window.set(added.subarray(added.length - fresh), kept);
  return window;
}
