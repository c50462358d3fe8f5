/**
 * What compress and decompress tell while they run: one union for page, worker, terminal and tests. Events are plain
 * objects (they survive `postMessage`); `work` events are throttled to 20 a second at the source, the others are rare.
 */
import type { Method } from './container/format.ts';
import type { EngineName } from './engines/engine.ts';

/** How bytes are kept; docs/FORMAT.md, table "methods". */
export type BlockMethod = Method;

/** A segment in figures. */
export interface SegmentFigures {
  readonly method: Method;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export type Progress =
  /** An engine was opened for a student (`reason`: one sentence), or replaced one that was lost (`replaces`). */
  | { type: 'engine'; engine: EngineName; reason: string; replaces?: EngineName }
  /** Original bytes that are done, in whatever blocks; never fewer than before. `bytesTotal` where it is known. */
  | { type: 'work'; bytesDone: number; bytesTotal?: number }
  /** A block is finished, in order; `bytesIn` are original bytes, `bytesOut` those of its payloads in the archive. */
  | { type: 'block'; block: number; bytesIn: number; bytesOut: number; segments: readonly SegmentFigures[] }
  /** All is done; `segments` counts segments by method, `engine` is missing if no model was needed. */
  | {
      type: 'done';
      originalBytes: number;
      archiveBytes: number;
      blocks: number;
      segments: Readonly<Record<Method, number>>;
      engine?: EngineName;
    };

export type OnProgress = (event: Progress) => void;
