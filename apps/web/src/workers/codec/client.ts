/** The page's side of the codec worker: jobs with an AbortSignal, progress callbacks and ordinary rejections. */
import { proxy } from 'comlink';
import { WorkerHandle } from '../workerHandle.ts';
import type { CodecWorkerApi, EngineChoice, Job, JobProgress, JobResult } from './api.ts';

const handle = new WorkerHandle<CodecWorkerApi>(
  () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'codec' }),
);

/** Runs one job through the codec. Rejects with WorkerFailure, or the signal's AbortError. */
export function runCodecJob(
  id: string,
  job: Job,
  engine: EngineChoice,
  onProgress: (progress: JobProgress) => void,
  signal: AbortSignal,
): Promise<JobResult> {
  return handle.call<JobResult>(
    (api) => api.run(id, job, engine, proxy(onProgress)),
    (api) => api.cancel(id),
    signal,
  );
}
