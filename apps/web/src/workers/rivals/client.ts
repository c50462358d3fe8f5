/** The page's side of the rivals worker. A cancelled measurement ends the worker: none of these libraries can stop. */
import { WorkerHandle } from '../workerHandle.ts';
import type { Measurement, RivalId, RivalsWorkerApi } from './api.ts';

const handle = new WorkerHandle<RivalsWorkerApi>(
  () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'rivals' }),
);

export function measureRival(rival: RivalId, file: Blob, signal: AbortSignal): Promise<Measurement> {
  return handle.call<Measurement>(
    (api) => api.measure(rival, file),
    () => undefined,
    signal,
  );
}
