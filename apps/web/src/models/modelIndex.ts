/**
 * The list of released students that the build writes to /models/index.json (apps/web/vite-plugins/models-plugin.ts):
 * names and sizes to show before anything is downloaded, ids to find the student that an archive was made with.
 */

export interface ModelIndexEntry {
  /** Folder below /models/, as in `swift-1`. */
  name: string;
  /** SHA-256 of student.onnx, lower-case hexadecimal. */
  id: string;
  studentBytes: number;
  parityBytes: number;
}

export interface ModelIndex {
  models: ModelIndexEntry[];
  /** Name of a student of one's own, which the page was built to compress with. */
  preferred?: string;
}

/** What a first use downloads: the student and its parity vectors. */
export function downloadBytes(entry: ModelIndexEntry): number {
  return entry.studentBytes + entry.parityBytes;
}

/**
 * The student to compress with: the preferred one; else the newest released `swift-N`, as in the terminal; without one
 * the first of all.
 */
export function defaultModel(index: ModelIndex): ModelIndexEntry | undefined {
  const preferred = index.models.find((model) => model.name === index.preferred);
  if (preferred) return preferred;
  const number = (model: ModelIndexEntry): number => Number(/^swift-(\d+)$/.exec(model.name)?.[1] ?? 0);
  const newest = index.models.toSorted((a, b) => number(a) - number(b)).at(-1);
  return newest && number(newest) > 0 ? newest : index.models[0];
}

/** The student whose id starts with `idPrefix` (hexadecimal; the short archive form stores 8 bytes of it). */
export function modelById(index: ModelIndex, idPrefix: string): ModelIndexEntry | undefined {
  return index.models.find((model) => model.id.startsWith(idPrefix.toLowerCase()));
}

/** Reads the index of this page's host. Rejects with a sentence when it is not there. */
export async function fetchModelIndex(signal?: AbortSignal): Promise<ModelIndex> {
  const response = await fetch('/models/index.json', signal ? { signal } : {});
  if (!response.ok) throw new Error(`the list of models did not load (HTTP ${response.status}); reload the page`);
  return (await response.json()) as ModelIndex;
}
