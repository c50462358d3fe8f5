/** The page's side of the codec worker: jobs with an AbortSignal, progress callbacks and ordinary rejections. */
import { proxy } from 'comlink';
import { WorkerHandle } from '../workerHandle.ts';
import type { CodecWorkerApi, JobOptions, JobProgress, JobResult } from './api.ts';

const handle = new WorkerHandle<CodecWorkerApi>(
  () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'codec' }),
);

/** Runs one file through the codec. Rejects with WorkerFailure, or the signal's AbortError. */
export function runCodecJob(
  task: 'compress' | 'decompress',
  job: string,
  file: File,
  options: JobOptions,
  onProgress: (progress: JobProgress) => void,
  signal: AbortSignal,
): Promise<JobResult> {
  return handle.call<JobResult>(
    (api) => api[task](job, file, options, proxy(onProgress)),
    (api) => api.cancel(job),
    signal,
  );
}
