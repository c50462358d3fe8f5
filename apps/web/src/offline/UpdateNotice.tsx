/** Says that a new version of the page waits; nothing happens until it is asked for. */
import { useState, type ReactNode } from 'react';
import { Button } from '../components/Button.tsx';
import { Notice } from '../components/Notice.tsx';
import { useStore } from '../state/store.ts';
import { applyUpdate, offlineStore } from './updates.ts';
import styles from './UpdateNotice.module.css';

export function UpdateNotice(): ReactNode {
  const { update } = useStore(offlineStore);
  const [later, setLater] = useState(false);
  if (!update || later) return null;
  return (
    <div className={styles.update}>
      <Notice tone="info" title="A new version of this page is ready">
        <p>It starts when you reload. What is in the list and not saved is lost then.</p>
        <div className={styles.choices}>
          <Button onClick={applyUpdate}>Reload now</Button>
          <Button kind="quiet" onClick={() => setLater(true)}>
            Later
          </Button>
        </div>
      </Notice>
    </div>
  );
}
