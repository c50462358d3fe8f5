/** An opened archive of many files: what it holds, and how saving some of it goes. */
import type { ReactNode } from 'react';
import { Button } from '../components/Button.tsx';
import { Notice } from '../components/Notice.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import type { Listing } from '../workers/codec/api.ts';
import styles from './ArchiveFiles.module.css';
import { FileList } from './FileList.tsx';
import type { QueueItem } from './queue.ts';
import type { RowActions } from './QueueRow.tsx';
import { extractionText } from './texts.ts';

export interface ArchiveFilesProps {
  item: QueueItem;
  listing: Listing;
  actions: RowActions;
}

export function ArchiveFiles({ item, listing, actions }: ArchiveFilesProps): ReactNode {
  const { extraction, file, id } = item;
  return (
    <div className={styles.files}>
      <FileList
        archive={file.name}
        files={listing.files}
        disabled={extraction?.is === 'running'}
        onSave={(path) => actions.extract(item, path)}
      />
      {listing.clashes > 0 && (
        <Notice
          tone="warn"
          title={`${listing.clashes} of these names differ from another in capitals or accents alone`}
        >
          On a disk that takes them for one name, save them one by one under names of your own.
        </Notice>
      )}
      {extraction?.is === 'running' && (
        <div className={styles.running}>
          <p>{extractionText(extraction)}</p>
          <Button onClick={() => actions.cancelExtraction(id)} aria-label={`Stop saving ${extraction.what}`}>
            Stop
          </Button>
          <ProgressBar label={`Saving ${extraction.what}`} fraction={extraction.fraction} />
        </div>
      )}
      {extraction?.is === 'saved' && <p className={styles.saved}>{extractionText(extraction)}</p>}
      {extraction?.is === 'failed' && (
        <Notice tone="bad" title={extraction.error.message} code={extraction.error.code} />
      )}
    </div>
  );
}
