/**
 * Counts what one operation did, for its last event: `done`.
 */
import { methods, type Method } from './container/format.ts';
import type { EngineName } from './engines/engine.ts';
import type { OnProgress, Progress } from './progress.ts';

export class Tally {
  /** Archive bytes so far. */
  archiveBytes = 0;
  private readonly hear: OnProgress | undefined;
  private readonly segments = Object.fromEntries(Object.keys(methods).map((method) => [method, 0])) as Record<
    Method,
    number
  >;
  private blocks = 0;
  private engine: EngineName | undefined;

  constructor(onProgress: OnProgress | undefined) {
    this.hear = onProgress;
  }

  /** Hands events on, and remembers what they say. */
  readonly onProgress = (event: Progress): void => {
    if (event.type === 'engine') this.engine = event.engine;
    if (event.type === 'block') {
      this.blocks++;
      for (const { method } of event.segments) this.segments[method]++;
    }
    this.hear?.(event);
  };

  /** Archive bytes on their way out. */
  count(bytes: Uint8Array): Uint8Array {
    this.archiveBytes += bytes.length;
    return bytes;
  }

  done(originalBytes: number): void {
    const { archiveBytes, blocks, segments } = this;
    const engine = this.engine === undefined ? {} : { engine: this.engine };
    this.hear?.({ type: 'done', originalBytes, archiveBytes, blocks, segments, ...engine });
  }
}
