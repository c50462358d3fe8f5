/** The byte being coded: what stands before it, what teacher and student expected, side by side, and what came. */
import type { ReactNode } from 'react';
import type { CodedByte, StudentSnapshot } from '../workers/teacher/api.ts';
import styles from './NextByte.module.css';
import panel from './panel.module.css';
import { costBits, symbolLabel, topGuesses } from './trace.ts';

const shownGuesses = 10;

export interface NextByteProps {
  coded: CodedByte;
  student: StudentSnapshot | undefined;
  /** Why no student reads along. */
  problem: string | undefined;
}

export function NextByte({ coded, student, problem }: NextByteProps): ReactNode {
  const { context, symbol, distribution } = coded;
  return (
    <section className={panel.panel}>
      <h2>The byte being coded</h2>
      <p className={panel.note}>
        What each expected before it saw the byte, and what that byte then cost. The student knows what it was
        taught; the teacher knows what it has read of this file.
      </p>
      <p className={styles.context}>
        <span className={styles.before}>{[...context].map(symbolLabel).join('')}</span>
        <span className={styles.came}>{symbolLabel(symbol)}</span>
      </p>
      <div className={styles.sides}>
        <Side who="Teacher" distribution={distribution} came={symbol} />
        {student && (
          <Side who={`Student ${student.name}`} distribution={student.distribution} came={symbol} />
        )}
        {problem !== undefined && <p className={styles.problem}>No student reads along: {problem}.</p>}
      </div>
    </section>
  );
}

function Side({
  who,
  distribution,
  came,
}: {
  who: string;
  distribution: Float32Array;
  came: number;
}): ReactNode {
  const guesses = topGuesses(distribution, came, shownGuesses);
  return (
    <div className={styles.side}>
      <h3>
        {who} <span>{costBits(distribution[came] ?? 0).toFixed(2)} bits</span>
      </h3>
      <Strip distribution={distribution} came={came} />
      <ol className={styles.guesses} aria-label={`What the ${who.toLowerCase()} expected`}>
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
    </div>
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
