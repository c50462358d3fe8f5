/** The rivals worker: other compressors, really run, one at a time so that none slows another. */
import type { Outcome } from '../outcome.ts';

export type RivalId = 'gzip' | 'zstd' | 'brotli' | 'xz';

export const rivalIds: readonly RivalId[] = ['gzip', 'zstd', 'brotli', 'xz'];

export interface Measurement {
  compressedBytes: number;
  /** Best of `runs`, after the module was loaded and warmed up. */
  compressSeconds: number;
  decompressSeconds: number;
  runs: number;
}

export interface RivalsWorkerApi {
  /** Compresses and decompresses `file`, checks that the bytes come back, and times both. */
  measure(rival: RivalId, file: Blob): Promise<Outcome<Measurement>>;
}
