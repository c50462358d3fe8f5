/** Runs a comparison: one method after the other (never two at once, or times would lie), results as they come. */
import { announce } from '../app/announcer.ts';
import { settingsStore } from '../app/settings.ts';
import { badgeText } from '../compress/texts.ts';
import { createStore } from '../state/store.ts';
import { runCodecJob } from '../workers/codec/client.ts';
import type { JobResult } from '../workers/codec/api.ts';
import { toWireError } from '../workers/outcome.ts';
import { measureRival } from '../workers/rivals/client.ts';
import {
  compareLimitBytes,
  compareReducer,
  methods,
  noComparison,
  points,
  type Method,
  type MethodResult,
} from './compare.ts';
import { finding } from './texts.ts';

export const compareStore = createStore(compareReducer, noComparison);

let controller = new AbortController();

/** Starts over with this file; a comparison under way is stopped. */
export async function startComparison(file: File): Promise<void> {
  controller.abort();
  controller = new AbortController();
  const { signal } = controller;
  const run = compareStore.get().run + 1;
  const part = new File([file.slice(0, compareLimitBytes)], file.name, { lastModified: file.lastModified });
  compareStore.dispatch({
    type: 'start',
    run,
    file: { name: file.name, bytes: part.size, fileBytes: file.size },
  });
  announce(`Comparing ${methods.length} methods on ${file.name}`);
  for (const method of methods) {
    if (signal.aborted) return;
    compareStore.dispatch({ type: 'method', run, method: method.id, state: { is: 'running' } });
    try {
      const result = await measureMethod(method, part, run, signal);
      compareStore.dispatch({ type: 'method', run, method: method.id, state: { is: 'done', result } });
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toWireError(thrown, 'UST_PAGE_COMPARE');
      compareStore.dispatch({ type: 'method', run, method: method.id, state: { is: 'failed', error } });
    }
  }
  announce(`Comparison finished. ${finding(points(compareStore.get()))}`);
}

export function stopComparison(): void {
  controller.abort();
  compareStore.dispatch({ type: 'stop', run: compareStore.get().run });
}

async function measureMethod(
  method: Method,
  file: File,
  run: number,
  signal: AbortSignal,
): Promise<MethodResult> {
  if (method.id === 'student') return measureStudent(file, run, signal);
  return measureRival(method.id, file, signal);
}

/** The student as the Compress view runs it, both ways; times leave out the model's download and the engine's start. */
async function measureStudent(file: File, run: number, signal: AbortSignal): Promise<MethodResult> {
  const options = { engine: settingsStore.get().engine };
  const tell = (fraction: number): void =>
    compareStore.dispatch({ type: 'method', run, method: 'student', state: { is: 'running', fraction } });
  // Opens model and engine, and lets the machine warm up, before the clock matters: as the rivals are measured.
  const warmUp = new File([file.slice(0, 1024)], file.name);
  await runCodecJob('compress', `compare-${run}-warm-up`, warmUp, options, () => undefined, signal);
  const compressed = await runCodecJob(
    'compress',
    `compare-${run}`,
    file,
    options,
    (progress) => {
      if (progress.type === 'coding' && file.size > 0) tell((0.4 * progress.bytesIn) / file.size);
      if (progress.type === 'verifying' && file.size > 0) tell(0.4 + (0.3 * progress.bytesDone) / file.size);
    },
    signal,
  );
  const archive = new File([compressed.output], compressed.outputName);
  const decompressed = await runCodecJob(
    'decompress',
    `compare-${run}-back`,
    archive,
    options,
    (progress) => {
      if (progress.type === 'coding' && archive.size > 0) tell(0.7 + (0.3 * progress.bytesIn) / archive.size);
    },
    signal,
  );
  return {
    compressedBytes: compressed.output.size,
    compressSeconds: compressed.seconds,
    decompressSeconds: decompressed.seconds,
    runs: 1,
    detail: studentDetail(compressed),
  };
}

/** Level, model and engine, and whether the student had a part in the result at all. */
function studentDetail({ report, blocks }: JobResult): string {
  const engine = report ? `, ${badgeText(report)}` : '';
  return `level fast${engine}${blocks.student === 0 && blocks.zstd > 0 ? '; zstd was smaller and kept' : ''}`;
}
