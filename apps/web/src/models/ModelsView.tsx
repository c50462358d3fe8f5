/** Models: the students that can be used here, what each is good for, how it does on this machine, and students of one's own. */
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { settingsStore } from '../app/settings.ts';
import { DropOverlay } from '../components/DropOverlay.tsx';
import { FileChooser } from '../components/FileChooser.tsx';
import { Notice } from '../components/Notice.tsx';
import { useFileDrop } from '../components/useFileDrop.ts';
import { ViewIntro } from '../components/ViewIntro.tsx';
import { keptModels } from '../offline/storage.ts';
import { StoragePanel } from '../offline/StoragePanel.tsx';
import { useStore } from '../state/store.ts';
import { addOwnModel } from '../workers/codec/client.ts';
import { toWireError, type WireError } from '../workers/outcome.ts';
import { examinationsStore } from './examinationsStore.ts';
import { ModelCard } from './ModelCard.tsx';
import { modelFor } from './modelIndex.ts';
import { readModels, useModels } from './modelsInUse.ts';
import styles from './ModelsView.module.css';
import { removeOwnModel } from './ownModels.ts';

export function ModelsView(): ReactNode {
  const known = useModels();
  const examinations = useStore(examinationsStore);
  const settings = useStore(settingsStore);
  const [problem, setProblem] = useState<WireError>();
  const [added, setAdded] = useState<string>();
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set());
  const models = known.is === 'known' ? known.index.models : [];
  const used = known.is === 'known' ? modelFor(known.index, settings.level, settings.model) : undefined;

  const readKeptModels = useCallback(
    () =>
      void keptModels().then(setKept, () => undefined),
    [],
  );
  useEffect(readKeptModels, [readKeptModels, known, examinations]);

  const onFiles = useCallback((files: File[]) => {
    setProblem(undefined);
    setAdded(undefined);
    addOwnModel(files).then(
      async ({ name }) => {
        await readModels();
        settingsStore.dispatch({ model: name });
        setAdded(name);
      },
      (thrown: unknown) => setProblem(toWireError(thrown, 'UST_PAGE_MODEL_FILES')),
    );
  }, []);
  const dragged = useFileDrop({ onFiles });
  const remove = (id: string): void => void removeOwnModel(id).then(readModels);

  return (
    <>
      <DropOverlay files={dragged} action="Drop the files of a student" />
      <ViewIntro title="The students">
        A student is the network that predicts: integers only, so that every machine gives the same archive.
        An archive names the student that made it, and needs it to be opened again; released ones never change.
      </ViewIntro>
      {known.is === 'failed' && <Notice tone="bad" title={known.error.message} code={known.error.code} />}
      {known.is === 'known' && models.length === 0 && (
        <Notice tone="warn" title="This page was built without a student">
          Load one of your own below.
        </Notice>
      )}
      <ul className={styles.cards} aria-label="Students">
        {models.map((entry) => (
          <ModelCard
            key={`${entry.name} ${entry.id}`}
            entry={entry}
            used={entry === used}
            level={settings.level}
            kept={entry.own === true || kept.has(entry.id.slice(0, 16))}
            examined={examinations[entry.id]}
            onUse={() => settingsStore.dispatch({ model: entry.name })}
            onRemove={() => remove(entry.id)}
          />
        ))}
      </ul>
      <section className={styles.own} aria-label="A student of your own">
        <h2>A student of your own</h2>
        <p>
          Trained with <code>npx trainer pipeline</code>: choose its <code>student.onnx</code>, with{' '}
          <code>card.json</code> and <code>parity.bin</code> beside it, or drop them here. It is read and proven
          before it is used, stays in this browser, and archives made with it need it.
        </p>
        <FileChooser label="Choose its files" multiple kind="plain" onFiles={onFiles} />
        {problem && <Notice tone="bad" title={problem.message} code={problem.code} />}
        {added !== undefined && <Notice tone="good" title={`Loaded ${added}; it is used from now on`} />}
      </section>
      <StoragePanel changes={kept} onCleared={readKeptModels} />
    </>
  );
}
