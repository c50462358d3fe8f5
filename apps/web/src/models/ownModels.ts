/**
 * Students that the visitor loaded: kept in the browser's cache under addresses of their own, by id, so that page and workers find
 * them in the next visit too. What comes in here was read, proven and named by the codec worker before.
 */
import type { ModelIndexEntry } from './modelIndex.ts';

const cacheName = 'understudy-own-models-1';

const address = (id: string, file: string): string => `/own-models/${id}/${file}`;

export interface OwnModel {
  entry: ModelIndexEntry;
  onnx: Blob;
  parity?: Blob;
  /** As it came; shown, never trusted. */
  card?: string;
}

export async function listOwnModels(): Promise<ModelIndexEntry[]> {
  const cache = await openCache();
  const keys = (await cache?.keys()) ?? [];
  const entries = keys.filter(({ url }) => url.endsWith('/entry.json'));
  const models: ModelIndexEntry[] = [];
  for (const key of entries) {
    const stored = await cache?.match(key);
    if (stored) models.push((await stored.json()) as ModelIndexEntry);
  }
  return models.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** Keeps a student. The entry comes last: a model without its files is never listed. */
export async function keepOwnModel({ entry, onnx, parity, card }: OwnModel): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.put(address(entry.id, 'student.onnx'), new Response(onnx));
  if (parity) await cache.put(address(entry.id, 'parity.bin'), new Response(parity));
  if (card !== undefined) await cache.put(address(entry.id, 'card.json'), new Response(card));
  await cache.put(address(entry.id, 'entry.json'), new Response(JSON.stringify(entry)));
}

export async function removeOwnModel(id: string): Promise<void> {
  const cache = await caches.open(cacheName);
  for (const file of ['entry.json', 'student.onnx', 'parity.bin', 'card.json'])
    await cache.delete(address(id, file));
}

/** One of its files; undefined where it is not there. */
export async function ownModelFile(
  id: string,
  file: 'student.onnx' | 'parity.bin' | 'card.json',
): Promise<Response | undefined> {
  return (await openCache())?.match(address(id, file));
}

/** No Cache API in private windows of some browsers: then there are no own models. */
function openCache(): Promise<Cache | undefined> {
  return typeof caches === 'undefined'
    ? Promise.resolve(undefined)
    : caches.open(cacheName).catch(() => undefined);
}
