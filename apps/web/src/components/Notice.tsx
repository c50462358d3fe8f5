/** A message that stands where it belongs: what happened, its code, what can be done. Errors are announced as alerts. */
import type { ReactNode } from 'react';
import styles from './Notice.module.css';

export type Tone = 'info' | 'good' | 'warn' | 'bad';

export interface NoticeProps {
  tone: Tone;
  title: string;
  /** Stable error code, shown small and copyable. */
  code?: string;
  children?: ReactNode;
}

export function Notice({ tone, title, code, children }: NoticeProps): ReactNode {
  return (
    <div className={`${styles.notice} ${styles[tone]}`} role={tone === 'bad' ? 'alert' : undefined}>
      <p className={styles.title}>{title}</p>
      {children !== undefined && <div className={styles.body}>{children}</div>}
      {code !== undefined && <code className={styles.code}>{code}</code>}
    </div>
  );
}
