/** Runs a comparison: one method after the other (never two at once, or times would lie), results as they come. */
import { announce } from '../app/announcer.ts';
import { settingsStore } from '../app/settings.ts';
import { badgeText, studentSegments } from '../compress/texts.ts';
import { createStore } from '../state/store.ts';
import { runCodecJob } from '../workers/codec/client.ts';
import type { JobResult } from '../workers/codec/api.ts';
import { toWireError } from '../workers/outcome.ts';
import type { RivalId } from '../workers/rivals/api.ts';
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
  const { id, level } = method;
  return level === undefined
    ? measureRival(id as RivalId, file, signal)
    : measureLevel(level, file, run, signal);
}

/** A level as the Compress view runs it, both ways; times leave out the model's download and the engine's start. */
async function measureLevel(
  level: NonNullable<Method['level']>,
  file: File,
  run: number,
  signal: AbortSignal,
): Promise<MethodResult> {
  const { engine, model } = settingsStore.get();
  const id = `compare-${run}-${level}`;
  const tell = (fraction: number): void =>
    compareStore.dispatch({ type: 'method', run, method: level, state: { is: 'running', fraction } });
  // Decompression checks every block's checksum: comparing once more would only take time.
  const job = { task: 'compress', level, model, verify: false } as const;
  // Opens model and engine, and lets the machine warm up, before the clock matters: as the rivals are measured.
  const warmUp = new File([file.slice(0, 1024)], file.name);
  await runCodecJob(`${id}-warm-up`, { ...job, source: warmUp }, engine, () => undefined, signal);
  const compressed = await runCodecJob(
    id,
    { ...job, source: file },
    engine,
    (progress) => {
      if (progress.type === 'coding' && file.size > 0) tell((0.5 * progress.bytesIn) / file.size);
    },
    signal,
  );
  const archive = new File(
    compressed.outputs.map(({ blob }) => blob),
    `${file.name}.ust`,
  );
  const decompressed = await runCodecJob(
    `${id}-back`,
    { task: 'decompress', archive },
    engine,
    (progress) => {
      if (progress.type === 'coding' && archive.size > 0) tell(0.5 + (0.5 * progress.bytesIn) / archive.size);
    },
    signal,
  );
  return {
    compressedBytes: archive.size,
    compressSeconds: compressed.seconds,
    decompressSeconds: decompressed.seconds,
    runs: 1,
    detail: detailOf(compressed),
  };
}

/** Model and engine, or that the student had no part in the result. */
function detailOf({ report, segments }: JobResult): string {
  if (report === undefined || studentSegments(segments) === 0) return 'the student had no part in it';
  return badgeText(report);
}
