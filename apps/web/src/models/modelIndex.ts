/**
 * Which students there are: the released ones, in the list that the build writes to /models/index.json
 * (apps/web/vite-plugins/models-plugin.ts), and the visitor's own (ownModels.ts). Names and sizes to show before anything is
 * downloaded, ids to find the student that an archive was made with.
 */
import { levelNames, releasedFor, ruleOf, type Level } from '@understudy/codec';

export interface ModelIndexEntry {
  /** Folder below /models/, as in `swift-1`; for the visitor's own, what its card says. */
  name: string;
  /** SHA-256 of student.onnx, lower-case hexadecimal. */
  id: string;
  /** As in its card; empty where it has none. */
  architecture: string;
  studentBytes: number;
  parityBytes: number;
  /** Loaded by the visitor, and kept in this browser. */
  own?: true;
}

export interface ModelIndex {
  models: ModelIndexEntry[];
  /** Name of a student that the page was built to compress with. */
  preferred?: string;
}

/** What a first use downloads: the student and its parity vectors. */
export function downloadBytes(entry: ModelIndexEntry): number {
  return entry.studentBytes + entry.parityBytes;
}

/** Memory that coding a block at a level needs at most, as its archives declare it. */
export function memoryBytes(level: Level): number {
  return ruleOf(level).memoryMiB * 1024 * 1024;
}

/**
 * The student to compress with at a level: the one that was chosen, where the level can use it; else the page's preferred one;
 * else the released one that the level prefers, as in the terminal. Undefined where there is none.
 * @param chosen name of a student; empty for the page's choice
 */
export function modelFor(index: ModelIndex, level: Level, chosen = ''): ModelIndexEntry | undefined {
  const rule = ruleOf(level);
  const needed = rule.architecture;
  const fits = index.models.filter(({ architecture }) => needed === undefined || architecture === needed);
  const named = (name: string | undefined): ModelIndexEntry | undefined =>
    fits.find((model) => model.name === name);
  const released = fits.filter(({ own }) => !own);
  const newest = releasedFor(
    rule,
    released.map(({ name }) => name),
  );
  // Where the released ones are called otherwise, as in a build for tests, kin goes before strangers.
  const related = released.find(({ architecture }) => rule.families.includes(architecture));
  return named(chosen) ?? named(index.preferred) ?? named(newest) ?? related ?? fits[0];
}

/** Levels that some student here can do. */
export function levelsOf(index: ModelIndex): readonly Level[] {
  return levelNames.filter((level) => modelFor(index, level) !== undefined);
}

/** The student whose id starts with `idPrefix` (hexadecimal; the short archive form stores 8 bytes of it). */
export function modelById(index: ModelIndex, idPrefix: string): ModelIndexEntry | undefined {
  return index.models.find((model) => model.id.startsWith(idPrefix.toLowerCase()));
}

/** The list did not come. */
export class ModelListError extends Error {
  readonly code = 'UST_PAGE_OFFLINE';
}

/** Reads the released students of this page's host. Rejects with ModelListError, or the signal's reason. */
export async function fetchModelIndex(signal?: AbortSignal): Promise<ModelIndex> {
  const response = await fetch('/models/index.json', signal ? { signal } : {}).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new ModelListError('the list of models did not load: there is no connection; try again', {
      cause: error,
    });
  });
  if (!response.ok)
    throw new ModelListError(`the list of models did not load (HTTP ${response.status}); reload the page`);
  return (await response.json()) as ModelIndex;
}
