/**
 * When zstd at its full strength is worth its time: it runs at about 2.5 MB/s, on everything. So a quick level shows
 * first what zstd can do, and the full one runs only where it could still be the smallest. docs/FORMAT.md has these rules as
 * notes for encoders; they depend on the bytes alone, in exact numbers, so that every machine decides alike.
 */
import type { SegmentKind } from '../router/types.ts';

/** Level of the quick look: 30 … 40 MB/s. */
export const quickZstdLevel = 9;
/** Level of what is kept. */
export const fullZstdLevel = 19;

/** Up to here zstd's own choice of parameters makes its levels differ more than elsewhere, and all is quick. */
const smallBytes = 131072;

/**
 * False where the full level cannot matter, because `best` bytes are fewer than it ever makes out of what the quick level
 * leaves. Of the quick level's bytes it left at least 86 % on texts, 79 % on other files, and 55 % on small ones.
 */
export function fullZstdCanWin(kind: SegmentKind, bytes: number, best: number, quick: number): boolean {
  if (bytes <= smallBytes) return best * 2 > quick;
  return kind === 'text' ? best * 8 > quick * 7 : best * 5 > quick * 4;
}

/** Whole blocks are tried as one zstd frame where their segments together need more than this quick level's part. */
export function wholeZstdCanWin(segmentsTotal: number, quick: number): boolean {
  return segmentsTotal * 5 > quick * 4;
}
