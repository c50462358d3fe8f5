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

/** What goes on with the files of an opened archive; `what` is a path, or the archive's name for all. */
export type Extraction =
  | { is: 'running'; what: string; fraction?: number }
  | { is: 'saved'; what: string; files: number }
  | { is: 'failed'; error: WireError };

export interface QueueItem {
  id: string;
  file: Source;
  task: Task;
  /** The built-in sample explains its result in a sentence. */
  sample: boolean;
  /** Only of an active row. */
  paused: boolean;
  /** Only of an archive of many that was opened. */
  extraction?: Extraction;
  state: ItemState;
}

export interface Queue {
  items: QueueItem[];
}

export type NewItem = Pick<QueueItem, 'id' | 'file' | 'task' | 'sample'>;

export type QueueAction =
  | { type: 'add'; items: readonly NewItem[] }
  | { type: 'start'; id: string }
  | { type: 'progress'; id: string; progress: JobProgress }
  | { type: 'done'; id: string; result: JobResult }
  | { type: 'failed'; id: string; error: WireError }
  | { type: 'cancelled'; id: string }
  | { type: 'pause'; id: string; paused: boolean }
  | { type: 'extraction'; id: string; extraction: Extraction | undefined }
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
          ...action.items.map((item): QueueItem => ({ ...item, paused: false, state: { is: 'queued' } })),
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
    case 'pause':
      return changeItem(queue, action.id, (item) =>
        isActive(item.state) && item.paused !== action.paused ? { ...item, paused: action.paused } : item,
      );
    case 'extraction':
      return changeItem(queue, action.id, (item) => {
        const { extraction, ...rest } = item;
        return action.extraction ? { ...rest, extraction: action.extraction } : extraction ? rest : item;
      });
    default:
      return changeItem(queue, action.id, (item) => {
        const state = nextState(item.state, action);
        return state === item.state ? item : { ...item, state, paused: item.paused && isActive(state) };
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

type ItemAction = Exclude<
  QueueAction,
  { type: 'add' | 'remove' | 'clear-finished' | 'recover' | 'pause' | 'extraction' }
>;

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

/** How far the whole queue is, by bytes of its rows. */
export interface QueueProgress {
  rows: number;
  done: number;
  failed: number;
  /** Of rows that are waiting or under way, and of those that are done. */
  bytesTotal: number;
  bytesDone: number;
}

export function progressOf({ items }: Queue): QueueProgress {
  const sum: QueueProgress = { rows: items.length, done: 0, failed: 0, bytesTotal: 0, bytesDone: 0 };
  for (const item of items) {
    const { state, file } = item;
    if (state.is === 'failed') sum.failed++;
    if (state.is === 'failed' || state.is === 'cancelled') continue;
    sum.bytesTotal += file.size;
    if (state.is === 'done') sum.done++;
    sum.bytesDone += file.size * (state.is === 'done' ? 1 : (isCoding(state) && itemFraction(item)) || 0);
  }
  return sum;
}

/** Of all that is to do, at the speed of the row under way; undefined while that is not known. */
export function queueSecondsLeft(queue: Queue): number | undefined {
  const active = queue.items.find((item) => isActive(item.state));
  if (active?.state.is !== 'working' || active.paused) return undefined;
  const { bytesIn, seconds } = active.state;
  const { bytesDone, bytesTotal } = progressOf(queue);
  if (bytesIn === 0 || seconds < 0.5) return undefined;
  return ((bytesTotal - bytesDone) * seconds) / bytesIn;
}

function isCoding({ is }: ItemState): boolean {
  return is === 'working' || is === 'verifying';
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
