/**
 * Block workers of Node: worker threads that run the TypeScript sources through tsx, wherever the process was started and
 * however its own sources are run.
 */
import { Worker } from 'node:worker_threads';
import type { FromWorker, WorkerLink } from '../workers/messages.ts';

export function spawnNodeWorker(): WorkerLink {
  const start = new URL('./block-worker-start.mjs', import.meta.url);
  return workerThread(new Worker(start, { execArgv: [] }));
}

/** A thread as the pool wants it. */
export function workerThread(worker: Worker): WorkerLink {
  let wanted = false;
  return {
    post: (message) => worker.postMessage(message),
    listen: (onMessage, onDeath) => {
      worker.on('message', (message: FromWorker) => onMessage(message));
      worker.on('error', (error) => !wanted && onDeath(error.message));
      worker.on('messageerror', () => onDeath('it sent what cannot be read'));
      worker.on('exit', (code) => !wanted && onDeath(`it ended with code ${code}`));
    },
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
    terminate: () => {
      wanted = true;
      void worker.terminate();
    },
  };
}
