/**
 * The codec worker as the page sees it. One job at a time; files and results are Blobs, which cross by reference, so no
 * byte of a file is ever on the main thread.
 */
import type { BlockMethod, EngineName, Level } from '@understudy/codec';
import type { Outcome } from '../outcome.ts';

export type EngineChoice = 'auto' | EngineName;

/** Levels that a released student can do. */
export type PageLevel = Exclude<Level, 'deep'>;

/** Which engine runs and why; the badge says so. */
export interface EngineReport {
  engine: string;
  /** One sentence, as in `There is no WebGPU adapter, so the CPU does it.` */
  reason: string;
  model: string;
  /** Blocks that can be worked on side by side, where the CPU does it and their number is known. */
  threads?: number;
}

/** Files that become one archive; paths are relative and begin with the folder's name. */
export interface Folder {
  name: string;
  /** Of all files. */
  size: number;
  entries: readonly { path: string; file: File }[];
}

export type Source = File | Folder;

export type Job =
  /** `model`: released name, as in `swift-1`; the default one when left out. `verify`: decode and compare afterwards. */
  | { task: 'compress'; source: Source; level: PageLevel; verify: boolean; model?: string }
  | { task: 'decompress'; archive: File }
  /** Of a damaged archive, all blocks whose checksums hold. */
  | { task: 'recover'; archive: File };

export type Task = Job['task'];

/** What a job reports while it runs, at most 20 times a second. */
export type JobProgress =
  | { type: 'model'; loaded: number; total: number }
  | { type: 'engine'; report: EngineReport }
  | { type: 'coding'; bytesIn: number; bytesOut: number; seconds: number }
  | { type: 'verifying'; bytesDone: number; bytesTotal: number };

export interface OutputFile {
  /** Parts joined by `/`; without folders where the archive holds one file. */
  path: string;
  blob: Blob;
}

/** What a recovery could not get. */
export interface LossReport {
  lostBytes: number;
  blocksIntact: number;
  /** Missing where the end of the archive is lost. */
  blocksTotal?: number;
}

export interface JobResult {
  /** The archive, or the files that came out of one. */
  outputs: readonly OutputFile[];
  /** True for the files of an archive of many, however many it holds. */
  many: boolean;
  /** That it was compressed at. */
  level?: PageLevel;
  /** Only after `recover`. */
  lost?: LossReport;
  /** Absent where no engine was needed, or nothing that the student predicted was kept. */
  report?: EngineReport;
  /** Segments of the archive by how they are kept. */
  segments: Readonly<Record<BlockMethod, number>>;
  /** Time of the coding alone, without model download and verification. */
  seconds: number;
  /** True after the output was decoded again and compared byte by byte, or passed its checksums. */
  verified: boolean;
}

export interface CodecWorkerApi {
  run(
    id: string,
    job: Job,
    engine: EngineChoice,
    report: (progress: JobProgress) => void,
  ): Promise<Outcome<JobResult>>;
  /** Ends a running job at its next step; its promise then answers with an abort. */
  cancel(id: string): void;
}
