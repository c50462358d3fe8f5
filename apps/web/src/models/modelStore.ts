/**
 * Fetches a student's files with progress and keeps them in the browser's cache under the student's id, so that a second
 * use needs no network. A cached file is only as good as its id: the codec hashes what it gets, so a damaged cache is
 * refused there by name.
 */
import type { ModelIndexEntry } from './modelIndex.ts';
import { ownModelFile } from './ownModels.ts';

export interface ModelFiles {
  onnx: Uint8Array<ArrayBuffer>;
  parity?: Uint8Array<ArrayBuffer>;
}

export const modelCacheName = 'understudy-models-1';

/** A model, or what belongs to it, did not come, or not whole. */
class ModelFetchError extends Error {
  readonly code = 'UST_PAGE_MODEL_FETCH';
}

/** Loads one student; `onProgress` counts bytes over both files. Rejects with a sentence when the network fails. */
export async function fetchModel(
  entry: ModelIndexEntry,
  onProgress: (loaded: number, total: number) => void,
  signal: AbortSignal,
): Promise<ModelFiles> {
  if (entry.own) return ownFiles(entry);
  const total = entry.studentBytes + entry.parityBytes;
  let before = 0;
  onProgress(0, total);
  const file = async (name: string, bytes: number): Promise<Uint8Array<ArrayBuffer>> => {
    const address = `/models/${entry.name}/${name}?id=${entry.id.slice(0, 16)}`;
    const data = await cachedFetch(address, bytes, (loaded) => onProgress(before + loaded, total), signal);
    before += bytes;
    return data;
  };
  const onnx = await file('student.onnx', entry.studentBytes);
  if (entry.parityBytes === 0) return { onnx };
  return { onnx, parity: await file('parity.bin', entry.parityBytes) };
}

async function ownFiles({ id, name }: ModelIndexEntry): Promise<ModelFiles> {
  const onnx = await ownModelFile(id, 'student.onnx');
  if (!onnx) throw new ModelFetchError(`the model ${name} is not in this browser any more; load its files again`);
  const parity = await ownModelFile(id, 'parity.bin');
  const bytes = async (file: Response): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await file.arrayBuffer());
  return { onnx: await bytes(onnx), ...(parity ? { parity: await bytes(parity) } : {}) };
}

async function cachedFetch(
  address: string,
  bytes: number,
  onLoaded: (loaded: number) => void,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  // No Cache API in private windows of some browsers: then every visit downloads.
  const cache = await caches.open(modelCacheName).catch(() => undefined);
  const stored = await cache?.match(address);
  if (stored) {
    const data = new Uint8Array(await stored.arrayBuffer());
    if (data.length === bytes) {
      onLoaded(bytes);
      return data;
    }
  }
  const data = await download(address, bytes, onLoaded, signal);
  await cache?.put(address, new Response(data)).catch(() => undefined);
  return data;
}

async function download(
  address: string,
  bytes: number,
  onLoaded: (loaded: number) => void,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const lost = (problem: string, cause?: unknown): ModelFetchError =>
    new ModelFetchError(`the model did not load: ${problem}`, { cause });
  const response = await fetch(address, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw lost('there is no connection, and it is not kept in this browser yet; try again when online', error);
  });
  if (!response.ok || !response.body)
    throw lost(`HTTP ${response.status} for ${address.split('?')[0]}; try again`);
  const data = new Uint8Array(bytes);
  let loaded = 0;
  for await (const chunk of response.body) {
    if (loaded + chunk.length > bytes) throw lost('it changed on the server; reload the page');
    data.set(chunk, loaded);
    loaded += chunk.length;
    onLoaded(loaded);
  }
  if (loaded !== bytes) throw lost(`it ended after ${loaded} of ${bytes} bytes; try again`);
  return data;
}
