/** One file of the queue: what it is, how far it is, what it became, and what can be done with it. */
import { useId, type ReactNode } from 'react';
import { Button } from '../components/Button.tsx';
import { Notice } from '../components/Notice.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { formatBytes } from '../format/units.ts';
import { EngineBadge } from './EngineBadge.tsx';
import { isActive, itemFraction, type QueueItem } from './queue.ts';
import styles from './QueueRow.module.css';
import { methodText, sampleMeaning, savingText, statusText } from './texts.ts';

export interface QueueRowProps {
  item: QueueItem;
  onCancel: () => void;
  onRetry: () => void;
  onRemove: () => void;
  onSave: () => void;
}

export function QueueRow({ item, onCancel, onRetry, onRemove, onSave }: QueueRowProps): ReactNode {
  const { state, file } = item;
  const nameId = useId();
  const active = isActive(state);
  const report = 'report' in state ? state.report : state.is === 'done' ? state.result.report : undefined;
  const blocks = state.is === 'done' ? state.result.blocks : undefined;
  const method = blocks && item.task === 'compress' && file.size > 0 ? methodText(blocks) : undefined;
  return (
    <li
      className={styles.row}
      data-state={state.is}
      aria-labelledby={nameId}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && (active || state.is === 'queued')) onCancel();
      }}
    >
      <div className={styles.head}>
        <div className={styles.names}>
          <h3 id={nameId} className={styles.name} dir="auto">
            {file.name}
          </h3>
          <p className={styles.status}>{statusText(item)}</p>
        </div>
        <Sizes item={item} />
        {/* Remove stands first: whatever takes Cancel's place when a job ends under the pointer must lose nothing. */}
        <div className={styles.actions}>
          {!active && state.is !== 'queued' && (
            <Button
              key="remove"
              kind="quiet"
              onClick={onRemove}
              aria-label={`Remove ${file.name} from the list`}
            >
              Remove
            </Button>
          )}
          {(active || state.is === 'queued') && (
            <Button key="cancel" onClick={onCancel} aria-label={`Cancel ${file.name}`}>
              Cancel
            </Button>
          )}
          {(state.is === 'failed' || state.is === 'cancelled') && (
            <Button key="retry" onClick={onRetry} aria-label={`Try ${file.name} again`}>
              Try again
            </Button>
          )}
          {state.is === 'done' && (
            <Button key="save" kind="primary" onClick={onSave} aria-label={`Save ${state.result.outputName}`}>
              {state.saved ? 'Save again' : 'Save'}
            </Button>
          )}
        </div>
      </div>
      {active && <ProgressBar label={`Progress of ${file.name}`} fraction={itemFraction(item)} />}
      {report && <EngineBadge report={report} />}
      {state.is === 'failed' && <Notice tone="bad" title={state.error.message} code={state.error.code} />}
      {method && <p className={styles.status}>{method}</p>}
      {state.is === 'done' && item.sample && blocks && blocks.student > 0 && (
        <Notice tone="good" title="What this means">
          {sampleMeaning(file.size, state.result.output.size)}
        </Notice>
      )}
    </li>
  );
}

function Sizes({ item }: { item: QueueItem }): ReactNode {
  const { state, file } = item;
  const outputBytes = state.is === 'done' ? state.result.output.size : undefined;
  return (
    <p className={styles.sizes}>
      <span>
        {formatBytes(file.size)}
        {outputBytes !== undefined && (
          <>
            <span aria-label="became"> → </span>
            <strong>{formatBytes(outputBytes)}</strong>
          </>
        )}
      </span>
      {outputBytes !== undefined && item.task === 'compress' && (
        <span className={outputBytes < file.size ? styles.saving : styles.growth}>
          {savingText(file.size, outputBytes)}
        </span>
      )}
    </p>
  );
}
