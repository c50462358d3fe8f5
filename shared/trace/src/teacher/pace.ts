/**
 * Keeps the teacher's chunks short: so many bytes that a chunk takes about 30 ms, and between two chunks the event loop runs,
 * so that a worker hears messages and aborts.
 */
const chunkMs = 30;
const progressMs = 50; // 20 reports a second

export class Pace {
  private size: number;
  private readonly most: number;
  private started = 0;
  private reported = -Infinity;

  /** `first`: bytes of the first chunk; `most`: of the largest. */
  constructor(first: number, most: number) {
    this.size = first;
    this.most = most;
  }

  /** Bytes for the next chunk; the clock starts. */
  next(): number {
    this.started = performance.now();
    return this.size;
  }

  /** After the chunk: corrects the size and lets waiting events in. Throws the signal's reason when aborted. */
  async rest(signal: AbortSignal | undefined): Promise<void> {
    const elapsed = Math.max(1, performance.now() - this.started);
    const wished = Math.round(this.size * Math.min(2, Math.max(0.5, chunkMs / elapsed)));
    this.size = Math.min(this.most, Math.max(16, wished));
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
  }

  /** True when it is time for another report; always for the last one. */
  due(last: boolean): boolean {
    const now = performance.now();
    if (!last && now - this.reported < progressMs) return false;
    this.reported = now;
    return true;
  }
}
