/** How many blocks are worked on side by side: as many as there are cores, but not more than memory allows. */
import type { LevelRule } from '../level.ts';

const MiB = 1 << 20;
/** A worker's own heap, its copy of the model, zstd at work. */
const workerBytes = 128 * MiB;

/** Bytes that a block takes while it is worked on: its tables, itself and what is made of it. */
function blockBytes(rule: LevelRule): number {
  return rule.memoryMiB * MiB + 2 * rule.blockBytes;
}

/** At least 1. @param memoryBytes what all blocks in flight may take */
export function threadsFor(rule: LevelRule, cores: number, memoryBytes: number): number {
  return Math.max(1, Math.min(cores, Math.floor(memoryBytes / (workerBytes + blockBytes(rule)))));
}
