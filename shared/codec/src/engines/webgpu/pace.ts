/**
 * How many steps a dispatch takes: as many as fill a few milliseconds on this device. Fewer waste time between dispatches; many more
 * make other programs that draw on the same GPU stutter, and browsers end a device whose dispatch takes seconds.
 */
export class Pace {
  private readonly milliseconds: number;
  private count = 1;

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
  }

  /** Steps of the next dispatch. */
  get steps(): number {
    return this.count;
  }

  /** Takes in that a dispatch of so many steps took so long. */
  note(steps: number, milliseconds: number): void {
    const wanted = (steps * this.milliseconds) / Math.max(milliseconds, 0.01);
    // At most fourfold: the last step of a block, or the first dispatch of a file, says little.
    this.count = Math.round(Math.min(Math.max(wanted, 1), 4 * this.count, 4096));
  }
}
