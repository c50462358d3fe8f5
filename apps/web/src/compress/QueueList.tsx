/** The rows of the queue, a page of them at a time where there are thousands, and the line that sums them up. */
import { useState, type ReactNode } from 'react';
import { Button } from '../components/Button.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { formatBytes, formatCount, formatDuration } from '../format/units.ts';
import { isActive, isFinished, progressOf, queueSecondsLeft, totals, type Queue } from './queue.ts';
import styles from './QueueList.module.css';
import { QueueRow, type RowActions } from './QueueRow.tsx';
import { progressText, savingText } from './texts.ts';

export const rowsPerPage = 100;

export interface QueueListProps {
  queue: Queue;
  actions: RowActions;
  onCancelAll: () => void;
  onSaveAll: () => void;
  onClear: () => void;
}

export function QueueList({ queue, actions, onCancelAll, onSaveAll, onClear }: QueueListProps): ReactNode {
  const { items } = queue;
  const [chosen, setChosen] = useState<number>();
  const pages = Math.ceil(items.length / rowsPerPage);
  // Until somebody turns pages, the one that shows what is under way.
  const active = items.findIndex((item) => isActive(item.state));
  const page = Math.min(chosen ?? Math.max(0, Math.floor(active / rowsPerPage)), pages - 1);
  const first = page * rowsPerPage;
  return (
    <section className={styles.queue} aria-label="Files">
      {items.length > 1 && <Overall queue={queue} onCancelAll={onCancelAll} />}
      <ul>
        {items.slice(first, first + rowsPerPage).map((item) => (
          <QueueRow key={item.id} item={item} actions={actions} />
        ))}
      </ul>
      {pages > 1 && (
        <nav className={styles.pages} aria-label="Pages of the list">
          <Button kind="quiet" disabled={page === 0} onClick={() => setChosen(page - 1)}>
            Earlier
          </Button>
          <span>
            {formatCount(first + 1)}–{formatCount(Math.min(items.length, first + rowsPerPage))} of{' '}
            {formatCount(items.length)}
          </span>
          <Button kind="quiet" disabled={page >= pages - 1} onClick={() => setChosen(page + 1)}>
            Later
          </Button>
        </nav>
      )}
      <Summary queue={queue} onSaveAll={onSaveAll} onClear={onClear} />
    </section>
  );
}

/** How far the whole queue is, while it is on its way. */
function Overall({ queue, onCancelAll }: { queue: Queue; onCancelAll: () => void }): ReactNode {
  const progress = progressOf(queue);
  if (queue.items.every((item) => isFinished(item.state))) return null;
  const left = queueSecondsLeft(queue);
  return (
    <div className={styles.overall}>
      <p>
        {progressText(progress)}
        {left !== undefined && `, ${formatDuration(left)} left`}
      </p>
      <Button kind="quiet" onClick={onCancelAll}>
        Cancel all
      </Button>
      <ProgressBar
        label="Progress of all files"
        fraction={progress.bytesTotal > 0 ? progress.bytesDone / progress.bytesTotal : undefined}
      />
    </div>
  );
}

function Summary({
  queue,
  onSaveAll,
  onClear,
}: Pick<QueueListProps, 'queue' | 'onSaveAll' | 'onClear'>): ReactNode {
  const sum = totals(queue, 'compress');
  const { failed } = progressOf(queue);
  const savable = queue.items.filter(({ state }) => state.is === 'done' && state.result.outputs.length > 0);
  if (!queue.items.some((item) => isFinished(item.state))) return null;
  return (
    <div className={styles.summary}>
      <p>
        {sum.files > 1 &&
          `${formatCount(sum.files)} files: ${formatBytes(sum.bytesIn)} → ${formatBytes(sum.bytesOut)}, ${savingText(sum.bytesIn, sum.bytesOut)}`}
        {failed > 0 && queue.items.length > 1 && (
          <span className={styles.failed}>
            {sum.files > 1 && ' · '}
            {formatCount(failed)} failed
          </span>
        )}
      </p>
      <div className={styles.summaryActions}>
        {savable.length > 1 && <Button onClick={onSaveAll}>Save all ({formatCount(savable.length)})</Button>}
        <Button kind="quiet" onClick={onClear}>
          Clear finished
        </Button>
      </div>
    </div>
  );
}
