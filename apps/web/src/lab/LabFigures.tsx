/** The running figures of a trace: bits per byte of teacher and student, size so far, position, speed. */
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
  const { position, bits, seconds, student } = snapshot;
  const codedBytes = summary?.archiveBytes || Math.ceil(bits / 8);
  const perByte = (all: number): string => (position > 0 ? (all / position).toFixed(3) : '–');
  const figures: [string, string, string][] = [
    ['Teacher, bits per byte', perByte(bits), 'a plain file spends 8'],
    ...(student
      ? [
          ['Student, bits per byte', perByte(student.bits), 'alone, without learning'] as [
            string,
            string,
            string,
          ],
        ]
      : []),
    [
      summary?.archiveBytes ? 'Teacher’s archive' : 'Teacher’s size so far',
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
