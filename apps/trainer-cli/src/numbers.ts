/** Numbers as people write and read them on this command line: sizes with suffixes, ranges, rates. */
import { InvalidArgumentError } from 'commander';

const FACTORS: Record<string, number> = {
  '': 1,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/** `64Ki`, `10M`, `1000`: a whole number. Throws commander's InvalidArgumentError. */
export function parseCount(text: string): number {
  const match = /^(\d+)([kK]|M|G|Ki|Mi|Gi)?$/.exec(text);
  const value = Number(match?.[1] ?? NaN) * (FACTORS[match?.[2] ?? ''] ?? NaN);
  if (!Number.isSafeInteger(value))
    throw new InvalidArgumentError('give a whole number, with k, M, G, Ki, Mi or Gi if you like');
  return value;
}

/** As parseCount, but at least 1. */
export function parsePositive(text: string): number {
  const value = parseCount(text);
  if (value < 1) throw new InvalidArgumentError('give a whole number of at least 1');
  return value;
}

/** `A:B`, `A:` or `:B`, positions in bytes; a missing end means the file's. */
export function parseRange(text: string): { from: number; to?: number } {
  const parts = text.split(':');
  if (parts.length !== 2) throw new InvalidArgumentError('give a range A:B, A: or :B');
  const [from = '', to = ''] = parts;
  return { from: from === '' ? 0 : parseCount(from), ...(to === '' ? {} : { to: parseCount(to) }) };
}

/** `12.3 MB`, with powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (bytes >= 1000 && unit < units.length - 1) {
    bytes /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? bytes : bytes.toPrecision(3)} ${units[unit] ?? ''}`;
}

/** `1 h 02 min`, `3 min 20 s`, `12 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${two(Math.floor(whole / 60) % 60)} min`;
  return whole >= 60 ? `${Math.floor(whole / 60)} min ${two(whole % 60)} s` : `${whole} s`;
}

/** `12,345` */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
