/**
 * Levels: how an archive is cut into blocks and a block into lanes. A function of the level and the bytes alone, never
 * of the engine, so that every machine writes the same archive. docs/FORMAT.md §4 has the same table.
 */

/** Levels this version can write; more names are reserved by the format. */
export type Level = 'fast';

export interface LevelRule {
  /** Number in the archive. */
  readonly id: number;
  /** Original bytes of every block but the last. */
  readonly blockBytes: number;
  /** A lane holds at least about so many bytes: shorter lanes would start cold too often. */
  readonly laneBytes: number;
  readonly maxLanes: number;
}

export const levels: Readonly<Record<Level, LevelRule>> = {
  fast: { id: 0, blockBytes: 4 << 20, laneBytes: 4096, maxLanes: 512 },
};

/** The level with this number in an archive, or undefined. */
export function levelOf(id: number): Level | undefined {
  return (Object.keys(levels) as Level[]).find((level) => levels[level].id === id);
}

/** Number of lanes of a student block of so many original bytes (at least 1). */
export function lanesOf(level: Level, bytes: number): number {
  const { laneBytes, maxLanes } = levels[level];
  return Math.min(Math.max(Math.ceil(bytes / laneBytes), 1), maxLanes);
}
