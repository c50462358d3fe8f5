/** Counts the time of a job, without what it spent in a pause. */
export class JobClock {
  private spentMs = 0;
  /** Missing while it stands. */
  private since: number | undefined;
  private readonly now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.now = now;
    this.since = now();
  }

  get seconds(): number {
    return (this.spentMs + (this.since === undefined ? 0 : this.now() - this.since)) / 1000;
  }

  /** From zero; a clock that stands goes on standing. */
  restart(): void {
    this.spentMs = 0;
    if (this.since !== undefined) this.since = this.now();
  }

  pause(): void {
    if (this.since === undefined) return;
    this.spentMs += this.now() - this.since;
    this.since = undefined;
  }

  resume(): void {
    this.since ??= this.now();
  }
}
