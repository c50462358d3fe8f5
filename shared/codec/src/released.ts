/**
 * Which of several released students a level compresses with where nobody names one: the newest of the first family it prefers
 * that is there. Released students are called FAMILY-NUMBER. Archives name theirs, so what is newest never matters to a decoder.
 */
import type { LevelRule } from './level.ts';

/**
 * @param names of the students there are, in any order; names of another form are never chosen
 * @returns one of them, undefined where none is of a family of the level
 */
export function releasedFor({ families }: LevelRule, names: readonly string[]): string | undefined {
  for (const family of families) {
    const numbered = names
      .map((name) => ({ name, number: Number(new RegExp(`^${family}-([1-9]\\d*)$`).exec(name)?.[1] ?? 0) }))
      .filter(({ number }) => number > 0)
      .sort((a, b) => a.number - b.number);
    const newest = numbered.at(-1);
    if (newest !== undefined) return newest.name;
  }
  return undefined;
}
