/** Runs the lab: one trace at a time in the teacher worker, kept while other views are shown. */
import { announce } from '../app/announcer.ts';
import { chooseFolder, saveBlob } from '../files/save.ts';
import { formatRows } from '../format/units.ts';
import { createStore } from '../state/store.ts';
import { toWireError } from '../workers/outcome.ts';
import type { TraceOptions } from '../workers/teacher/api.ts';
import { setTracePaused, stopTrace, traceFile, writeShard } from '../workers/teacher/client.ts';
import { emptyLab, isTracing, labReducer } from './lab.ts';

export const labStore = createStore(labReducer, emptyLab);

let controller = new AbortController();

/** Starts over with this file; a trace under way is dropped. */
export async function startTrace(file: File, options: TraceOptions): Promise<void> {
  controller.abort();
  controller = new AbortController();
  const { signal } = controller;
  const run = labStore.get().run + 1;
  labStore.dispatch({ type: 'start', run, file, options });
  announce(`Tracing ${file.name}`);
  try {
    const summary = await traceFile(
      file,
      options,
      (snapshot) => labStore.dispatch({ type: 'snapshot', run, snapshot }),
      signal,
    );
    labStore.dispatch({ type: 'done', run, summary });
    announce(`${formatRows(summary.rows)} traced`);
  } catch (thrown) {
    if (signal.aborted) return;
    labStore.dispatch({ type: 'failed', run, error: toWireError(thrown, 'UST_PAGE_LAB') });
  }
}

export function setPaused(paused: boolean): void {
  const { run, trace } = labStore.get();
  if (!isTracing(trace)) return;
  setTracePaused(paused);
  labStore.dispatch({ type: 'paused', run, paused });
}

export function stop(): void {
  stopTrace();
}

/** Asks for a place, writes the traced rows as a Parquet shard with its manifest, and saves both there. */
export async function saveShard(): Promise<void> {
  const { run } = labStore.get();
  const tell = (rows: number, totalRows: number): void =>
    labStore.dispatch({ type: 'shard', run, shard: { is: 'writing', rows, totalRows } });
  try {
    const target = await chooseFolder();
    if (!target) return;
    tell(0, 1);
    const { files, rows, preview } = await writeShard(tell, controller.signal);
    let bytes = 0;
    for (const { name, blob } of files) {
      await saveBlob(target, name, blob);
      bytes += blob.size;
    }
    labStore.dispatch({ type: 'shard', run, shard: { is: 'saved', rows, bytes, preview } });
    announce(`Shard saved, ${formatRows(rows)}`);
  } catch (thrown) {
    labStore.dispatch({
      type: 'shard',
      run,
      shard: { is: 'failed', error: toWireError(thrown, 'UST_PAGE_SHARD') },
    });
  }
}
