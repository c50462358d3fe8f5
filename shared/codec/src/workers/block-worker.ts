/** Entry of a block worker in browsers. */
import type { ToWorker } from './messages.ts';
import { serveBlocks } from './serve.ts';

const scope = globalThis as unknown as {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: (event: MessageEvent<ToWorker>) => void;
};
const handle = serveBlocks((message, transfer) => scope.postMessage(message, transfer));
scope.onmessage = (event) => handle(event.data);
