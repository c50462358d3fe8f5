import { describe, expect, it } from 'vitest';
import { costBits, heatLevel, heatSpans, symbolLabel, topGuesses } from './trace.ts';

describe('lab', () => {
  it('counts cost in bits and stays finite', () => {
    expect(costBits(0.25)).toBe(2);
    expect(costBits(1)).toBe(0);
    expect(costBits(0)).toBe(32);
  });

  it('labels every byte with something to see', () => {
    expect([0, 9, 10, 32, 65, 127, 226].map(symbolLabel)).toEqual(['00', '⇥', '⏎', '␣', 'A', '7F', 'E2']);
  });

  it('shows the best guesses and always the byte that came', () => {
    const distribution = new Float32Array(256).fill(0.001);
    distribution[101] = 0.5;
    distribution[97] = 0.2;
    expect(topGuesses(distribution, 101, 2).map((guess) => [guess.symbol, guess.came])).toEqual([
      [101, true],
      [97, false],
    ]);
    expect(topGuesses(distribution, 200, 2).map((guess) => [guess.symbol, guess.came])).toEqual([
      [101, false],
      [200, true],
    ]);
  });

  it('colours by cost and joins neighbours of one colour', () => {
    const bytes = new TextEncoder().encode('abcd');
    const spans = heatSpans(bytes, Float32Array.of(0.1, 0.2, 9, 9));
    expect(spans).toEqual([
      { text: 'ab', level: 0 },
      { text: 'cd', level: 5 },
    ]);
    expect([0, 0.5, 1.5, 3, 5, 30].map(heatLevel)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('keeps characters of several bytes whole, with their mean cost, and survives bytes that are no text', () => {
    const bytes = new TextEncoder().encode('é€😀');
    expect(heatSpans(bytes, new Float32Array(9).fill(3))).toEqual([{ text: 'é€😀', level: 3 }]);
    expect(heatSpans(Uint8Array.of(0xe2, 0x41, 0xff, 0x82), new Float32Array(4))[0]?.text).toBe('·A··');
  });
});
