/**
 * Holds work up between two steps, for as long as somebody likes: the pause of a job. Nothing is lost and nothing changes by it; what
 * is held keeps its memory. A codec has one gate for all that it does, its block workers follow it.
 */
export class Gate {
  private closed = false;
  private readonly listeners = new Set<() => void>();

  get held(): boolean {
    return this.closed;
  }

  hold(): void {
    this.set(true);
  }

  release(): void {
    this.set(false);
  }

  /** Hears each change, until the function that is returned is called. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves when the gate is open, or the signal fires. */
  passed(signal?: AbortSignal): Promise<void> {
    if (!this.closed) return Promise.resolve();
    return new Promise((resolve) => {
      const go = (): void => {
        if (this.closed && signal?.aborted !== true) return;
        stop();
        signal?.removeEventListener('abort', go);
        resolve();
      };
      const stop = this.listen(go);
      signal?.addEventListener('abort', go);
      go();
    });
  }

  private set(closed: boolean): void {
    if (closed === this.closed) return;
    this.closed = closed;
    for (const listener of [...this.listeners]) listener();
  }
}
