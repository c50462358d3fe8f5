/** State of the Teacher lab as a pure reducer: one trace from its start to a shard on disk. */
import type { TraceProfile } from '@understudy/trace';
import type { TraceOptions, TraceSnapshot, TraceSummary } from '../workers/teacher/api.ts';
import type { WireError } from '../workers/outcome.ts';

/** Bytes of text kept for the coloured window. */
export const windowBytes = 1600;
/** What is traced of a larger file unless asked otherwise. */
export const defaultTraceBytes = 65_536;

/** Bytes of one row in the raw stream (docs/TRACE.md §3), for the size shown before a start; `full` depends on the number of components. */
export const rowBytesOf: Record<TraceProfile, number> = { target: 1065, compact: 4201, full: 10_900 };

export type ShardState =
  | { is: 'none' }
  | { is: 'writing'; rows: number; totalRows: number }
  | { is: 'saved'; rows: number; bytes: number }
  | { is: 'failed'; error: WireError };

export interface Trace {
  file: File;
  options: TraceOptions;
  status: 'starting' | 'running' | 'paused' | 'done' | 'failed';
  /** The last snapshot; absent until the first rows are there. */
  snapshot?: TraceSnapshot;
  window: { bytes: Uint8Array; costs: Float32Array };
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
    const window = { bytes: new Uint8Array(0), costs: new Float32Array(0) };
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
        costs: appended(trace.window.costs, snapshot.newCosts, (length) => new Float32Array(length)),
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

/** The last `windowBytes` values of both, in order. */
function appended<T extends Uint8Array | Float32Array>(
  before: T,
  added: T,
  create: (length: number) => T,
): T {
  const kept = Math.min(before.length, Math.max(0, windowBytes - added.length));
  const fresh = Math.min(added.length, windowBytes);
  const window = create(kept + fresh);
  window.set(before.subarray(before.length - kept));
  window.set(added.subarray(added.length - fresh), kept);
  return window;
}
