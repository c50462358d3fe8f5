/**
 * The one line on standard error that moves while a file is worked on, and is gone when the file is done. The text
 * is a pure function of the figures; `ProgressLine` only decides when to draw.
 */
import { formatBytes, formatDuration, formatPercent, formatSpeed, printable } from './units.ts';

export interface ProgressFigures {
  name: string;
  /** What is going on: “compressing”, “verifying”, … */
  phase: string;
  bytesDone: number;
  /** Undefined when the input is a pipe. */
  bytesTotal?: number;
  bytesOut: number;
  seconds: number;
}

const redrawEveryMs = 100;
/** A file done sooner than this never shows a line. */
const silentMs = 300;

export function progressText(figures: ProgressFigures, columns: number): string {
  const { phase, bytesDone, bytesTotal, bytesOut, seconds } = figures;
  const parts = [phase];
  if (bytesTotal === undefined) parts.push(formatBytes(bytesDone));
  else
    parts.push(
      formatPercent(bytesDone, bytesTotal),
      `${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)}`,
    );
  if (bytesOut > 0) parts.push(`→ ${formatBytes(bytesOut)}`);
  parts.push(formatSpeed(bytesDone, seconds));
  if (bytesTotal !== undefined && bytesDone > 0 && bytesDone < bytesTotal) {
    parts.push(`${formatDuration((seconds * (bytesTotal - bytesDone)) / bytesDone)} left`);
  }
  const tail = parts.join('  ');
  const room = columns - tail.length - 3;
  const name = printable(figures.name);
  const shown = name.length <= room ? name : room > 4 ? `…${name.slice(name.length - room + 1)}` : '';
  return (shown === '' ? tail : `${shown}  ${tail}`).slice(0, Math.max(0, columns - 1));
}

export class ProgressLine {
  private drawn = false;
  private lastDrawMs: number;

  constructor(private readonly terminal: { write(text: string): unknown; columns?: number }) {
    this.lastDrawMs = performance.now() + silentMs - redrawEveryMs;
  }

  draw(figures: ProgressFigures): void {
    const now = performance.now();
    if (now - this.lastDrawMs < redrawEveryMs) return;
    this.lastDrawMs = now;
    this.drawn = true;
    // Some terminals say that they have 0 columns.
    this.terminal.write(`\r${progressText(figures, this.terminal.columns || 80)}\u001b[K`);
  }

  clear(): void {
    if (this.drawn) this.terminal.write('\r\u001b[K');
    this.drawn = false;
  }
}
