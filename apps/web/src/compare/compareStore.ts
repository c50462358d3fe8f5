/** Runs a comparison: one method after the other (never two at once, or times would lie), results as they come. */
import { announce } from '../app/announcer.ts';
import { settingsStore } from '../app/settings.ts';
import { badgeText, studentSegments } from '../compress/texts.ts';
import { levelsOf } from '../models/modelIndex.ts';
import { knownModels } from '../models/modelsInUse.ts';
import { createStore } from '../state/store.ts';
import { runCodecJob } from '../workers/codec/client.ts';
import type { JobResult } from '../workers/codec/api.ts';
import { toWireError } from '../workers/outcome.ts';
import { measureRival } from '../workers/rivals/client.ts';
import { enoughRuns } from '../workers/rivals/repeats.ts';
import { compareLimitBytes, compareReducer, noComparison, points, type MethodResult } from './compare.ts';
import { webgpuHere } from './gpu.ts';
import { methodsFor, type Method } from './methods.ts';
import { finding } from './texts.ts';

export const compareStore = createStore(compareReducer, noComparison);

let controller = new AbortController();

/** Starts over with this file; a comparison under way is stopped. */
export async function startComparison(file: File, withOrt: boolean): Promise<void> {
  controller.abort();
  controller = new AbortController();
  const { signal } = controller;
  const part = new File([file.slice(0, compareLimitBytes)], file.name, { lastModified: file.lastModified });
  const [models, webgpu] = await Promise.all([knownModels(), webgpuHere()]);
  if (signal.aborted) return;
  const levels = models ? levelsOf(models) : [];
  const methods = methodsFor({ levels, webgpu, withOrt, bytes: part.size });
  const run = compareStore.get().run + 1;
  compareStore.dispatch({
    type: 'start',
    run,
    file: { name: file.name, bytes: part.size, fileBytes: file.size },
    methods,
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

function measureMethod(method: Method, file: File, run: number, signal: AbortSignal): Promise<MethodResult> {
  return 'rival' in method.run
    ? measureRival(method.run.rival, file, signal)
    : measureOwn(method, method.run, file, run, signal);
}

/** A level as the Compress view runs it, both ways; times leave out the model's download and the engine's start. */
async function measureOwn(
  method: Method,
  { level, engine: fixed }: Extract<Method['run'], { level: unknown }>,
  file: File,
  run: number,
  signal: AbortSignal,
): Promise<MethodResult> {
  const settings = settingsStore.get();
  const engine = fixed ?? settings.engine;
  const id = `compare-${run}-${method.id}`;
  const tell = (fraction: number): void =>
    compareStore.dispatch({ type: 'method', run, method: method.id, state: { is: 'running', fraction } });
  // Decompression checks every block's checksum: comparing once more would only take time.
  const job = { task: 'compress', level, model: settings.model, verify: false } as const;
  // Opens model and engine, and lets the machine warm up, before the clock matters: as the rivals are measured.
  const warmUp = new File([file.slice(0, 1024)], file.name);
  await runCodecJob(`${id}-warm-up`, { ...job, source: warmUp }, engine, () => undefined, signal);
  const compressSeconds: number[] = [];
  const decompressSeconds: number[] = [];
  for (let spent = 0; ;) {
    const first = compressSeconds.length === 0;
    const compressed = await runCodecJob(
      id,
      { ...job, source: file },
      engine,
      (progress) => {
        if (first && progress.type === 'coding' && file.size > 0) tell((0.5 * progress.bytesIn) / file.size);
      },
      signal,
    );
    const blobs = compressed.outputs.map(({ blob }) => blob);
    const archive = new File(blobs, `${file.name}.ust`);
    const decompressed = await runCodecJob(
      `${id}-back`,
      { task: 'decompress', archive },
      engine,
      (progress) => {
        if (first && progress.type === 'coding') tell(0.5 + (0.5 * progress.bytesIn) / archive.size);
      },
      signal,
    );
    compressSeconds.push(Math.max(compressed.seconds, 5e-6));
    decompressSeconds.push(Math.max(decompressed.seconds, 5e-6));
    spent += compressed.seconds + decompressed.seconds;
    if (enoughRuns(compressSeconds.length, spent)) {
      const detail = detailOf(compressed);
      return { compressedBytes: archive.size, compressSeconds, decompressSeconds, detail };
    }
  }
}

/** Model and engine, or that the student had no part in the result. */
function detailOf({ report, segments }: JobResult): string {
  if (report === undefined || studentSegments(segments) === 0) return 'the student had no part in it';
  return badgeText(report);
}
