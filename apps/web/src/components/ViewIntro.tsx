import type { ReactNode } from 'react';
import styles from './ViewIntro.module.css';

/** The head of a view: its title, and in `children` a sentence or two on what it is for. */
export function ViewIntro({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.intro}>
      <h1>{title}</h1>
      <p className={styles.lede}>{children}</p>
    </div>
  );
}
