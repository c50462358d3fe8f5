/** Weights as bars from a zero line, since they may be negative, each with its name and figure. */
import type { ReactNode } from 'react';
import panel from './panel.module.css';
import styles from './Weights.module.css';

export interface WeightsProps {
  title: string;
  note: string;
  weights: readonly { name: string; weight: number }[];
}

export function Weights({ title, note, weights }: WeightsProps): ReactNode {
  const highest = Math.max(1e-6, ...weights.map(({ weight }) => weight));
  const lowest = Math.min(0, ...weights.map(({ weight }) => weight));
  const span = highest - lowest;
  const zero = (100 * -lowest) / span;
  return (
    <section className={panel.panel}>
      <h2>{title}</h2>
      <p className={panel.note}>{note}</p>
      <ol className={styles.bars}>
        {weights.map(({ name, weight }) => {
          const width = (100 * Math.abs(weight)) / span;
          return (
            <li key={name}>
              <span className={styles.name}>{name}</span>
              <span className={styles.track}>
                <span
                  className={weight < 0 ? styles.negative : styles.positive}
                  style={{
                    insetInlineStart: `${weight < 0 ? zero - width : zero}%`,
                    inlineSize: `${width}%`,
                  }}
                />
                {lowest < 0 && <span className={styles.zero} style={{ insetInlineStart: `${zero}%` }} />}
              </span>
              <span className={styles.value}>{weight.toFixed(3)}</span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
