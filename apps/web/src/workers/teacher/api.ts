/**
 * The teacher worker as the page sees it: one trace at a time, told in snapshots, kept as it comes so that a shard can be
 * written from any part of it. Files cross as Blobs; snapshots are small copies.
 */
import type { TraceProfile } from '@understudy/trace';
import type { Guesses } from '../../lab/guesses.ts';
import type { Outcome } from '../outcome.ts';

export interface TraceOptions {
  profile: TraceProfile;
  /** Only the first bytes of the file are traced. */
  bytes: number;
  /** Name of the student that reads along; empty for the page's choice. */
  model: string;
}

/** One row of the trace, as far as the page shows it. */
export interface TraceRow {
  position: number;
  symbol: number;
  /** The teacher's probability of the byte that came. */
  probability: number;
  /** The coder's lower bound and range before the byte; absent in profile `target`. */
  coder?: { low: number; range: number };
}

/** What changed since the last snapshot; at most ten a second. */
export interface TraceSnapshot {
  /** Bytes coded so far. */
  position: number;
  /** Ideal code length of all of them, in bits. */
  bits: number;
  /** Time spent, pauses left out. */
  seconds: number;
  /** Bytes of new rows since the last snapshot and what each cost in bits; rows lag a little behind `position`. */
  newBytes: Uint8Array;
  newCosts: Float32Array;
  /** The teacher's best guesses before each of them. */
  newGuesses: Guesses;
  /** The student's view of the same bytes; absent where none could be opened, `studentProblem` then says why. */
  student?: StudentSnapshot;
  studentProblem?: string;
  /** The last byte coded. */
  current: CodedByte;
  /** The last rows, newest last. */
  rows: TraceRow[];
}

export interface StudentSnapshot {
  name: string;
  /** Ideal code length of all bytes so far, in bits. */
  bits: number;
  /** As `newCosts` and `newGuesses`. */
  newCosts: Float32Array;
  newGuesses: Guesses;
  /** Before the byte of `current`. */
  distribution: Float32Array;
}

/** One byte as the teacher saw it. */
export interface CodedByte {
  /** Up to 32 bytes before it. */
  context: Uint8Array;
  symbol: number;
  /** P(next byte), 256 values, before the byte was known. */
  distribution: Float32Array;
  /** The final mixer's weights of the 8 mixers at the byte's first bit. */
  mixerWeights: Float32Array;
  /** Each component's weight through both mixing layers at that bit, in the teacher's order. */
  components: { name: string; weight: number }[];
}

export interface TraceSummary {
  rows: number;
  /** True when all bytes asked for were traced, not stopped before. */
  whole: boolean;
  /** Size of the archive that the teacher makes of these bytes; 0 when stopped. */
  archiveBytes: number;
}

/** What a shard holds, read back from the Parquet file. */
export interface ShardPreview {
  rows: number;
  /** Rows of each row group. */
  groups: number[];
  /** Values of the first row, the first few of long ones. */
  columns: { name: string; type: string; length: number; first: string[] }[];
}

export interface ShardFiles {
  preview: ShardPreview;
  /** Names as docs/TRACE.md §4 has them: `shard_0000.parquet`, `manifest.json`. */
  files: { name: string; blob: Blob }[];
  rows: number;
}

export interface TeacherWorkerApi {
  trace(
    file: File,
    options: TraceOptions,
    onSnapshot: (snapshot: TraceSnapshot) => void,
  ): Promise<Outcome<TraceSummary>>;
  setPaused(paused: boolean): void;
  /** Ends the trace after the current rows; they stay for the shard. */
  stop(): void;
  /** Writes what was traced last as Parquet. */
  writeShard(onProgress: (rows: number, totalRows: number) => void): Promise<Outcome<ShardFiles>>;
}
