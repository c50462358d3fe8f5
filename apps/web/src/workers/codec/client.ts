/** The page's side of the codec worker: jobs with an AbortSignal, progress callbacks and ordinary rejections. */
import { proxy, transfer } from 'comlink';
import { WorkerHandle } from '../workerHandle.ts';
import type { EngineName } from '@understudy/codec';
import type { ModelIndexEntry } from '../../models/modelIndex.ts';
import type { CodecWorkerApi, EngineChoice, Examination, Job, JobProgress, JobResult } from './api.ts';

const handle = new WorkerHandle<CodecWorkerApi>(
  () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'codec' }),
);

export function pauseCodecJob(id: string, paused: boolean): void {
  handle.tell((api) => api.setPaused(id, paused));
}

/** Runs one job through the codec. Rejects with WorkerFailure, or the signal's AbortError. */
export function runCodecJob(
  id: string,
  job: Job,
  engine: EngineChoice,
  onProgress: (progress: JobProgress) => void,
  signal: AbortSignal,
): Promise<JobResult> {
  return handle.call<JobResult>(
    (api) => api.run(id, handedOver(job), engine, proxy(onProgress)),
    (api) => api.cancel(id),
    signal,
  );
}

function handedOver(job: Job): Job {
  const streams = job.task === 'extract' && job.place?.kind === 'stream' ? [job.place.writable] : [];
  return streams.length > 0 ? transfer(job, streams) : job;
}

/** Opens a student on an engine and measures it; rejects as runCodecJob. */
export function examineModel(
  model: string,
  engine: EngineName,
  onProgress: (progress: JobProgress) => void,
  signal: AbortSignal,
): Promise<Examination> {
  const id = `examine ${model} ${engine}`;
  return handle.call<Examination>(
    (api) => api.examine(id, model, engine, proxy(onProgress)),
    (api) => api.cancel(id),
    signal,
  );
}

/** Reads, proves and keeps a student of the visitor's own. */
export function addOwnModel(files: readonly File[]): Promise<ModelIndexEntry> {
  return handle.call<ModelIndexEntry>(
    (api) => api.addModel(files),
    () => undefined,
    new AbortController().signal,
  );
}
