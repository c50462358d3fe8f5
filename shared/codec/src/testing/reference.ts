/**
 * The coder in plain TypeScript, written from docs/MODEL.md and docs/FORMAT.md alone and slow on purpose: what the WebAssembly is
 * compared with. It shares no code with it.
 */
import type { Front } from '../student/metadata.ts';

/** docs/MODEL.md §5; `exp2` is the table T. */
export function referenceFrequencies(logits: ArrayLike<number>, exp2: readonly number[]): number[] {
  const list = Array.from(logits);
  const most = Math.max(...list);
  const e = list.map((logit) => exp2[Math.min(most - logit, 32 * 17)]!);
  const sum = e.reduce((a, b) => a + b, 0);
  const frequencies = e.map((x) => 1 + Number((BigInt(x) * 65280n) / BigInt(sum)));
  frequencies[list.indexOf(most)]! += 65536 - frequencies.reduce((a, b) => a + b, 0);
  return frequencies;
}

/** docs/MODEL.md §3: inputs of one lane with this past, oldest byte first. */
export function referenceInputs(front: Front, past: Uint8Array): number[] {
  const b = (k: number): number => (k <= 32 ? (past[past.length - k] ?? 0) : 0);
  if (front.kind === 'window') return Array.from({ length: 32 }, (_, i) => b(32 - i));
  return front.tables.flatMap((table, i) => {
    const m = table.dim / front.rowDim;
    const row =
      table.context === 'byte' ? b(1) : hash(accumulate(table.context, table.order, b) ^ i) % table.rows;
    return Array.from({ length: m }, (_, j) => table.firstRow + row * m + j);
  });
}

const isLetter = (c: number): boolean => /[A-Za-z]/.test(String.fromCharCode(c)) || c >= 0x80;
const fold = (c: number): number => (c >= 65 && c <= 90 ? c + 32 : c);
const times = (acc: number, plus: number): number => Math.imul(acc + plus, 0x9e3779b1) >>> 0;

function accumulate(context: string, order: number, b: (k: number) => number): number {
  let acc = context === 'order' ? 0 : 0x57;
  if (context === 'order') {
    for (let k = 1; k <= order; k++) acc = times(acc, b(k) + 1);
    return acc;
  }
  let k = 1;
  const word = (): void => {
    for (let n = 0; n < 16 && k <= 32 && isLetter(b(k)); n++, k++) acc = times(acc, fold(b(k)) + 1);
  };
  word();
  if (context === 'words') {
    acc = times(acc, 257);
    while (k <= 32 && !isLetter(b(k))) k++;
    word();
  }
  return acc;
}

function hash(start: number): number {
  let x = start >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b) >>> 0;
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}

/** docs/FORMAT.md §7: the lane streams of a payload. */
export function referenceLaneStreams(payload: Uint8Array, lanes: number): Uint8Array[] {
  let at = 0;
  const lengths: number[] = [];
  if (lanes > 1) {
    let minimum = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = payload[at++]!;
      minimum += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    const width = payload[at++]!;
    let bit = at * 8;
    for (let lane = 0; lane < lanes - 1; lane++) {
      let difference = 0;
      for (let i = 0; i < width; i++, bit++) difference += ((payload[bit >> 3]! >> (bit & 7)) & 1) * 2 ** i;
      lengths.push(minimum + difference);
    }
    at = Math.ceil(bit / 8);
  }
  const streams = lengths.map((length) => payload.subarray(at, (at += length)));
  return [...streams, payload.subarray(at)];
}

/** docs/FORMAT.md §7: a function that takes the frequencies of the next symbol and gives the symbol. */
export function referenceDecoder(stream: Uint8Array): (frequencies: readonly number[]) => number {
  let at = 0;
  let code = 0n;
  let range = 1n << 48n;
  const shift = (): void => void (code = (code << 8n) | BigInt(stream[at++] ?? 0));
  for (let i = 0; i < 6; i++) shift();
  return (frequencies) => {
    const part = range >> 16n;
    const target = code / part;
    let symbol = 0;
    let cumulative = 0n;
    while (symbol < 255 && cumulative + BigInt(frequencies[symbol]!) <= target)
      cumulative += BigInt(frequencies[symbol++]!);
    code -= part * cumulative;
    range = part * BigInt(frequencies[symbol]!);
    for (; range < 1n << 40n; range <<= 8n) shift();
    return symbol;
  };
}
