import { expect, it } from 'vitest';
import { guessesAt, guessesBetween, topOf, type Guesses } from './guesses.ts';

it('keeps the three best of each byte in order, the lower symbol first on ties', () => {
  const guesses: Guesses = { symbols: new Uint8Array(6), probabilities: new Float32Array(6) };
  const distribution = new Float32Array(512);
  distribution.set([0.1, 0.4, 0.1, 0.4], 10);
  distribution[256 + 255] = 1;
  topOf(distribution, guesses, 0);
  topOf(distribution, guesses, 1, 256);
  expect(guessesAt(guesses, 0).map(({ symbol }) => symbol)).toEqual([11, 13, 10]);
  expect(guessesAt(guesses, 1)[0]).toEqual({ symbol: 255, probability: 1 });
  expect(guessesAt(guessesBetween(guesses, 1, 2), 0)[0]?.symbol).toBe(255);
});
