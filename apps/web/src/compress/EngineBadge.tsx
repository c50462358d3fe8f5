/** Names the engine and the model in use, and why it is this engine. */
import type { ReactNode } from 'react';
import type { EngineReport } from '../workers/codec/api.ts';
import styles from './EngineBadge.module.css';
import { badgeText } from './texts.ts';

export function EngineBadge({ report }: { report: EngineReport }): ReactNode {
  return (
    <p className={styles.line}>
      <span className={styles.badge}>{badgeText(report)}</span>
      <span className={styles.reason}>{report.reason}</span>
    </p>
  );
}
