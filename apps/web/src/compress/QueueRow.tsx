/** One file of the queue: what it is, how far it is, what it became, and what can be done with it. */
import { useId, type ReactNode } from 'react';
import { Button } from '../components/Button.tsx';
import { Notice } from '../components/Notice.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { formatBytes } from '../format/units.ts';
import type { OutputFile } from '../workers/codec/api.ts';
import { EngineBadge } from './EngineBadge.tsx';
import { FileList } from './FileList.tsx';
import { canRecover, isActive, itemFraction, outputBytes, type QueueItem } from './queue.ts';
import styles from './QueueRow.module.css';
import { methodText, sampleMeaning, savingText, statusText, studentSegments } from './texts.ts';

export interface QueueRowProps {
  item: QueueItem;
  onCancel: () => void;
  onRetry: () => void;
  onRemove: () => void;
  onRecover: () => void;
  /** All that the row made, or one file of it. */
  onSave: (file?: OutputFile) => void;
}

export function QueueRow({ item, onCancel, onRetry, onRemove, onRecover, onSave }: QueueRowProps): ReactNode {
  const { state, file } = item;
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
          {state.is === 'done' && state.result.outputs.length > 0 && (
            <Button key="save" kind="primary" onClick={() => onSave()} aria-label={saveLabel(item)}>
              {state.result.many ? 'Save all' : state.saved ? 'Save again' : 'Save'}
            </Button>
          )}
        </div>
      </div>
      {active && <ProgressBar label={`Progress of ${file.name}`} fraction={itemFraction(item)} />}
      {report && <EngineBadge report={report} />}
      {state.is === 'failed' && (
        <Notice tone="bad" title={state.error.message} code={state.error.code}>
          {canRecover(item) && (
            <Button onClick={onRecover} aria-label={`Recover what is left of ${file.name}`}>
              Recover what is left
            </Button>
          )}
        </Notice>
      )}
      {result?.many && <FileList archive={file.name} files={result.outputs} onSave={onSave} />}
      {method && <p className={styles.status}>{method}</p>}
      {result && item.sample && studentSegments(result.segments) > 0 && (
        <Notice tone="good" title="What this means">
          {sampleMeaning(file.size, outputBytes(result), result.segments)}
        </Notice>
      )}
    </li>
  );
}

function saveLabel({ file, state }: QueueItem): string {
  if (state.is !== 'done') return '';
  const [first] = state.result.outputs;
  return state.result.many ? `Save all files of ${file.name}` : `Save ${first?.path ?? file.name}`;
}

function Sizes({ item }: { item: QueueItem }): ReactNode {
  const { state, file } = item;
  const made = state.is === 'done' ? outputBytes(state.result) : undefined;
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
