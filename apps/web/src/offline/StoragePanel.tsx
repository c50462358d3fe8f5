/** What is kept in this browser, with sizes and a way to clear it; and what this page may and may not use here. */
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { Button } from '../components/Button.tsx';
import { formatBytes } from '../format/units.ts';
import { useStore } from '../state/store.ts';
import { clearDownloads, readKept, type Kept } from './storage.ts';
import styles from './StoragePanel.module.css';
import { offlineStore } from './updates.ts';

const names: Record<Kept['kind'], string> = {
  page: 'This page with its own engine',
  engines: 'Engines and libraries used so far',
  models: 'Students',
  own: 'Students of your own',
};

/** @param changes changes when something was added or removed */
export function StoragePanel({ changes, onCleared }: { changes: unknown; onCleared: () => void }): ReactNode {
  const [kept, setKept] = useState<Kept[]>();
  const { worker } = useStore(offlineStore);
  const read = useCallback(() => void readKept().then(setKept), []);
  useEffect(read, [read, changes, worker]);
  const clearable = (kept ?? []).filter(
    ({ kind, bytes }) => (kind === 'engines' || kind === 'models') && bytes > 0,
  );
  const clear = (): void => void clearDownloads().then(read).then(onCleared);
  return (
    <section className={styles.panel} aria-label="Kept in this browser">
      <h2>Kept in this browser</h2>
      <p className={styles.note}>{offlineText[worker]}</p>
      {kept && (
        <dl className={styles.sizes}>
          {kept.map(({ kind, bytes }) => (
            <div key={kind}>
              <dt>{names[kind]}</dt>
              <dd>{bytes > 0 ? formatBytes(bytes) : 'nothing'}</dd>
            </div>
          ))}
        </dl>
      )}
      {clearable.length > 0 && (
        <Button onClick={clear}>
          Clear engines and students ({formatBytes(clearable.reduce((sum, { bytes }) => sum + bytes, 0))})
        </Button>
      )}
      <p className={styles.note}>
        {crossOriginIsolated
          ? `Threads: up to ${navigator.hardwareConcurrency}.`
          : 'This host does not send the headers COOP and COEP, so memory cannot be shared between threads: ONNX Runtime runs on one. The page’s own engine does not need it.'}
      </p>
    </section>
  );
}

const offlineText = {
  unknown: 'Getting ready for use without a network…',
  ready: 'The page works without a network, and can be installed. A student is kept from its first use on.',
  unsupported: 'This browser, or this host, does not let the page work without a network.',
} as const;
