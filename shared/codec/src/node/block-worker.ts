/** Entry of a block worker in Node. */
import { parentPort } from 'node:worker_threads';
import type { ToWorker } from '../workers/messages.ts';
import { serveBlocks } from '../workers/serve.ts';

const handle = serveBlocks((message, transfer) => parentPort?.postMessage(message, transfer as never));
parentPort?.on('message', (message: ToWorker) => handle(message));
