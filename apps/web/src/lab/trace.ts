/** Pure parts of the Teacher lab: what a byte cost, how it is labelled, which guesses to show, how text is coloured. */

/** Ideal code length of an event of this probability, in bits. */
export function costBits(probability: number): number {
  return Math.log2(1 / Math.max(probability, 2 ** -32));
}

const named: Record<number, string> = { 9: '⇥', 10: '⏎', 13: '␍', 32: '␣' };

/** A byte as one readable mark: the character, a symbol for white space, or its hexadecimal value. */
export function symbolLabel(symbol: number): string {
  if (symbol > 32 && symbol < 127) return String.fromCharCode(symbol);
  return named[symbol] ?? symbol.toString(16).toUpperCase().padStart(2, '0');
}

export interface Guess {
  symbol: number;
  probability: number;
  /** True for the byte that came. */
  came: boolean;
}

/** The most probable bytes, best first; the byte that came is always among them, last if it was not one of the best. */
export function topGuesses(distribution: ArrayLike<number>, came: number, count: number): Guess[] {
  const order = Array.from({ length: distribution.length }, (_, symbol) => symbol);
  order.sort((a, b) => (distribution[b] ?? 0) - (distribution[a] ?? 0) || a - b);
  const shown = order.slice(0, count);
  if (!shown.includes(came)) shown[count - 1] = came;
  return shown.map((symbol) => ({ symbol, probability: distribution[symbol] ?? 0, came: symbol === came }));
}

/** Upper bounds in bits of the six colours, coldest first; the last has none. */
export const heatBounds = [0.5, 1, 2, 4, 7] as const;

export function heatLevel(bits: number): number {
  const level = heatBounds.findIndex((bound) => bits < bound);
  return level < 0 ? heatBounds.length : level;
}

/** What colours the text. */
export type HeatBy = 'teacher' | 'student' | 'difference';

/** Bounds for a difference in bits, student less teacher: where the student lags behind, and by how much. */
export function differenceLevel(bits: number): number {
  return heatLevel(Math.max(0, bits));
}

/** A character of the text and the bytes it is made of. */
export interface HeatCharacter {
  text: string;
  start: number;
  length: number;
}

/** Bytes as characters; those that are no UTF-8 show as a dot each. */
export function charactersOf(bytes: Uint8Array): HeatCharacter[] {
  const characters: HeatCharacter[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    characters.push({ text: characterOf(bytes, at, length), start: at, length });
    at += length;
  }
  return characters;
}

/** The mean of a character's bytes. */
export function meanOf(values: Float32Array, { start, length }: HeatCharacter): number {
  let sum = 0;
  for (let i = start; i < start + length; i++) sum += values[i] ?? 0;
  return sum / length;
}

export interface HeatSpan {
  text: string;
  level: number;
}

/**
 * Bytes with their costs as runs of text of one colour. A character of several bytes has the mean cost of its bytes;
 * bytes that are no UTF-8 show as a dot.
 */
export function heatSpans(bytes: Uint8Array, costs: Float32Array): HeatSpan[] {
  const spans: HeatSpan[] = [];
  for (const character of charactersOf(bytes)) {
    const level = heatLevel(meanOf(costs, character));
    const last = spans.at(-1);
    if (last?.level === level) last.text += character.text;
    else spans.push({ text: character.text, level });
  }
  return spans;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function characterOf(bytes: Uint8Array, at: number, length: number): string {
  const byte = bytes[at] ?? 0;
  if (length > 1) return decoder.decode(bytes.slice(at, at + length));
  if (byte === 10 || (byte >= 32 && byte < 127)) return String.fromCharCode(byte);
  return byte === 9 ? ' ' : '·';
}

/** Length of the UTF-8 sequence at this place; 1 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
  if (length === 1 || at + length > bytes.length) return 1;
  try {
    decoder.decode(bytes.slice(at, at + length));
    return length;
  } catch {
    return 1;
  }
}
