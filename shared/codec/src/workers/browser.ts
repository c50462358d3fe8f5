/** Block workers of browsers: module workers, started from a page or from within another worker. */
import type { FromWorker, WorkerLink } from './messages.ts';

export function spawnBrowserWorker(): WorkerLink {
  // Bundlers look for exactly this expression.
  const worker = new Worker(new URL('./block-worker.ts', import.meta.url), { type: 'module' });
  return {
    post: (message) => worker.postMessage(message),
    listen: (onMessage, onDeath) => {
      worker.onmessage = (event: MessageEvent<FromWorker>) => onMessage(event.data);
      worker.onerror = (event) => onDeath(event.message || 'it could not be started');
      worker.onmessageerror = () => onDeath('it sent what cannot be read');
    },
    hold: () => undefined, // pages do not end by themselves
    terminate: () => worker.terminate(),
  };
}
