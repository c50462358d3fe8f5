/**
 * Levels: how an archive is cut into blocks, a segment into lanes, and what predicts its bytes. A function of the level and
 * the bytes alone, never of the engine, so that every machine writes the same archive. docs/FORMAT.md has the same table.
 */

import type { Method } from './container/format.ts';

export type LevelNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
/** A name stands for the last number that has it. */
export type Level = 'fast' | 'deep' | 'balanced' | 'best' | 'teacher';

/** Methods of a level for what is worth a model's time. */
export type ModelMethod = 'student' | 'blend' | 'teacher';

export interface LevelRule {
  /** Number in the archive and on the command line. */
  readonly number: LevelNumber;
  readonly name: Level;
  readonly method: ModelMethod;
  /** Original bytes of every block but the last. */
  readonly blockBytes: number;
  /** A lane holds at least about so many bytes: shorter lanes would start cold too often. */
  readonly laneBytes: number;
  readonly mostLanes: number;
  /** Size of the method's tables, binary logarithm of bytes; 0: the method's own. */
  readonly memoryLog2: number;
  /** What a decoder of one block needs at most; archives declare it. */
  readonly memoryMiB: number;
  /** Families of released students (released.ts), the one to compress with first. */
  readonly families: readonly string[];
  /** Architecture that the student must have; any where missing. */
  readonly architecture?: string;
}

const MiB = 1 << 20;

export const levelRules: readonly LevelRule[] = [
  rule(1, 'fast', 'student', 4 * MiB, 4096, 512, 0, 160),
  rule(2, 'fast', 'student', 4 * MiB, 16384, 128, 0, 160),
  { ...rule(3, 'deep', 'student', 4 * MiB, 4096, 512, 0, 160, ['deep']), architecture: 'deep' },
  rule(4, 'balanced', 'blend', 4 * MiB, 16384, 256, 0, 160),
  rule(5, 'balanced', 'blend', 4 * MiB, 65536, 64, 0, 160),
  rule(6, 'best', 'teacher', 16 * MiB, 65536, 4, 0, 384, ['deep', 'swift']),
  rule(7, 'best', 'teacher', 16 * MiB, 65536, 2, 0, 384, ['deep', 'swift']),
  rule(8, 'best', 'teacher', 16 * MiB, 65536, 1, 0, 384, ['deep', 'swift']),
  rule(9, 'teacher', 'teacher', 64 * MiB, 65536, 1, 28, 640, ['deep', 'swift']),
];

function rule(
  number: LevelNumber,
  name: Level,
  method: ModelMethod,
  blockBytes: number,
  laneBytes: number,
  mostLanes: number,
  memoryLog2: number,
  memoryMiB: number,
  families: readonly string[] = ['swift'],
): LevelRule {
  return { number, name, method, blockBytes, laneBytes, mostLanes, memoryLog2, memoryMiB, families };
}

export const levelNames: readonly Level[] = ['fast', 'deep', 'balanced', 'best', 'teacher'];

export const defaultLevel: LevelNumber = 5;

/** The rule of a number, or of a name's last number; undefined where there is none. */
export function ruleOf(level: Level | LevelNumber): LevelRule;
export function ruleOf(level: Level | number): LevelRule | undefined;
export function ruleOf(level: Level | number): LevelRule | undefined {
  return levelRules.findLast(({ number, name }) => number === level || name === level);
}

/** Records and machine code gain more from one memory than from a place on a GPU: few lanes. */
const binaryLanes = { laneBytes: 65536, mostLanes: 8 } as const;

/** Number of lanes of a segment of so many original bytes: at least 1, but 0 for methods that have none. */
export function lanesOf(rule: LevelRule, bytes: number, method: Method): number {
  if (method === 'stored' || method === 'zstd' || method === 'runs') return 0;
  const binary = method === 'binary';
  const laneBytes = binary ? binaryLanes.laneBytes : rule.laneBytes;
  const mostLanes = binary ? Math.min(binaryLanes.mostLanes, rule.mostLanes) : rule.mostLanes;
  return Math.min(Math.max(Math.ceil(bytes / laneBytes), 1), mostLanes);
}
