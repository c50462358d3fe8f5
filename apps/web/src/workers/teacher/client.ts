/** The page's side of the teacher worker. It is not ended when idle: it holds the rows a shard is written from. */
import { proxy } from 'comlink';
import { WorkerHandle } from '../workerHandle.ts';
import type { ShardFiles, TeacherWorkerApi, TraceOptions, TraceSnapshot, TraceSummary } from './api.ts';

const handle = new WorkerHandle<TeacherWorkerApi>(
  () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'teacher' }),
  Infinity,
);

export function traceFile(
  file: File,
  options: TraceOptions,
  onSnapshot: (snapshot: TraceSnapshot) => void,
  signal: AbortSignal,
): Promise<TraceSummary> {
  return handle.call<TraceSummary>(
    (api) => api.trace(file, options, proxy(onSnapshot)),
    (api) => api.stop(),
    signal,
  );
}

export function setTracePaused(paused: boolean): void {
  handle.tell((api) => api.setPaused(paused));
}

export function stopTrace(): void {
  handle.tell((api) => api.stop());
}

export function writeShard(
  onProgress: (rows: number, totalRows: number) => void,
  signal: AbortSignal,
): Promise<ShardFiles> {
  return handle.call<ShardFiles>(
    (api) => api.writeShard(proxy(onProgress)),
    () => undefined,
    signal,
  );
}
