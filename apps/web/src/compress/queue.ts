/**
 * The queue of the Compress view as a pure reducer: which files, in which state, and what each event makes of them. A
 * state is a union, so that a finished file cannot still have a progress bar. Events for rows that are gone, or that
 * come late after a cancel, change nothing.
 */
import type { EngineReport, JobProgress, JobResult, Source, Task } from '../workers/codec/api.ts';
import type { WireError } from '../workers/outcome.ts';

export type ItemState =
  | { is: 'queued' }
  | { is: 'starting' }
  | { is: 'loading-model'; loaded: number; total: number }
  | { is: 'working'; bytesIn: number; bytesOut: number; seconds: number; report?: EngineReport }
  | { is: 'verifying'; bytesDone: number; bytesTotal: number; report?: EngineReport }
  | { is: 'done'; result: JobResult; saved: boolean }
  | { is: 'failed'; error: WireError }
  | { is: 'cancelled' };

export interface QueueItem {
  id: string;
  file: Source;
  task: Task;
  /** The built-in sample explains its result in a sentence. */
  sample: boolean;
  state: ItemState;
}

export interface Queue {
  items: QueueItem[];
}

export type QueueAction =
  | { type: 'add'; items: readonly Omit<QueueItem, 'state'>[] }
  | { type: 'start'; id: string }
  | { type: 'progress'; id: string; progress: JobProgress }
  | { type: 'done'; id: string; result: JobResult }
  | { type: 'failed'; id: string; error: WireError }
  | { type: 'cancelled'; id: string }
  | { type: 'retry'; id: string }
  /** A damaged archive that did not open: get out of it what is left. */
  | { type: 'recover'; id: string }
  | { type: 'saved'; id: string }
  | { type: 'remove'; id: string }
  | { type: 'clear-finished' };

export const emptyQueue: Queue = { items: [] };

/** Archives are known by their name; anything else is compressed. */
export function taskFor(name: string): Task {
  return name.toLowerCase().endsWith('.ust') ? 'decompress' : 'compress';
}

export function isActive(state: ItemState): boolean {
  return (
    state.is === 'starting' ||
    state.is === 'loading-model' ||
    state.is === 'working' ||
    state.is === 'verifying'
  );
}

export function isFinished(state: ItemState): boolean {
  return state.is === 'done' || state.is === 'failed' || state.is === 'cancelled';
}

/** The row to run next: rows run one after the other, in the order they came. */
export function nextToRun(queue: Queue): QueueItem | undefined {
  if (queue.items.some((item) => isActive(item.state))) return undefined;
  return queue.items.find((item) => item.state.is === 'queued');
}

export function queueReducer(queue: Queue, action: QueueAction): Queue {
  switch (action.type) {
    case 'add':
      return {
        items: [
          ...queue.items,
          ...action.items.map((item): QueueItem => ({ ...item, state: { is: 'queued' } })),
        ],
      };
    case 'remove':
      return { items: queue.items.filter((item) => item.id !== action.id || isActive(item.state)) };
    case 'clear-finished':
      return { items: queue.items.filter((item) => !isFinished(item.state)) };
    case 'recover':
      return changeItem(queue, action.id, (item) =>
        canRecover(item) ? { ...item, task: 'recover', state: { is: 'queued' } } : item,
      );
    default:
      return changeItem(queue, action.id, (item) => {
        const state = nextState(item.state, action);
        return state === item.state ? item : { ...item, state };
      });
  }
}

function changeItem(queue: Queue, id: string, change: (item: QueueItem) => QueueItem): Queue {
  let changed = false;
  const items = queue.items.map((item) => {
    if (item.id !== id) return item;
    const next = change(item);
    changed ||= next !== item;
    return next;
  });
  return changed ? { items } : queue;
}

type ItemAction = Exclude<QueueAction, { type: 'add' | 'remove' | 'clear-finished' | 'recover' }>;

function nextState(state: ItemState, action: ItemAction): ItemState {
  switch (action.type) {
    case 'start':
      return state.is === 'queued' ? { is: 'starting' } : state;
    case 'retry':
      return state.is === 'failed' || state.is === 'cancelled' ? { is: 'queued' } : state;
    case 'cancelled':
      return state.is === 'queued' || isActive(state) ? { is: 'cancelled' } : state;
    case 'failed':
      return isActive(state) ? { is: 'failed', error: action.error } : state;
    case 'done':
      return isActive(state) ? { is: 'done', result: action.result, saved: false } : state;
    case 'saved':
      return state.is === 'done' ? { ...state, saved: true } : state;
    case 'progress':
      return isActive(state) ? progressed(state, action.progress) : state;
  }
}

function reportOf(state: ItemState): EngineReport | undefined {
  return state.is === 'working' || state.is === 'verifying' ? state.report : undefined;
}

function progressed(state: ItemState, progress: JobProgress): ItemState {
  const report = reportOf(state);
  const kept = report ? { report } : {};
  switch (progress.type) {
    case 'model':
      return { is: 'loading-model', loaded: progress.loaded, total: progress.total };
    case 'engine':
      return { is: 'working', bytesIn: 0, bytesOut: 0, seconds: 0, report: progress.report };
    case 'coding': {
      const { bytesIn, bytesOut, seconds } = progress;
      return { is: 'working', bytesIn, bytesOut, seconds, ...kept };
    }
    case 'verifying':
      return { is: 'verifying', bytesDone: progress.bytesDone, bytesTotal: progress.bytesTotal, ...kept };
  }
}

/** Share of the item's own work done, 0…1; undefined where it cannot be told. Coding counts 80 %, the check 20 %. */
export function itemFraction(item: QueueItem): number | undefined {
  const { state } = item;
  const check = item.task === 'compress' ? 0.2 : 0;
  switch (state.is) {
    case 'loading-model':
      return state.total > 0 ? state.loaded / state.total : undefined;
    case 'working':
      if (item.task === 'recover') return undefined;
      return item.file.size > 0 ? (1 - check) * Math.min(1, state.bytesIn / item.file.size) : undefined;
    case 'verifying':
      return state.bytesTotal > 0
        ? 1 - check + check * Math.min(1, state.bytesDone / state.bytesTotal)
        : undefined;
    default:
      return undefined;
  }
}

/** Bytes of all files that a job made. */
export function outputBytes({ outputs }: JobResult): number {
  return outputs.reduce((sum, { blob }) => sum + blob.size, 0);
}

const damageCodes: readonly string[] = ['UST_TRUNCATED', 'UST_CHECKSUM', 'UST_CORRUPT'];

/** Whether the row is an archive that is damaged, of which a part may be left. */
export function canRecover({ task, state }: QueueItem): boolean {
  return task === 'decompress' && state.is === 'failed' && damageCodes.includes(state.error.code);
}

/** Totals over finished rows of one task, for the line under the queue. */
export function totals(queue: Queue, task: Task): { files: number; bytesIn: number; bytesOut: number } {
  const sum = { files: 0, bytesIn: 0, bytesOut: 0 };
  for (const item of queue.items) {
    if (item.task !== task || item.state.is !== 'done') continue;
    sum.files++;
    sum.bytesIn += item.file.size;
    sum.bytesOut += outputBytes(item.state.result);
  }
  return sum;
}
