/** Options of the teacher's three jobs, and their check: what passes here fits the model and the input. */
import { TeacherOptionError } from './errors.ts';
import { PROFILES, type TraceProfile } from '../schema.ts';

export interface TeacherProgress {
  /** Bytes of the input learnt so far, warm-up included. */
  bytesDone: number;
  bytesTotal: number;
}

export interface TeacherDecompressOptions {
  onProgress?: ((progress: TeacherProgress) => void) | undefined;
  /** Stops between two chunks (about 30 ms); the promise then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

export interface TeacherCompressOptions extends TeacherDecompressOptions {
  /** Megabytes for the model, 16 … 4096; part of the archive. Default 256. */
  memory?: number | undefined;
  /** Adds the LSTM byte mixer: stronger and slower; part of the archive. Default false. */
  lstm?: boolean | undefined;
  /** Only the bytes A ≤ n < B. */
  range?: readonly [number, number] | undefined;
  /** Bytes before the range to learn from without coding them, cut to what there is. Default 0. */
  warmUp?: number | undefined;
}

export interface TeacherTraceOptions extends TeacherCompressOptions {
  /** Default `full`. */
  profile?: TraceProfile | undefined;
  /** Trace every n-th byte of the range. Default 1. */
  stride?: number | undefined;
  /** Name of the source for the header. Default ''. */
  sourceName?: string | undefined;
  /** Called after each chunk, from a few up to some hundred bytes long. */
  onLive?: ((live: TeacherLive) => void) | undefined;
}

/** What the teacher thinks just now. The arrays are copies. */
export interface TeacherLive {
  /** Bytes of the range coded so far and what they cost. */
  bytes: number;
  bits: number;
  bitsPerByte: number;
  /** The byte coded last; undefined before the first. */
  symbol: number | undefined;
  /** P(byte) before the byte traced last. */
  finalProb: Float32Array;
  /** The final mixer's weights of its 8 gated mixers, at that byte's first decision. */
  mixerWeights: Float32Array;
  /** By component (`Teacher.components`): the weight of its chained prediction through both mixing layers, at that decision. */
  componentWeights: Float32Array;
}

export interface Span {
  memory: number;
  begin: number;
  end: number;
  warmUp: number;
}

function whole(option: string, value: number, least: number, most: number): number {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new TeacherOptionError({
      option,
      found: value,
      expected: `a whole number from ${least} to ${most}`,
    });
  }
  return value;
}

/** Completes memory, range and warm-up for an input of `size` bytes. Throws TeacherOptionError. */
export function spanOf(options: TeacherCompressOptions, size: number, defaultMemory: number): Span {
  const memory = whole('memory', options.memory ?? defaultMemory, 16, 4096);
  const end = whole('range end', options.range?.[1] ?? size, 0, size);
  const begin = whole('range begin', options.range?.[0] ?? 0, 0, end);
  const warmUp = whole('warmUp', options.warmUp ?? 0, 0, Number.MAX_SAFE_INTEGER);
  return { memory, begin, end, warmUp: Math.min(warmUp, begin) };
}

export function strideOf(options: TeacherTraceOptions): number {
  return whole('stride', options.stride ?? 1, 1, 2 ** 31 - 1);
}

/** The number the WASM knows a profile by. */
export function profileNumber(profile: TraceProfile): number {
  return PROFILES.indexOf(profile);
}
