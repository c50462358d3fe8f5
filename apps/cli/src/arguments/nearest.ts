/**
 * "Did you mean …?": the known name closest to a mistyped one, or none when nothing is close enough to help.
 */

/** Edits (insert, drop, replace, swap neighbours) that turn `a` into `b`: optimal string alignment distance. */
export function editDistance(a: string, b: string): number {
  const rows = a.length + 1;
  const columns = b.length + 1;
  const cost = new Uint16Array(rows * columns);
  const at = (i: number, j: number): number => cost[i * columns + j] ?? 0;
  for (let i = 0; i < rows; i++) cost[i * columns] = i;
  for (let j = 0; j < columns; j++) cost[j] = j;
  for (let i = 1; i < rows; i++) {
    for (let j = 1; j < columns; j++) {
      const replace = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replace);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, at(i - 2, j - 2) + 1);
      cost[i * columns + j] = best;
    }
  }
  return at(a.length, b.length);
}

/** The candidate nearest to `name` within a third of its length (at least one edit), or undefined. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(name.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const isBeginning = name.length >= 3 && candidate.startsWith(name);
    const distance = isBeginning ? 1 : editDistance(name.toLowerCase(), candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
