/** A labelled native progress bar; without a value it is indeterminate. */
import type { ReactNode } from 'react';
import styles from './ProgressBar.module.css';

export function ProgressBar({ label, fraction }: { label: string; fraction: number | undefined }): ReactNode {
  return <progress className={styles.bar} aria-label={label} max={1} value={fraction} />;
}
