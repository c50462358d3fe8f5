/** The running figures of a trace: position, bits per byte, size so far, speed. */
import type { ReactNode } from 'react';
import { formatBytes, formatCount, formatPercent, formatSpeed } from '../format/units.ts';
import type { TraceSnapshot, TraceSummary } from '../workers/teacher/api.ts';
import styles from './LabFigures.module.css';

export interface LabFiguresProps {
  snapshot: TraceSnapshot;
  summary: TraceSummary | undefined;
  totalBytes: number;
}

export function LabFigures({ snapshot, summary, totalBytes }: LabFiguresProps): ReactNode {
  const { position, bits, seconds } = snapshot;
  const codedBytes = summary?.archiveBytes || Math.ceil(bits / 8);
  const figures: [string, string, string][] = [
    ['Bits per byte', position > 0 ? (bits / position).toFixed(3) : '–', 'a plain file spends 8'],
    [
      summary?.archiveBytes ? 'Archive' : 'Size so far',
      formatBytes(codedBytes),
      `${formatPercent(codedBytes, position)} of ${formatBytes(position)}`,
    ],
    ['Position', formatCount(position), `of ${formatCount(totalBytes)} bytes`],
    ['Speed', formatSpeed(position / seconds), 'while tracing; plain coding is faster'],
  ];
  return (
    <dl className={styles.figures}>
      {figures.map(([name, value, note]) => (
        <div key={name} className={styles.figure}>
          <dt>{name}</dt>
          <dd className={styles.value}>{value}</dd>
          <dd className={styles.note}>{note}</dd>
        </div>
      ))}
    </dl>
  );
}
