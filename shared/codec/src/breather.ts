/**
 * Lets the event loop breathe between steps: WebAssembly that is called again and again never goes back to it, so timers,
 * messages, pauses and aborts would wait for the whole block.
 */
import { AbortedError } from './errors.ts';
import type { Gate } from './gate.ts';

const workMs = 12; // between two breaths: below a frame

export class Breather {
  private readonly signal: AbortSignal | undefined;
  private readonly during: string;
  private readonly gate: Gate | undefined;
  private lastBreath = performance.now();

  /** @param during what AbortedError says was stopped */
  constructor(during: string, signal?: AbortSignal, gate?: Gate) {
    this.gate = gate;
    this.during = during;
    this.signal = signal;
  }

  /** @throws AbortedError */
  check(): void {
    if (this.signal?.aborted === true) throw new AbortedError({ during: this.during });
  }

  /** Called often; mostly does nothing. @throws AbortedError */
  async breathe(): Promise<void> {
    this.check();
    if (performance.now() - this.lastBreath < workMs && this.gate?.held !== true) return;
    await macrotask();
    if (this.gate?.held === true) await this.gate.passed(this.signal);
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
