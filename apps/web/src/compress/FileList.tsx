/** The files of an opened archive, each to be saved alone. */
import { useState, type ReactNode } from 'react';
import { Button } from '../components/Button.tsx';
import { formatBytes, formatCount } from '../format/units.ts';
import styles from './FileList.module.css';

/** More rows at once would make the page slow. */
const step = 200;

export interface FileListProps {
  archive: string;
  files: readonly { path: string; size: number }[];
  disabled: boolean;
  onSave: (path: string) => void;
}

export function FileList({ archive, files, disabled, onSave }: FileListProps): ReactNode {
  const [shown, setShown] = useState(step);
  const [wanted, setWanted] = useState('');
  const found =
    wanted === '' ? files : files.filter(({ path }) => path.toLowerCase().includes(wanted.toLowerCase()));
  return (
    <div className={styles.list}>
      {files.length > 12 && (
        <input
          type="search"
          className={styles.search}
          placeholder="Find a file"
          aria-label={`Find a file in ${archive}`}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      )}
      <div className={styles.frame} role="region" aria-label={`Files in ${archive}`} tabIndex={0}>
        <ul>
          {found.slice(0, shown).map(({ path, size }) => (
            <li key={path} className={styles.file}>
              <span className={styles.path} dir="auto">
                {path}
              </span>
              <span className={styles.size}>{formatBytes(size)}</span>
              <Button
                kind="quiet"
                disabled={disabled}
                onClick={() => onSave(path)}
                aria-label={`Save ${path}`}
              >
                Save
              </Button>
            </li>
          ))}
        </ul>
        {found.length === 0 && (
          <p className={styles.rest}>
            {files.length === 0 ? 'There is no file in this archive.' : 'No file has this in its name.'}
          </p>
        )}
        {found.length > shown && (
          <p className={styles.rest}>
            <Button kind="quiet" onClick={() => setShown(shown + step)}>
              Show more ({formatCount(found.length - shown)} left)
            </Button>
          </p>
        )}
      </div>
    </div>
  );
}
