/** What the page keeps in this browser, by kind, and how to be rid of it. */
import { modelCacheName } from '../models/modelStore.ts';

export interface Kept {
  kind: 'page' | 'engines' | 'models' | 'own';
  files: number;
  bytes: number;
}

const kindOf = (name: string): Kept['kind'] | undefined => {
  if (name.startsWith('understudy-page-')) return 'page';
  if (name.startsWith('understudy-engines-')) return 'engines';
  if (name === modelCacheName) return 'models';
  return name.startsWith('understudy-own-models-') ? 'own' : undefined;
};

/** Sizes of all that is kept, in a fixed order; nothing where there is no Cache API. */
export async function readKept(): Promise<Kept[]> {
  if (typeof caches === 'undefined') return [];
  const kept: Record<Kept['kind'], Kept> = {
    page: { kind: 'page', files: 0, bytes: 0 },
    engines: { kind: 'engines', files: 0, bytes: 0 },
    models: { kind: 'models', files: 0, bytes: 0 },
    own: { kind: 'own', files: 0, bytes: 0 },
  };
  for (const name of await caches.keys()) {
    const kind = kindOf(name);
    if (!kind) continue;
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const response = await cache.match(request);
      kept[kind].files++;
      kept[kind].bytes += response ? (await response.blob()).size : 0;
    }
  }
  return Object.values(kept);
}

/** Which of the released students are kept, by the start of their id as in their address. */
export async function keptModels(): Promise<Set<string>> {
  const ids = new Set<string>();
  if (typeof caches === 'undefined') return ids;
  const cache = await caches.open(modelCacheName);
  for (const { url } of await cache.keys()) {
    const { pathname, searchParams } = new URL(url);
    if (pathname.endsWith('/student.onnx')) ids.add(searchParams.get('id') ?? '');
  }
  return ids;
}

/** Forgets engines and released students; they are fetched again when they are needed. The page itself and own students stay. */
export async function clearDownloads(): Promise<void> {
  for (const name of await caches.keys()) {
    const kind = kindOf(name);
    if (kind === 'engines' || kind === 'models') await caches.delete(name);
  }
}
