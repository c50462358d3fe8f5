/** The rivals worker: other compressors, really run, one at a time so that none slows another. */
import type { Outcome } from '../outcome.ts';

/** `teacher`: the teacher itself, by its own archive. */
export type RivalId = 'gzip' | 'zstd' | 'brotli' | 'bzip2' | 'xz' | 'teacher';

export interface Measurement {
  compressedBytes: number;
  /** Of each run, after the module was loaded and warmed up; as many of one as of the other, at least one. */
  compressSeconds: readonly number[];
  decompressSeconds: readonly number[];
}

export interface RivalsWorkerApi {
  /** Compresses and decompresses `file`, checks that the bytes come back, and times both. */
  measure(rival: RivalId, file: Blob): Promise<Outcome<Measurement>>;
}
