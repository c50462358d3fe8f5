/**
 * Runs the queue: starts the next row whenever none is running, feeds worker events into the reducer, and keeps one
 * AbortController per running row. Lives outside React, so the queue goes on while another view is shown.
 */
import { settingsStore } from '../app/settings.ts';
import { createStore } from '../state/store.ts';
import { toWireError } from '../workers/outcome.ts';
import type { Folder, Job } from '../workers/codec/api.ts';
import { runCodecJob } from '../workers/codec/client.ts';
import { emptyQueue, nextToRun, queueReducer, taskFor, type QueueItem } from './queue.ts';

export const queueStore = createStore(queueReducer, emptyQueue);

const running = new Map<string, AbortController>();
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

/** What the row asks for, at the level that is chosen when its turn comes. */
function jobOf({ task, file }: QueueItem): Job {
  if (task !== 'compress' && file instanceof File) return { task, archive: file };
  return { task: 'compress', source: file, level: settingsStore.get().level, verify: true };
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
