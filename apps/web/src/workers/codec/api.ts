/**
 * The codec worker as the page sees it. One job at a time; files and results are Blobs, which cross by reference, so no
 * byte of a file is ever on the main thread.
 */
import type { BlockMethod, EngineName, Level } from '@understudy/codec';
import type { ModelIndexEntry } from '../../models/modelIndex.ts';
import type { Place } from '../../files/places.ts';
import type { Outcome } from '../outcome.ts';

export type EngineChoice = 'auto' | EngineName;

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
  /** `model`: the name of a student, used where the level can; empty for the page's choice. `verify`: decode and compare afterwards. */
  | { task: 'compress'; source: Source; level: Level; verify: boolean; model: string }
  /** An archive of one file becomes that file; one of many is only opened: its files are listed, and extracted as asked for. */
  | { task: 'decompress'; archive: File }
  /** One file of an archive of many, or all; to `place`, or without one into Blobs. */
  | { task: 'extract'; archive: File; path?: string; place?: Place }
  /** Of a damaged archive, all blocks whose checksums hold. */
  | { task: 'recover'; archive: File };

/** What a row of the queue can be about. */
export type Task = Exclude<Job['task'], 'extract'>;

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

/** What an archive of many files holds. */
export interface Listing {
  files: readonly { path: string; size: number }[];
  /** Of all files. */
  bytes: number;
  level: Level;
  /** Paths that differ from another in case or accents alone: some disks take them for one. */
  clashes: number;
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
  /** Of an archive of many that was opened and not yet extracted. */
  listing?: Listing;
  /** That it was compressed at. */
  level?: Level;
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

/** How a student does on one engine of this machine. */
export interface Examination {
  /** `absent`: the student came without parity vectors. */
  parity: 'passed' | 'absent';
  /** Of the student alone: one thread of the CPU, or a GPU that has one block. */
  bytesPerSecond: number;
}

export interface CodecWorkerApi {
  run(
    id: string,
    job: Job,
    engine: EngineChoice,
    report: (progress: JobProgress) => void,
  ): Promise<Outcome<JobResult>>;
  /** Opens a student on an engine, which runs its parity vectors, and measures it. */
  examine(
    id: string,
    model: string,
    engine: EngineName,
    report: (progress: JobProgress) => void,
  ): Promise<Outcome<Examination>>;
  /** Reads and proves a student of the visitor's own, and keeps it in this browser. */
  addModel(files: readonly File[]): Promise<Outcome<ModelIndexEntry>>;
  /** Ends a running job at its next step; its promise then answers with an abort. */
  cancel(id: string): void;
  /** Holds a running job up between two steps, or lets it go on. */
  setPaused(id: string, paused: boolean): void;
}
