/**
 * How figures are written for people: kB = 1000 bytes, three significant digits, a space before the unit. The JSON
 * output has plain numbers instead and does not pass here.
 */
const prefixes = ['', 'k', 'M', 'G', 'T'] as const;

/** 1234567 → “1.23 MB”. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let step = 0;
  while (value >= 999.5 && step < prefixes.length - 1) {
    value /= 1000;
    step++;
  }
  const digits = step === 0 ? 0 : value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${prefixes[step]}B`;
}

/** Bytes per second; “–” before anything has been measured. */
export function formatSpeed(bytes: number, seconds: number): string {
  return seconds > 0 ? `${formatBytes(bytes / seconds)}/s` : '–';
}

/** Size of `part` in percent of `whole`; “–” where there is nothing to divide by. */
export function formatPercent(part: number, whole: number, digits = 1): string {
  return whole > 0 ? `${((100 * part) / whole).toFixed(digits)} %` : '–';
}

/** 75 → “1:15”, 4000 → “1:06:40”. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${two(whole % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** A name as it may be shown on a terminal: control characters, which could drive it, are written as \xNN. */
export function printable(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}
