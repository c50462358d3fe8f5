/** The keys that do something here, in a dialog: by `?` (never while somebody types) or from the footer. */
import { useEffect, useRef, type ReactNode } from 'react';
import { Button } from '../components/Button.tsx';
import styles from './Shortcuts.module.css';

const shortcuts: [string, string][] = [
  ['Ctrl V', 'in Compress, Compare and the lab: takes files or text from the clipboard'],
  ['Esc', 'cancels the file whose row has the focus'],
  ['← →', 'walk through the points of a chart, and through the text in the lab'],
  ['?', 'shows this list'],
];

export function Shortcuts(): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
      if (event.key === '?' && !typing) dialog.current?.showModal();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <button type="button" className={styles.open} onClick={() => dialog.current?.showModal()}>
        Keyboard
      </button>
      <dialog ref={dialog} className={styles.dialog} aria-label="Keyboard">
        <h2>Keyboard</h2>
        <dl className={styles.keys}>
          {shortcuts.map(([keys, does]) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <Button onClick={() => dialog.current?.close()}>Close</Button>
      </dialog>
    </>
  );
}
