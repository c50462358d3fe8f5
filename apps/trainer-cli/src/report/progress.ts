/** One line on standard error, redrawn at most ten times a second and only on a terminal, that `done` replaces by a summary. */
import { formatBytes, formatCount, formatDuration } from '../numbers.ts';

const REDRAW_MS = 100;

export class ProgressLine {
  private readonly began = performance.now();
  private drawn = -Infinity;
  private readonly terminal = process.stderr.isTTY;
  private firstRows: number | undefined;

  constructor(private readonly label: string) {}

  /** Rows done of `total`, with the rate since the start and the time left. */
  update(progress: { rows: number; totalRows: number; bytesOut: number }): void {
    this.firstRows ??= progress.rows;
    const now = performance.now();
    if (!this.terminal || now - this.drawn < REDRAW_MS) return;
    this.drawn = now;
    const rate = (progress.rows - this.firstRows) / (this.seconds() || 1);
    const left = rate > 0 ? `, ${formatDuration((progress.totalRows - progress.rows) / rate)} left` : '';
    const percent = ((100 * progress.rows) / Math.max(1, progress.totalRows)).toFixed(1);
    this.draw(
      `${this.label}: ${percent} % of ${formatCount(progress.totalRows)} rows, ${formatCount(rate)} rows/s, ${formatBytes(progress.bytesOut)}${left}`,
    );
  }

  /** Seconds since the line was made. */
  seconds(): number {
    return (performance.now() - this.began) / 1000;
  }

  /** Replaces the line by `summary`, terminal or not. */
  done(summary: string): void {
    this.clear();
    process.stderr.write(`${this.label}: ${summary}\n`);
  }

  clear(): void {
    if (this.terminal && this.drawn > -Infinity) this.draw('');
  }

  private draw(text: string): void {
    process.stderr.write(`\r${text.slice(0, (process.stderr.columns || 80) - 1)}\x1b[K`);
  }
}
