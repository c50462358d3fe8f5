/** Compress: drop, choose or paste files; the queue is the heart, settings are one quiet row. */
import { useCallback, useState, type ReactNode } from 'react';
import { loadSample, sampleBytes } from '../app/sample.ts';
import { Button } from '../components/Button.tsx';
import { DropOverlay } from '../components/DropOverlay.tsx';
import { FileChooser } from '../components/FileChooser.tsx';
import { Notice } from '../components/Notice.tsx';
import { useFileDrop } from '../components/useFileDrop.ts';
import { folderOf } from '../files/folder.ts';
import { baseName, chooseFile, chooseFolder, type SaveTarget } from '../files/save.ts';
import { formatBytes } from '../format/units.ts';
import { messageOf } from '../workers/outcome.ts';
import type { OutputFile } from '../workers/codec/api.ts';
import { useStore } from '../state/store.ts';
import styles from './CompressView.module.css';
import { addFiles, addFolder, cancelItem, queueStore, recoverItem, retryItem } from './compressStore.ts';
import { isFinished, totals, type QueueItem } from './queue.ts';
import { QueueRow } from './QueueRow.tsx';
import { SettingsRow } from './SettingsRow.tsx';
import { dropAction, savingText } from './texts.ts';
import { useQueueAnnouncements } from './useQueueAnnouncements.ts';

export function CompressView(): ReactNode {
  const queue = useStore(queueStore);
  const [problem, setProblem] = useState<string>();
  const report = useCallback((thrown: unknown) => setProblem(messageOf(thrown)), []);
  const onFiles = useCallback((files: File[]) => addFiles(files), []);
  const dragged = useFileDrop({
    onFiles,
    onFolder: addFolder,
    onProblem: report,
    pastedName: 'pasted.txt',
  });
  useQueueAnnouncements(queue);

  const trySample = (): void => {
    setProblem(undefined);
    loadSample().then((file) => addFiles([file], true), report);
  };
  const save = async (
    items: readonly QueueItem[],
    choose: () => Promise<SaveTarget | undefined>,
  ): Promise<void> => {
    const target = await choose();
    if (!target) return;
    for (const { id, state } of items) {
      if (state.is !== 'done') continue;
      for (const { path, blob } of state.result.outputs) await target(blob, path);
      queueStore.dispatch({ type: 'saved', id });
    }
  };
  const saveOne = (item: QueueItem, file?: OutputFile): void => {
    if (item.state.is !== 'done') return;
    const { many, outputs } = item.state.result;
    if (file) saveFile(file).catch(report);
    else save([item], many ? chooseFolder : () => chooseFile(outputs[0]?.path ?? 'file')).catch(report);
  };

  const onFolderFiles = (files: File[]): void => {
    const folder = folderOf(files.map((file) => ({ path: file.webkitRelativePath || file.name, file })));
    if (folder) addFolder(folder);
  };

  const empty = queue.items.length === 0;
  return (
    <>
      <DropOverlay files={dragged} action={dropAction(dragged)} />
      <div className={styles.intro}>
        <h1>Small files, made in this browser</h1>
        <p className={styles.lede}>
          A small network that learned from a slow, very strong compressor predicts your file, together with
          models that learn from the file itself; only the surprises are stored. Nothing leaves this device.
        </p>
      </div>

      <section className={empty ? styles.dropLarge : styles.drop} aria-label="Add files">
        <div className={styles.dropText}>
          <p className={styles.dropTitle}>Drop files here to compress them</p>
          <p className={styles.hint}>
            Several files become an archive each, a folder becomes one. Drop a <code>.ust</code> archive to
            get its files back. <span className={styles.keys}>Ctrl+V pastes text or files.</span>
          </p>
        </div>
        <div className={styles.dropActions}>
          <FileChooser label="Choose files" multiple onFiles={onFiles} />
          <FileChooser label="Choose a folder" folder kind="plain" onFiles={onFolderFiles} />
          <Button onClick={trySample}>Try a sample ({formatBytes(sampleBytes)})</Button>
        </div>
      </section>
      {problem !== undefined && <Notice tone="bad" title={problem} />}
      <SettingsRow />

      {!empty && (
        <section className={styles.queue} aria-label="Files">
          <ul className={styles.rows}>
            {queue.items.map((item) => (
              <QueueRow
                key={item.id}
                item={item}
                onCancel={() => cancelItem(item.id)}
                onRetry={() => retryItem(item.id)}
                onRemove={() => queueStore.dispatch({ type: 'remove', id: item.id })}
                onRecover={() => recoverItem(item.id)}
                onSave={(file) => saveOne(item, file)}
              />
            ))}
          </ul>
          <QueueSummary onSaveAll={() => void save(queue.items, chooseFolder).catch(report)} />
        </section>
      )}
    </>
  );
}

async function saveFile({ path, blob }: OutputFile): Promise<void> {
  const name = baseName(path);
  const target = await chooseFile(name);
  await target?.(blob, name);
}

function QueueSummary({ onSaveAll }: { onSaveAll: () => void }): ReactNode {
  const queue = useStore(queueStore);
  const sum = totals(queue, 'compress');
  const done = queue.items.filter((item) => item.state.is === 'done').length;
  if (!queue.items.some((item) => isFinished(item.state))) return null;
  return (
    <div className={styles.summary}>
      <p>
        {sum.files > 1 &&
          `${sum.files} files: ${formatBytes(sum.bytesIn)} → ${formatBytes(sum.bytesOut)}, ${savingText(sum.bytesIn, sum.bytesOut)}`}
      </p>
      <div className={styles.summaryActions}>
        {done > 1 && <Button onClick={onSaveAll}>Save all ({done})</Button>}
        <Button kind="quiet" onClick={() => queueStore.dispatch({ type: 'clear-finished' })}>
          Clear finished
        </Button>
      </div>
    </div>
  );
}
