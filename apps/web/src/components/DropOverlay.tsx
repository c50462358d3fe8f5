/** The dashed inset outline over the page while files are dragged, saying what a drop will do. */
import type { ReactNode } from 'react';
import styles from './DropOverlay.module.css';

export function DropOverlay({ files, action }: { files: number; action: string }): ReactNode {
  if (files === 0) return null;
  return (
    <div className={styles.overlay} aria-hidden="true">
      <p className={styles.label}>{action}</p>
    </div>
  );
}
