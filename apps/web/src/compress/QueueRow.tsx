/** One file of the queue: what it is, how far it is, what it became, and what can be done with it. */
import { memo, useId, type ReactNode } from 'react';
import { Button } from '../components/Button.tsx';
import { Notice } from '../components/Notice.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { formatBytes } from '../format/units.ts';
import { ArchiveFiles } from './ArchiveFiles.tsx';
import { EngineBadge } from './EngineBadge.tsx';
import { canRecover, isActive, itemFraction, outputBytes, type QueueItem } from './queue.ts';
import styles from './QueueRow.module.css';
import { methodText, sampleMeaning, savingText, statusText, studentSegments } from './texts.ts';

/** What a row can ask for; the same object always, so that rows that did not change are not drawn again. */
export interface RowActions {
  cancel(id: string): void;
  pause(id: string, paused: boolean): void;
  retry(id: string): void;
  remove(id: string): void;
  recover(id: string): void;
  /** All that the row made. */
  save(item: QueueItem): void;
  /** One file of an opened archive, or all. */
  extract(item: QueueItem, path?: string): void;
  cancelExtraction(id: string): void;
}

export interface QueueRowProps {
  item: QueueItem;
  actions: RowActions;
}

export const QueueRow = memo(function QueueRow({ item, actions }: QueueRowProps): ReactNode {
  const { id, state, file } = item;
  const nameId = useId();
  const active = isActive(state);
  const report = 'report' in state ? state.report : state.is === 'done' ? state.result.report : undefined;
  const result = state.is === 'done' ? state.result : undefined;
  const method =
    result && item.task === 'compress' && file.size > 0 ? methodText(result.segments) : undefined;
  return (
    <li
      className={styles.row}
      data-state={state.is}
      aria-labelledby={nameId}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && (active || state.is === 'queued')) actions.cancel(id);
      }}
    >
      <div className={styles.head}>
        <div className={styles.names}>
          <h2 id={nameId} className={styles.name} dir="auto" title={file.name}>
            {file.name}
          </h2>
          <p className={styles.status}>{statusText(item)}</p>
        </div>
        <Sizes item={item} />
        <Actions item={item} actions={actions} />
      </div>
      {active && <ProgressBar label={`Progress of ${file.name}`} fraction={itemFraction(item)} />}
      {report && <EngineBadge report={report} />}
      {state.is === 'failed' && (
        <Notice tone="bad" title={state.error.message} code={state.error.code}>
          {state.error.code === 'UST_MODEL_UNKNOWN' && (
            <p>
              If it is a student of your own, load its files under <a href="/models">Models</a>.
            </p>
          )}
          {state.error.code === 'UST_ENGINE' && <p>Under “Engine” above, choose “Best for this device”.</p>}
          {canRecover(item) && (
            <Button onClick={() => actions.recover(id)} aria-label={`Recover what is left of ${file.name}`}>
              Recover what is left
            </Button>
          )}
        </Notice>
      )}
      {result?.listing && <ArchiveFiles item={item} listing={result.listing} actions={actions} />}
      {method && <p className={styles.status}>{method}</p>}
      {result && item.sample && studentSegments(result.segments) > 0 && (
        <Notice tone="good" title="What this means">
          {sampleMeaning(file.size, outputBytes(result), result.segments)}
        </Notice>
      )}
    </li>
  );
});

function Actions({ item, actions }: QueueRowProps): ReactNode {
  const { id, state, file, paused } = item;
  const { name } = file;
  const active = isActive(state);
  const waiting = state.is === 'queued';
  // Remove stands first: whatever takes Cancel's place when a job ends under the pointer must lose nothing.
  return (
    <div className={styles.actions}>
      {!active && !waiting && (
        <Button
          key="remove"
          kind="quiet"
          onClick={(event) => {
            // The focus must not fall to nowhere with the row.
            const own = event.currentTarget.closest('li');
            const next = own?.nextElementSibling ?? own?.previousElementSibling;
            actions.remove(id);
            next?.querySelector('button')?.focus();
          }}
          aria-label={`Remove ${name} from the list`}
        >
          Remove
        </Button>
      )}
      {active && (
        <Button
          key="pause"
          onClick={() => actions.pause(id, !paused)}
          aria-label={`${paused ? 'Resume' : 'Pause'} ${name}`}
        >
          {paused ? 'Resume' : 'Pause'}
        </Button>
      )}
      {(active || waiting) && (
        <Button key="cancel" onClick={() => actions.cancel(id)} aria-label={`Cancel ${name}`}>
          Cancel
        </Button>
      )}
      {(state.is === 'failed' || state.is === 'cancelled') && (
        <Button key="retry" onClick={() => actions.retry(id)} aria-label={`Try ${name} again`}>
          Try again
        </Button>
      )}
      {state.is === 'done' && state.result.outputs.length > 0 && (
        <Button
          key="save"
          kind="primary"
          onClick={() => actions.save(item)}
          aria-label={`Save ${state.result.outputs.length > 1 ? `all files of ${name}` : state.result.outputs[0]?.path}`}
        >
          {state.saved ? 'Save again' : state.result.outputs.length > 1 ? 'Save all' : 'Save'}
        </Button>
      )}
      {state.is === 'done' && (state.result.listing?.files.length ?? 0) > 0 && (
        <Button
          key="extract"
          kind="primary"
          disabled={item.extraction?.is === 'running'}
          onClick={() => actions.extract(item)}
          aria-label={`Save all files of ${name}`}
        >
          Save all
        </Button>
      )}
    </div>
  );
}

function Sizes({ item }: { item: QueueItem }): ReactNode {
  const { state, file } = item;
  const result = state.is === 'done' ? state.result : undefined;
  const made = result && (result.listing?.bytes ?? outputBytes(result));
  return (
    <p className={styles.sizes}>
      <span>
        {formatBytes(file.size)}
        {made !== undefined && (
          <>
            <span aria-label="became"> → </span>
            <strong>{formatBytes(made)}</strong>
          </>
        )}
      </span>
      {made !== undefined && item.task === 'compress' && (
        <span className={made < file.size ? styles.saving : styles.growth}>
          {savingText(file.size, made)}
        </span>
      )}
    </p>
  );
}
