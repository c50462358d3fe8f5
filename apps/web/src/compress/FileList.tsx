/** The files of an opened archive, each to be saved alone. */
import type { ReactNode } from 'react';
import { Button } from '../components/Button.tsx';
import { formatBytes } from '../format/units.ts';
import type { OutputFile } from '../workers/codec/api.ts';
import styles from './FileList.module.css';

/** More would make the page slow; the rest is saved with all. */
const mostShown = 500;

export interface FileListProps {
  archive: string;
  files: readonly OutputFile[];
  onSave: (file: OutputFile) => void;
}

export function FileList({ archive, files, onSave }: FileListProps): ReactNode {
  return (
    <div className={styles.frame} role="region" aria-label={`Files in ${archive}`} tabIndex={0}>
      <ul>
        {files.slice(0, mostShown).map((file) => (
          <li key={file.path} className={styles.file}>
            <span className={styles.path} dir="auto">
              {file.path}
            </span>
            <span className={styles.size}>{formatBytes(file.blob.size)}</span>
            <Button kind="quiet" onClick={() => onSave(file)} aria-label={`Save ${file.path}`}>
              Save
            </Button>
          </li>
        ))}
      </ul>
      {files.length === 0 && <p className={styles.rest}>There is no file in this archive.</p>}
      {files.length > mostShown && (
        <p className={styles.rest}>{files.length - mostShown} more; “Save all” takes them too.</p>
      )}
    </div>
  );
}
