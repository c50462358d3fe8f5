/** Compress: drop, choose or paste files; the queue is the heart, settings are one quiet row. */
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { loadSample, sampleBytes } from '../app/sample.ts';
import { Button } from '../components/Button.tsx';
import { DropOverlay } from '../components/DropOverlay.tsx';
import { FileChooser } from '../components/FileChooser.tsx';
import { Notice } from '../components/Notice.tsx';
import { useFileDrop } from '../components/useFileDrop.ts';
import { ViewIntro } from '../components/ViewIntro.tsx';
import { folderOf } from '../files/folder.ts';
import { baseName } from '../files/places.ts';
import { chooseFile, chooseFolder, saveBlob, type Target } from '../files/save.ts';
import { formatBytes } from '../format/units.ts';
import { messageOf } from '../workers/outcome.ts';
import { useStore } from '../state/store.ts';
import styles from './CompressView.module.css';
import {
  addFiles,
  addFolder,
  cancelAll,
  cancelExtraction,
  cancelItem,
  extract,
  pauseItem,
  queueStore,
  recoverItem,
  retryItem,
} from './compressStore.ts';
import type { QueueItem } from './queue.ts';
import { QueueList } from './QueueList.tsx';
import type { RowActions } from './QueueRow.tsx';
import { SettingsRow } from './SettingsRow.tsx';
import { dropAction } from './texts.ts';
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
  const saveResults = useCallback(
    (items: readonly QueueItem[], choose: () => Promise<Target | undefined>) =>
      void saveAll(items, choose).catch(report),
    [report],
  );
  const actions = useMemo(
    (): RowActions => ({
      cancel: cancelItem,
      pause: pauseItem,
      retry: retryItem,
      recover: recoverItem,
      remove: (id) => queueStore.dispatch({ type: 'remove', id }),
      save: (item) => saveResults([item], placeFor(item)),
      extract: (item, path) => void extractTo(item, path).catch(report),
      cancelExtraction,
    }),
    [report, saveResults],
  );
  const onFolderFiles = (files: File[]): void => {
    const folder = folderOf(files.map((file) => ({ path: file.webkitRelativePath || file.name, file })));
    if (folder) addFolder(folder);
  };

  const empty = queue.items.length === 0;
  return (
    <>
      <DropOverlay files={dragged} action={dropAction(dragged)} />
      <ViewIntro title="Small files, made in this browser">
        A small network that learned from a slow, very strong compressor predicts your file, together with
        models that learn from the file itself; only the surprises are stored. Nothing leaves this device.
      </ViewIntro>

      <section className={empty ? styles.dropLarge : styles.drop} aria-label="Add files">
        <div className={styles.dropText}>
          <p className={styles.dropTitle}>
            <span className={styles.mouse}>Drop files here to compress them</span>
            <span className={styles.touch}>Choose files to compress</span>
          </p>
          <p className={styles.hint}>
            Several files become an archive each, a folder becomes one. A <code>.ust</code> archive gives its
            files back. Text and files can also be pasted.
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
        <QueueList
          queue={queue}
          actions={actions}
          onCancelAll={cancelAll}
          onSaveAll={() => saveResults(queue.items, chooseFolder)}
          onClear={() => queueStore.dispatch({ type: 'clear-finished' })}
        />
      )}
    </>
  );
}

/** One file goes where the visitor says, several into a folder. */
function placeFor({ state }: QueueItem): () => Promise<Target | undefined> {
  const outputs = state.is === 'done' ? state.result.outputs : [];
  return outputs.length > 1 ? chooseFolder : () => chooseFile(baseName(outputs[0]?.path ?? 'file'));
}

async function saveAll(
  items: readonly QueueItem[],
  choose: () => Promise<Target | undefined>,
): Promise<void> {
  const target = await choose();
  if (!target) return;
  for (const { id, state } of items) {
    if (state.is !== 'done') continue;
    for (const { path, blob } of state.result.outputs) await saveBlob(target, path, blob);
    queueStore.dispatch({ type: 'saved', id });
  }
}

async function extractTo(item: QueueItem, path: string | undefined): Promise<void> {
  const target = await (path === undefined ? chooseFolder() : chooseFile(baseName(path)));
  if (target) await extract(item, path, target);
}
