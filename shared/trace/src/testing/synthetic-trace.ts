/**
 * For tests only: a tiny predictor (order-0 counters) that traces itself, rows of any profile with honest values. Its distributions,
 * paths and coder states belong together, so its rows pass every check and replay to real archive bytes.
 */
import { CarrylessEncoder } from '../carryless-coder.ts';
import type { TraceHeader } from '../header.ts';
import { columnView, columnRowBytes, profileColumns, type ColumnData, type TraceProfile } from '../schema.ts';
import { TraceWriter } from '../writer.ts';

export interface SyntheticTrace {
  header: TraceHeader;
  /** The parts of the stream: head, frames, end. */
  parts: Uint8Array[];
  /** What a coder driven by the predictor writes for the range. */
  archive: Uint8Array;
}

export interface SyntheticOptions {
  profile?: TraceProfile;
  range?: [number, number];
  stride?: number;
  rowsPerFrame?: number;
  /** Changes the values of a frame before it is written. */
  spoil?: (columns: Map<string, ColumnData>, firstRow: number) => void;
}

const COMPONENTS = ['order1', 'order2'];

/** Traces `text` (the whole of the input) and gives the stream in parts. */
export async function syntheticTrace(
  text: Uint8Array,
  options: SyntheticOptions = {},
): Promise<SyntheticTrace> {
  const { profile = 'full', range = [0, text.length], stride = 1, rowsPerFrame = 100 } = options;
  const header: TraceHeader = {
    schema: 1,
    teacher: { name: 'order-0 counters', version: '1', options: { mem: 1 } },
    profile,
    range,
    warmUp: 0,
    stride,
    components: COMPONENTS,
    source: { name: 'synthetic.txt', bytes: text.length },
    columns: profileColumns(profile, COMPONENTS.length),
  };
  const writer = await TraceWriter.create(header);
  const parts = [writer.begin()];
  const counters = new Uint16Array(256).fill(32768);
  const encoder = new CarrylessEncoder();
  let rows: Map<string, number[] | bigint[]>[] = [];
  let firstRow = 0;
  const flush = (): void => {
    if (rows.length === 0) return;
    const columns = pack(header, rows);
    options.spoil?.(columns, firstRow);
    parts.push(
      writer.frame(
        rows.length,
        header.columns.map((column) => columns.get(column.name) ?? new Uint8Array(0)),
      ),
    );
    firstRow += rows.length;
    rows = [];
  };
  for (let n = range[0]; n < range[1]; n++) {
    const symbol = text[n] ?? 0;
    const path = pathOf(counters, symbol);
    if ((n - range[0]) % stride === 0) rows.push(describe(text, range[0], n, counters, path, encoder));
    path.forEach((probability, bit) => encoder.encode((symbol >> (7 - bit)) & 1, probability));
    update(counters, symbol);
    if (rows.length === rowsPerFrame) flush();
  }
  flush();
  const archive = encoder.finish();
  parts.push(writer.finish(archive.length));
  return { header, parts, archive };
}

function describe(
  text: Uint8Array,
  start: number,
  n: number,
  counters: Uint16Array,
  path: number[],
  coder: CarrylessEncoder,
): Map<string, number[] | bigint[]> {
  const final = distribution(counters);
  const context = Array.from({ length: 32 }, (_, i) => (n - 32 + i >= start ? (text[n - 32 + i] ?? 0) : 0));
  const row = new Map<string, number[] | bigint[]>([
    ['position', [BigInt(n)]],
    ['context', context],
    ['context_hash', [(BigInt(n) * 0x9e3779b97f4a7c15n) % (1n << 64n)]],
    ['icm_path', path.flatMap((p) => [p / 65536, 0.5])],
    ['isse_path', path.flatMap((p) => [0.25, p / 65536])],
    ['mixer_weights', [0.3, 0.2, 0.1, -0.1, 0.5, 0, 0, n / 1000]],
    ['final_prob', final],
    ['final_path', path.flatMap((p) => [p & 255, p >> 8])],
    ['target_symbol', [text[n] ?? 0]],
    ['coder_low', [coder.low]],
    ['coder_range', [coder.range]],
  ]);
  for (const name of [
    'word_prob',
    'match_prob',
    ...[0, 1, 2, 3, 4, 5, 6].map((order) => `order${order}_prob`),
  ])
    row.set(name, final);
  return row;
}

function pack(header: TraceHeader, rows: Map<string, number[] | bigint[]>[]): Map<string, ColumnData> {
  return new Map(
    header.columns.map((column) => {
      const data = columnView(column, new ArrayBuffer(rows.length * columnRowBytes(column)));
      rows.forEach((row, index) => {
        (row.get(column.name) ?? []).forEach((value, i) => (data[index * column.length + i] = value));
      });
      return [column.name, data];
    }),
  );
}

/** The eight P(bit = 1)·2^16 along the path of `symbol`, in 1…65535. */
function pathOf(counters: Uint16Array, symbol: number): number[] {
  return Array.from({ length: 8 }, (_, bit) => counters[(1 << bit) | (symbol >> (8 - bit))] ?? 0);
}

function distribution(counters: Uint16Array): number[] {
  return Array.from({ length: 256 }, (_, symbol) =>
    pathOf(counters, symbol).reduce(
      (product, p, bit) => product * (((symbol >> (7 - bit)) & 1) === 1 ? p / 65536 : 1 - p / 65536),
      1,
    ),
  );
}

function update(counters: Uint16Array, symbol: number): void {
  for (let bit = 0; bit < 8; bit++) {
    const node = (1 << bit) | (symbol >> (8 - bit));
    const p = counters[node] ?? 0;
    counters[node] = ((symbol >> (7 - bit)) & 1) === 1 ? p + ((65535 - p) >> 4) : p - (p >> 4);
  }
}

/** Text of `size` bytes with the letters of a language, always the same for the same size. */
export function syntheticText(size: number): Uint8Array {
  const words = [
    'the ',
    'student ',
    'learns ',
    'what ',
    'a ',
    'teacher ',
    'thinks, ',
    'byte ',
    'by ',
    'byte.\n',
    'Grüße ',
    '42 ',
  ];
  const encoder = new TextEncoder();
  const out = new Uint8Array(size);
  let state = 1;
  for (let at = 0; at < size;) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const word = encoder.encode(words[(state >>> 16) % words.length]);
    out.set(word.subarray(0, size - at), at);
    at += word.length;
  }
  return out;
}

/** The parts of a stream, one chunk each. */
export async function* chunksOf(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const part of parts) yield await Promise.resolve(part);
}
