/**
 * The codec worker as the page sees it. One job at a time; files and results are Blobs, which cross by reference, so no
 * byte of a file is ever on the main thread.
 */
import type { BlockMethod } from '@understudy/codec';
import type { Outcome } from '../outcome.ts';

export type EngineChoice = 'auto' | 'ort-webgpu' | 'ort-wasm';

/** Which engine runs and why; the badge says so. */
export interface EngineReport {
  engine: string;
  /** One sentence, as in `There is no WebGPU adapter, so WebAssembly does it.` */
  reason: string;
  model: string;
}

/** What a job reports while it runs, at most 20 times a second. */
export type JobProgress =
  | { type: 'model'; loaded: number; total: number }
  | { type: 'engine'; report: EngineReport }
  | { type: 'coding'; bytesIn: number; bytesOut: number; seconds: number }
  | { type: 'verifying'; bytesDone: number; bytesTotal: number };

export interface JobOptions {
  engine: EngineChoice;
  /** Released name, as in `swift-1`; the default one when left out. Decompression finds its own by id. */
  model?: string;
}

export interface JobResult {
  output: Blob;
  outputName: string;
  /** Absent where no engine was needed: an archive without a block that the student coded. */
  report?: EngineReport;
  /** Blocks of the archive by how they are kept. */
  blocks: Readonly<Record<BlockMethod, number>>;
  /** Time of the coding alone, without model download and verification. */
  seconds: number;
  /** True after the output was decoded again and compared byte by byte, or passed its checksums. */
  verified: boolean;
}

export interface CodecWorkerApi {
  compress(
    job: string,
    file: File,
    options: JobOptions,
    onProgress: (p: JobProgress) => void,
  ): Promise<Outcome<JobResult>>;
  decompress(
    job: string,
    file: File,
    options: JobOptions,
    onProgress: (p: JobProgress) => void,
  ): Promise<Outcome<JobResult>>;
  /** Ends a running job at its next block; its promise then answers with an abort. */
  cancel(job: string): void;
}
