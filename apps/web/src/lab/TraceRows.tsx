/** The last rows of the trace as a table: what the shard will hold, in short. */
import type { ReactNode } from 'react';
import { formatCount } from '../format/units.ts';
import type { TraceRow } from '../workers/teacher/api.ts';
import styles from './TraceRows.module.css';
import panel from './panel.module.css';
import { costBits, symbolLabel } from './trace.ts';

export function TraceRows({ rows }: { rows: readonly TraceRow[] }): ReactNode {
  return (
    <section className={`${panel.panel} ${panel.wide}`}>
      <h2>Rows</h2>
      <p className={panel.note}>One row a byte; the shard also holds the distributions.</p>
      <div className={styles.scroll} role="region" aria-label="Trace rows" tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">position</th>
              <th scope="col">symbol</th>
              <th scope="col">P(symbol)</th>
              <th scope="col">bits</th>
              <th scope="col">range</th>
            </tr>
          </thead>
          <tbody>
            {rows.toReversed().map((row) => (
              <tr key={row.position}>
                <td>{formatCount(row.position)}</td>
                <td>
                  <code>{symbolLabel(row.symbol)}</code>
                </td>
                <td>{row.probability.toFixed(4)}</td>
                <td>{costBits(row.probability).toFixed(2)}</td>
                <td>
                  <code>{row.coder ? row.coder.range.toString(16).padStart(8, '0') : '–'}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
