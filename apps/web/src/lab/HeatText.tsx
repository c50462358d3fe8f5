/** The text last coded, coloured by what each byte cost: the darker, the more it surprised the teacher. */
import { useMemo, type ReactNode } from 'react';
import styles from './HeatText.module.css';
import panel from './panel.module.css';
import { heatBounds, heatSpans } from './trace.ts';

export function HeatText({ bytes, costs }: { bytes: Uint8Array; costs: Float32Array }): ReactNode {
  const spans = useMemo(() => heatSpans(bytes, costs), [bytes, costs]);
  return (
    <section className={panel.panel}>
      <h2>What surprised it</h2>
      <p className={panel.note}>
        The last {bytes.length.toLocaleString('en-US')} bytes by cost in bits:{' '}
        {[...heatBounds, undefined].map((bound, level) => (
          <span key={level} className={styles.key} data-level={level}>
            {bound === undefined ? `≥ ${heatBounds.at(-1)}` : `< ${bound}`}
          </span>
        ))}
      </p>
      <div className={styles.scroll} role="region" aria-label="Text coloured by cost" tabIndex={0}>
        <div className={styles.text}>
          {spans.map((span, index) => (
            <span key={index} data-level={span.level}>
              {span.text}
            </span>
          ))}
        </div>
      </div>
    </section>
  );
}
