/**
 * Runs the queue: starts the next row whenever none is running, feeds worker events into the reducer, and keeps one
 * AbortController per running row. Lives outside React, so the queue goes on while another view is shown.
 */
import { settingsStore } from '../app/settings.ts';
import { createStore } from '../state/store.ts';
import { toWireError } from '../workers/outcome.ts';
import { startDownload } from '../files/download-stream.ts';
import { baseName, type Place } from '../files/places.ts';
import { saveBlob, type Target } from '../files/save.ts';
import type { Folder, Job } from '../workers/codec/api.ts';
import { pauseCodecJob, runCodecJob } from '../workers/codec/client.ts';
import {
  emptyQueue,
  isFinished,
  nextToRun,
  queueReducer,
  taskFor,
  type Extraction,
  type QueueItem,
} from './queue.ts';

export const queueStore = createStore(queueReducer, emptyQueue);

const running = new Map<string, AbortController>();
const extracting = new Map<string, AbortController>();
let lastId = 0;

/** Puts files into the queue and starts work. */
export function addFiles(files: readonly File[], sample = false): void {
  const items = files.map((file) => ({ id: `job-${++lastId}`, file, task: taskFor(file.name), sample }));
  queueStore.dispatch({ type: 'add', items });
  runNext();
}

/** Puts a folder into the queue, as one archive to be made. */
export function addFolder(folder: Folder): void {
  queueStore.dispatch({
    type: 'add',
    items: [{ id: `job-${++lastId}`, file: folder, task: 'compress', sample: false }],
  });
  runNext();
}

export function cancelItem(id: string): void {
  running.get(id)?.abort();
  queueStore.dispatch({ type: 'cancelled', id });
}

export function retryItem(id: string): void {
  queueStore.dispatch({ type: 'retry', id });
  runNext();
}

export function recoverItem(id: string): void {
  queueStore.dispatch({ type: 'recover', id });
  runNext();
}

export function pauseItem(id: string, paused: boolean): void {
  pauseCodecJob(id, paused);
  queueStore.dispatch({ type: 'pause', id, paused });
}

/** All that is waiting or under way. */
export function cancelAll(): void {
  for (const { id, state } of queueStore.get().items) if (!isFinished(state)) cancelItem(id);
}

/** Extracts one file of an opened archive, or all of them, to a place that the visitor chose. */
export async function extract(item: QueueItem, path: string | undefined, target: Target): Promise<void> {
  const { id, file, state } = item;
  if (!(file instanceof File) || state.is !== 'done' || !state.result.listing) return;
  const { files } = state.result.listing;
  const what = path ?? file.name;
  const bytes = files.reduce(
    (sum, { path: name, size }) => sum + (path === undefined || name === path ? size : 0),
    0,
  );
  const tell = (extraction: Extraction | undefined): void =>
    queueStore.dispatch({ type: 'extraction', id, extraction });
  extracting.get(id)?.abort();
  const controller = new AbortController();
  extracting.set(id, controller);
  tell({ is: 'running', what });
  try {
    const place = await placeOf(target, path, bytes);
    const { outputs } = await runCodecJob(
      `${id}-extract`,
      {
        task: 'extract',
        archive: file,
        ...(path === undefined ? {} : { path }),
        ...(place ? { place } : {}),
      },
      settingsStore.get().engine,
      (progress) => {
        if (progress.type !== 'coding' || controller.signal.aborted) return;
        tell({ is: 'running', what, fraction: bytes > 0 ? Math.min(1, progress.bytesIn / bytes) : 1 });
      },
      controller.signal,
    );
    for (const output of outputs) await saveBlob(target, output.path, output.blob);
    tell({ is: 'saved', what, files: path === undefined ? files.length : 1 });
  } catch (thrown) {
    if (controller.signal.aborted) {
      if (extracting.get(id) === controller) tell(undefined);
    } else tell({ is: 'failed', error: toWireError(thrown, 'UST_PAGE_SAVE') });
  } finally {
    if (extracting.get(id) === controller) extracting.delete(id);
  }
}

/** Smaller downloads are simply kept until they are whole. */
const streamedBytes = 32_000_000;

async function placeOf(target: Target, path: string | undefined, bytes: number): Promise<Place | undefined> {
  if (target !== 'download') return target;
  if (path === undefined || bytes < streamedBytes) return undefined;
  const writable = await startDownload(baseName(path), bytes);
  return writable && { kind: 'stream', writable };
}

export function cancelExtraction(id: string): void {
  extracting.get(id)?.abort();
}

/** What the row asks for, at the level that is chosen when its turn comes. */
function jobOf({ task, file }: QueueItem): Job {
  if (task !== 'compress' && file instanceof File) return { task, archive: file };
  const { level, model } = settingsStore.get();
  return { task: 'compress', source: file, level, model, verify: true };
}

function runNext(): void {
  // A cancelled row may still hold the worker for its grace; the next one waits for it.
  if (running.size > 0) return;
  const item = nextToRun(queueStore.get());
  if (item) void run(item);
}

async function run(item: QueueItem): Promise<void> {
  const { id } = item;
  const controller = new AbortController();
  running.set(id, controller);
  queueStore.dispatch({ type: 'start', id });
  try {
    const result = await runCodecJob(
      id,
      jobOf(item),
      settingsStore.get().engine,
      (progress) => queueStore.dispatch({ type: 'progress', id, progress }),
      controller.signal,
    );
    queueStore.dispatch({ type: 'done', id, result });
  } catch (thrown) {
    if (controller.signal.aborted) queueStore.dispatch({ type: 'cancelled', id });
    else queueStore.dispatch({ type: 'failed', id, error: toWireError(thrown, 'UST_PAGE_WORKER') });
  } finally {
    running.delete(id);
    runNext();
  }
}
