import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { distributionOf } from './student-reader.ts';

it('makes probabilities of logits that sum to one and are those of docs/MODEL.md §5 up to rounding', async () => {
  const path = new URL('../../../../../tests/vectors/exp2.json', import.meta.url);
  const file = JSON.parse(await readFile(path, 'utf8')) as { table?: number[] } | number[];
  const table = Array.isArray(file) ? file : (file.table ?? []);
  expect(table.length).toBe(545);
  const logits = Int16Array.from({ length: 256 }, (_, i) => ((i * 7919) % 900) - 450);
  const found = new Float32Array(256);
  distributionOf(logits, found);
  expect(found.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4);
  const most = Math.max(...logits);
  const weights = Array.from(logits, (logit) => table[Math.min(most - logit, 544)] ?? 0);
  const sum = weights.reduce((a, b) => a + b, 0);
  weights.forEach((weight, i) => {
    const frequency = 1 + Math.floor((weight * 65280) / sum);
    // The rest goes to the largest.
    if (logits[i] !== most)
      expect(Math.abs((found[i] ?? 0) * 65536 - frequency), `symbol ${i}`).toBeLessThan(1.5);
  });
});
