/** The byte being coded: what stands before it, what the teacher expected, and what came. */
import type { ReactNode } from 'react';
import type { CodedByte } from '../workers/teacher/api.ts';
import styles from './NextByte.module.css';
import panel from './panel.module.css';
import { costBits, symbolLabel, topGuesses } from './trace.ts';

const shownGuesses = 12;

export function NextByte({ coded }: { coded: CodedByte }): ReactNode {
  const { context, symbol, distribution } = coded;
  const guesses = topGuesses(distribution, symbol, shownGuesses);
  const cost = costBits(distribution[symbol] ?? 0);
  return (
    <section className={panel.panel}>
      <h2>The byte being coded</h2>
      <p className={panel.note}>
        What the teacher expected before it saw the byte, and what that byte then cost.
      </p>
      <p className={styles.context}>
        <span className={styles.before}>{[...context].map(symbolLabel).join('')}</span>
        <span className={styles.came}>{symbolLabel(symbol)}</span>
        <span className={styles.cost}>{cost.toFixed(2)} bits</span>
      </p>
      <Strip distribution={distribution} came={symbol} />
      <ol className={styles.guesses}>
        {guesses.map((guess) => (
          <li key={guess.symbol} className={guess.came ? styles.hit : undefined}>
            <code className={styles.symbol}>{symbolLabel(guess.symbol)}</code>
            <span className={styles.track}>
              <span className={styles.fill} style={{ inlineSize: `${100 * guess.probability}%` }} />
            </span>
            <span className={styles.percent}>
              {(100 * guess.probability).toFixed(guess.probability < 0.1 ? 2 : 1)} %
            </span>
            <span className={styles.mark}>{guess.came ? 'came' : ''}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** All 256 probabilities side by side; the square root keeps the small ones visible. */
function Strip({ distribution, came }: { distribution: Float32Array; came: number }): ReactNode {
  const height = 44;
  const bars = [...distribution].map((probability, symbol) => {
    const top = height - Math.sqrt(probability) * height;
    return `M${symbol + 0.5} ${height}V${top.toFixed(1)}`;
  });
  return (
    <figure className={styles.strip}>
      <svg viewBox={`0 0 256 ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={bars.join('')} className={styles.all} />
        <path d={bars[came]} className={styles.one} />
      </svg>
      <figcaption>byte values 0 to 255, square-root scale</figcaption>
    </figure>
  );
}
