/** The best guesses before each byte, kept small: for the text in which one points at a byte. */

export const shownGuesses = 3;

/** `shownGuesses` for each byte, best first. */
export interface Guesses {
  symbols: Uint8Array;
  probabilities: Float32Array;
}

/** Puts the most probable symbols of a distribution (256 values from `offset` on) into the guesses of byte `at`. */
export function topOf(distribution: ArrayLike<number>, into: Guesses, at: number, offset = 0): void {
  const base = at * shownGuesses;
  for (let rank = 0; rank < shownGuesses; rank++) into.probabilities[base + rank] = -1;
  for (let symbol = 0; symbol < 256; symbol++) {
    const probability = distribution[offset + symbol] ?? 0;
    let rank = shownGuesses;
    while (rank > 0 && probability > (into.probabilities[base + rank - 1] ?? 0)) rank--;
    if (rank === shownGuesses) continue;
    for (let below = shownGuesses - 1; below > rank; below--) {
      into.symbols[base + below] = into.symbols[base + below - 1] ?? 0;
      into.probabilities[base + below] = into.probabilities[base + below - 1] ?? 0;
    }
    into.symbols[base + rank] = symbol;
    into.probabilities[base + rank] = probability;
  }
}

export function emptyGuesses(): Guesses {
  return { symbols: new Uint8Array(0), probabilities: new Float32Array(0) };
}

/** The guesses before bytes `from` … `to` - 1; a copy. */
export function guessesBetween({ symbols, probabilities }: Guesses, from: number, to: number): Guesses {
  return {
    symbols: symbols.slice(from * shownGuesses, to * shownGuesses),
    probabilities: probabilities.slice(from * shownGuesses, to * shownGuesses),
  };
}

export interface Guess {
  symbol: number;
  probability: number;
}

export function guessesAt({ symbols, probabilities }: Guesses, at: number): Guess[] {
  const base = at * shownGuesses;
  return Array.from({ length: shownGuesses }, (_, rank) => ({
    symbol: symbols[base + rank] ?? 0,
    probability: probabilities[base + rank] ?? 0,
  }));
}
