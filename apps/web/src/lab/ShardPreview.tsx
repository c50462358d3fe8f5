/** What is in the shard that was saved, as a reader finds it: its columns and the first row. */
import type { ReactNode } from 'react';
import { formatCount, formatRows } from '../format/units.ts';
import type { ShardPreview } from '../workers/teacher/api.ts';
import styles from './TraceRows.module.css';

export function ShardPreviewTable({ preview }: { preview: ShardPreview }): ReactNode {
  const { rows, groups, columns } = preview;
  return (
    <details className={styles.preview}>
      <summary className={styles.summary}>
        What it holds, read back: {columns.length} columns, {formatRows(rows)} in{' '}
        {groups.length === 1 ? 'one row group' : `${groups.length} row groups`}
      </summary>
      <div className={styles.scroll} role="region" aria-label="Columns of the shard" tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col" className={styles.text}>
                column
              </th>
              <th scope="col" className={styles.text}>
                type
              </th>
              <th scope="col">values a row</th>
              <th scope="col" className={styles.text}>
                first row
              </th>
            </tr>
          </thead>
          <tbody>
            {columns.map(({ name, type, length, first }) => (
              <tr key={name}>
                <th scope="row" className={styles.text}>
                  <code>{name}</code>
                </th>
                <td className={styles.text}>{type}</td>
                <td>{formatCount(length)}</td>
                <td className={styles.text}>
                  <code>
                    {first.join(' ')}
                    {length > first.length && ' …'}
                  </code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
