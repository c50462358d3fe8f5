/**
 * Numbers as the page writes them: one unit system everywhere (1 kB = 1000 bytes), value and unit joined by a no-break
 * space. Pure, so that every figure in a view can be tested without one.
 */

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
const noBreak = '\u00a0';

function scaled(value: number): { text: string; unit: string } {
  let size = value;
  let unit = 0;
  // 999.5 would round to "1000": it belongs to the next unit.
  while (size >= (unit === 0 ? 1000 : 999.5) && unit < byteUnits.length - 1) {
    size /= 1000;
    unit++;
  }
  const digits = unit === 0 || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return { text: size.toFixed(digits), unit: byteUnits[unit] ?? 'B' };
}

/** `0 B`, `999 B`, `1.05 MB`: three significant figures. */
export function formatBytes(bytes: number): string {
  const { text, unit } = scaled(bytes);
  return text + noBreak + unit;
}

/** Round sizes without trailing zeros, for the ticks of an axis: `500 kB`, `1 MB`. */
export function formatTick(bytes: number): string {
  const { text, unit } = scaled(bytes);
  return String(Number(text)) + noBreak + unit;
}

/** `1.10 MB/s`; an unknown or infinite speed is a dash. */
export function formatSpeed(bytesPerSecond: number | undefined): string {
  if (bytesPerSecond === undefined || !Number.isFinite(bytesPerSecond)) return '–';
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** Share of `part` in `whole` as `21.3 %`; an empty whole has no share. */
export function formatPercent(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (100 * part) / whole;
  return `${percent.toFixed(percent >= 1000 ? 0 : 1)}${noBreak}%`;
}

/** `40 ms`, `0.4 s`, `12 s`, `2 min 5 s`, `1 h 4 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 0.095) return `${Math.round(1000 * seconds)}${noBreak}ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)}${noBreak}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${noBreak}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}${noBreak}min ${whole % 60}${noBreak}s`;
  return `${Math.floor(whole / 3600)}${noBreak}h ${Math.floor((whole % 3600) / 60)}${noBreak}min`;
}

/** Grouped digits: `65,536`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** `1 row`, `5,372 rows`. */
export function formatRows(rows: number): string {
  return `${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}`;
}

/**
 * Seconds left, from what was done so far; undefined while there is too little to go by (under half a second of work or
 * under 1 % of the bytes), so that the page says "estimating" rather than a wild number.
 */
export function secondsLeft(bytesDone: number, bytesTotal: number, seconds: number): number | undefined {
  if (seconds < 0.5 || bytesDone < bytesTotal * 0.01 || bytesDone === 0) return undefined;
  return ((bytesTotal - bytesDone) * seconds) / bytesDone;
}
