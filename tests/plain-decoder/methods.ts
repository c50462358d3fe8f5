/**
 * Segments to bytes: docs/FORMAT.md §5, §7, §11 – §13.
 */
import { readFileSync } from 'node:fs';
import { corrupt, PlainError, Reader } from './bytes.ts';
import { decodeBlend } from './blend.ts';
import { laneStarts, laneStreams, RangeDecoder } from './lanes.ts';
import type { PlainStudent } from './student.ts';
import { decodeTeacher } from './teacher.ts';
import { contentSize, unzstd } from './zstd.ts';

export interface Segment {
  readonly method: number;
  readonly originalBytes: number;
  readonly payload: Uint8Array;
  /** 0 where the method has none. */
  readonly parameter: number;
}

/** The model whose id begins with these digits. */
export type Models = (id: string) => PlainStudent;

export interface Level {
  /** Number of the method with a model. */
  readonly method: number;
  readonly blockBytes: number;
  readonly laneBytes: number;
  readonly mostLanes: number;
  /** Bytes of the tables of `teacher`, binary logarithm: §12. */
  readonly memoryLog2: number;
}

/** §5, by number: read from the page itself, which is what a stranger would have. */
export const levels: readonly (Level | undefined)[] = (() => {
  const list: (Level | undefined)[] = [];
  const page = readFileSync(new URL('../../docs/FORMAT.md', import.meta.url), 'utf8');
  for (const [, number, method, blockBytes, laneBytes, mostLanes] of page.matchAll(
    /^\| `\w+` \| (\d) \| `(\w+)` \| (\d+) \| (\d+) \| (\d+) \| \d+ \|$/gm,
  ))
    list[Number(number)] = {
      method: ['student', 'blend', 'teacher'].indexOf(method!) + 2,
      blockBytes: Number(blockBytes),
      laneBytes: Number(laneBytes),
      mostLanes: Number(mostLanes),
      memoryLog2: number === '9' ? 28 : 27,
    };
  return list;
})();

/** §5, by number. */
export const methods: readonly { readonly needsModel: boolean; readonly hasParameter: boolean }[] = [
  { needsModel: false, hasParameter: false },
  { needsModel: false, hasParameter: false },
  { needsModel: true, hasParameter: false },
  { needsModel: true, hasParameter: false },
  { needsModel: true, hasParameter: false },
  { needsModel: false, hasParameter: false },
  { needsModel: false, hasParameter: true },
];

export function decodeSegment(
  segment: Segment,
  { laneBytes, mostLanes, memoryLog2 }: Level,
  models: Models,
  modelId: string,
): Uint8Array {
  const { method, originalBytes, payload, parameter } = segment;
  const lanesOf = (bytes: number, most: number): number =>
    Math.min(Math.max(Math.ceil(originalBytes / bytes), 1), most);
  const lanes = method === 6 ? lanesOf(65536, Math.min(mostLanes, 8)) : lanesOf(laneBytes, mostLanes);
  if (method === 0) return payload;
  if (method === 1) return unzstd(payload, originalBytes);
  if (method === 2) return decodeStudent(payload, originalBytes, lanes, models(modelId));
  if (method === 3) return decodeBlend(payload, originalBytes, lanes, models(modelId));
  if (method === 4) return decodeTeacher(payload, originalBytes, lanes, models(modelId), memoryLog2);
  if (method === 5) return decodeRuns(payload, originalBytes);
  if (method === 6) return decodeBlend(payload, originalBytes, lanes, undefined, parameter);
  throw new PlainError('UST_UNWRITTEN', `method ${method} is not in this decoder`);
}

/** §7 */
function decodeStudent(payload: Uint8Array, bytes: number, lanes: number, student: PlainStudent): Uint8Array {
  const starts = laneStarts(bytes, lanes);
  const all = laneStreams(payload, lanes).flatMap((stream, lane) => {
    const decoder = new RangeDecoder(stream);
    const next = student.newLane();
    const past: number[] = [];
    while (past.length < starts[lane + 1]! - starts[lane]!) past.push(decoder.symbol(next(past)));
    return past;
  });
  return Uint8Array.from(all);
}

/** §5.1 */
function decodeRuns(payload: Uint8Array, bytes: number): Uint8Array {
  let tokens = payload.subarray(1);
  if (payload[0] === 1) {
    const size = contentSize(tokens);
    if (size > bytes + 8) throw new PlainError('UST_LIMIT', 'tokens');
    tokens = unzstd(tokens, size);
  } else if (payload[0] !== 0) throw corrupt('a first byte of runs');
  const reader = new Reader(tokens, 'UST_CORRUPT');
  const out: number[] = [];
  const small = (): number => {
    const value = reader.varint();
    if (value >= 2 ** 35 || value > bytes) throw corrupt('a length of runs');
    return value;
  };
  while (out.length < bytes) {
    const literals = small();
    out.push(...reader.take(literals));
    if (out.length >= bytes) {
      if (literals === 0) throw corrupt('no literals at the end');
      break;
    }
    const run = small() + 32;
    if (run > bytes - out.length) throw corrupt('a run beyond the end');
    const fill = reader.u8();
    for (let i = 0; i < run; i++) out.push(fill);
  }
  if (out.length !== bytes || reader.left > 0) throw corrupt('runs of another length');
  return Uint8Array.from(out);
}
