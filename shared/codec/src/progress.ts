/**
 * What compress and decompress tell while they run: one union for page, worker, terminal and tests. Events are plain
 * objects (they survive `postMessage`); `work` events are throttled to 20 a second at the source, the others are rare.
 */
import type { EngineName } from './engines/engine.ts';

/** How the bytes of a block are kept; docs/FORMAT.md, table "methods". */
export type BlockMethod = 'stored' | 'zstd' | 'student';

export type Progress =
  /** An engine was opened for a student (`reason`: one sentence), or replaced one that was lost (`replaces`). */
  | { type: 'engine'; engine: EngineName; reason: string; replaces?: EngineName }
  /** Position in the original bytes, counting the part of the current block that is done; `total` where it is known. */
  | { type: 'work'; bytesDone: number; bytesTotal?: number; block: number }
  /** A block is finished; `bytesIn` are original bytes, `bytesOut` its payload in the archive. */
  | { type: 'block'; block: number; method: BlockMethod; bytesIn: number; bytesOut: number }
  /** All is done; `blocks` counts blocks by method, `engine` is missing if no student was needed. */
  | {
      type: 'done';
      originalBytes: number;
      archiveBytes: number;
      blocks: Readonly<Record<BlockMethod, number>>;
      engine?: EngineName;
    };

export type OnProgress = (event: Progress) => void;
