/**
 * Sums up what blocks in flight have done, whatever their order, into `work` events: never fewer bytes than before, at most
 * 20 a second. A block that is done again counts once.
 */
import type { OnProgress } from '../progress.ts';

const everyMs = 50;

export class WorkMeter {
  private readonly onProgress: OnProgress | undefined;
  private readonly bytesTotal: number | undefined;
  private readonly underWay = new Map<number, number>();
  private finished = 0;
  private told = 0;
  private lastTold = 0;

  constructor(onProgress: OnProgress | undefined, bytesTotal: number | undefined) {
    this.onProgress = onProgress;
    this.bytesTotal = bytesTotal;
  }

  /** Original bytes of a block that are done. */
  work(block: number, bytesDone: number): void {
    this.underWay.set(block, Math.max(bytesDone, this.underWay.get(block) ?? 0));
    this.tell();
  }

  finish(block: number, bytes: number): void {
    this.underWay.delete(block);
    this.finished += bytes;
    this.tell();
  }

  private tell(): void {
    const now = performance.now();
    if (this.onProgress === undefined || now - this.lastTold < everyMs) return;
    this.lastTold = now;
    let bytesDone = this.finished;
    for (const bytes of this.underWay.values()) bytesDone += bytes;
    this.told = Math.max(this.told, bytesDone);
    const total = this.bytesTotal === undefined ? {} : { bytesTotal: this.bytesTotal };
    this.onProgress({ type: 'work', bytesDone: this.told, ...total });
  }
}
