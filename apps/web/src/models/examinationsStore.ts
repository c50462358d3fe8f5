/** Tries students on every engine, one after the other: side by side they would slow each other. */
import { engineNames } from '@understudy/codec';
import { announce } from '../app/announcer.ts';
import { createStore } from '../state/store.ts';
import { examineModel } from '../workers/codec/client.ts';
import { toWireError } from '../workers/outcome.ts';
import { examinationsReducer, type Examinations } from './examinations.ts';
import type { ModelIndexEntry } from './modelIndex.ts';

const none: Examinations = {};
export const examinationsStore = createStore(examinationsReducer, none);

const running = new Map<string, AbortController>();

export async function examineOnAll({ id, name }: ModelIndexEntry): Promise<void> {
  stopExamining(id);
  const controller = new AbortController();
  const { signal } = controller;
  running.set(id, controller);
  examinationsStore.dispatch({ type: 'start', id });
  for (const engine of engineNames) {
    const tell = (state: Parameters<typeof examinationsReducer>[1] & { type: 'engine' }): void => {
      if (!signal.aborted) examinationsStore.dispatch(state);
    };
    tell({ type: 'engine', id, engine, state: { is: 'running' } });
    try {
      const examination = await examineModel(
        name,
        engine,
        (progress) => {
          if (progress.type !== 'model') return;
          const { loaded, total } = progress;
          tell({ type: 'engine', id, engine, state: { is: 'running', loaded, total } });
        },
        signal,
      );
      tell({ type: 'engine', id, engine, state: { is: 'done', examination } });
    } catch (thrown) {
      if (signal.aborted) return;
      tell({ type: 'engine', id, engine, state: { is: 'failed', error: toWireError(thrown, 'UST_PAGE_CODEC') } });
    }
  }
  running.delete(id);
  announce(`${name} was tried on ${engineNames.length} engines`);
}

export function stopExamining(id: string): void {
  const controller = running.get(id);
  if (!controller) return;
  controller.abort();
  running.delete(id);
  examinationsStore.dispatch({ type: 'drop', id });
}
