/**
 * Lets the event loop breathe between steps: ONNX Runtime's WASM provider resolves its promises without ever going back
 * to it, so timers, messages and aborts would wait for the whole block. Also the one place that throttles progress.
 */
import { AbortedError } from './errors.ts';
import type { OnProgress } from './progress.ts';

const workMs = 12; // between two breaths: below a frame
const progressMs = 50; // 20 events a second

export class Breather {
  private readonly signal: AbortSignal | undefined;
  private readonly during: string;
  private readonly onProgress: OnProgress | undefined;
  private readonly bytesTotal: number | undefined;
  private lastBreath = performance.now();
  private lastProgress = 0;

  constructor(during: string, signal?: AbortSignal, onProgress?: OnProgress, bytesTotal?: number) {
    this.during = during;
    this.signal = signal;
    this.onProgress = onProgress;
    this.bytesTotal = bytesTotal;
  }

  /** @throws AbortedError */
  check(): void {
    if (this.signal?.aborted === true) throw new AbortedError({ during: this.during });
  }

  /** Called often with the position in the original bytes. @throws AbortedError */
  async breathe(block: number, bytesDone: number): Promise<void> {
    this.check();
    const now = performance.now();
    if (now - this.lastProgress >= progressMs) {
      this.lastProgress = now;
      const total = this.bytesTotal === undefined ? {} : { bytesTotal: this.bytesTotal };
      this.onProgress?.({ type: 'work', bytesDone, ...total, block });
    }
    if (now - this.lastBreath < workMs) return;
    await macrotask();
    this.lastBreath = performance.now();
    this.check();
  }
}

/** Resolves after the events that wait now; unlike setTimeout it is not slowed down in nested use. */
function macrotask(): Promise<void> {
  const immediate = (globalThis as { setImmediate?: (callback: () => void) => void }).setImmediate;
  if (immediate !== undefined) return new Promise((resolve) => immediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
