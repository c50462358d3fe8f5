/** Scales and ticks of the page's charts: plain numbers in, pixels out. */

export interface Scale {
  (value: number): number;
  ticks: number[];
}

/** Maps 0…max onto the range, with about `count` ticks at 1, 2 or 5 times a power of ten. */
export function linearScale(max: number, from: number, to: number, count = 5): Scale {
  const step = niceStep(max / count);
  const ticks: number[] = [];
  for (let i = 0; i * step <= max * (1 + 1e-9); i++) ticks.push(Number((i * step).toPrecision(12)));
  return Object.assign((value: number) => from + (value / max) * (to - from), { ticks });
}

/**
 * Maps min…max onto the range by logarithm, both rounded out to 1, 2 or 5 times a power of ten. Values must be positive.
 * All 1-2-5 ticks are given; with more than `most` of them only powers of ten stay, every second or third if need be.
 */
export function logScale(min: number, max: number, from: number, to: number, most = 9): Scale {
  const low = roundOut(min, 'down');
  const high = Math.max(roundOut(max, 'up'), low * 10);
  const all: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.ceil(Math.log10(high)); exponent++) {
    for (const digit of [1, 2, 5]) {
      const tick = Number((digit * 10 ** exponent).toPrecision(3));
      if (tick >= low && tick <= high) all.push(tick);
    }
  }
  const powers = all.filter((tick) => Number.isInteger(Number(Math.log10(tick).toFixed(9))));
  const every = Math.ceil(powers.length / most);
  const thinned = powers.filter((_, index) => index % every === 0);
  const ticks = all.length > most && thinned.length > 1 ? thinned : all;
  const span = Math.log(high / low);
  return Object.assign((value: number) => from + (Math.log(value / low) / span) * (to - from), { ticks });
}

function niceStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const digit = raw / power;
  return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}

function roundOut(value: number, direction: 'down' | 'up'): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = value / power;
  const steps = [1, 2, 5, 10];
  const chosen =
    direction === 'up'
      ? steps.find((step) => step >= digit - 1e-9)
      : steps.findLast((step) => step <= digit + 1e-9);
  return Number(((chosen ?? 1) * power).toPrecision(3));
}
