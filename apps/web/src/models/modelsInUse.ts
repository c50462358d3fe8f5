/** The students that can be used here, released and own, as a store: read when first shown, and again when the visitor's own change. */
import { useEffect } from 'react';
import { createStore, useStore } from '../state/store.ts';
import { toWireError, type WireError } from '../workers/outcome.ts';
import { fetchModelIndex, type ModelIndex } from './modelIndex.ts';
import { listOwnModels } from './ownModels.ts';

export type KnownModels =
  | { is: 'loading' }
  | { is: 'known'; index: ModelIndex }
  | { is: 'failed'; error: WireError };

const store = createStore((_: KnownModels, next: KnownModels): KnownModels => next, { is: 'loading' });

/** Reads both lists anew. Never rejects: what fails is in the store. */
export async function readModels(): Promise<void> {
  try {
    const [released, own] = await Promise.all([fetchModelIndex(), listOwnModels()]);
    store.dispatch({ is: 'known', index: { ...released, models: [...released.models, ...own] } });
  } catch (thrown) {
    store.dispatch({ is: 'failed', error: toWireError(thrown, 'UST_PAGE_OFFLINE') });
  }
}

/** Those of the store, read now where they were not yet; undefined where that fails. */
export async function knownModels(): Promise<ModelIndex | undefined> {
  if (store.get().is !== 'known') await readModels();
  const known = store.get();
  return known.is === 'known' ? known.index : undefined;
}

export function useModels(): KnownModels {
  const known = useStore(store);
  useEffect(() => {
    if (store.get().is !== 'known') void readModels();
  }, []);
  return known;
}
