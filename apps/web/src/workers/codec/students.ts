/** Students by level and name (to compress) or id (to decompress), fetched once and kept parsed. */
import {
  loadStudent,
  ModelArchitectureError,
  ruleOf,
  UnknownModelError,
  type Level,
  type Student,
} from '@understudy/codec';
import {
  fetchModelIndex,
  modelById,
  modelFor,
  type ModelIndex,
  type ModelIndexEntry,
} from '../../models/modelIndex.ts';
import { fetchModel } from '../../models/modelStore.ts';
import { listOwnModels } from '../../models/ownModels.ts';

export interface NamedStudent {
  name: string;
  student: Student;
}

type OnLoaded = (loaded: number, total: number) => void;

export class StudentLibrary {
  #released: ModelIndex | undefined;
  readonly #loaded = new Map<string, NamedStudent>();

  /**
   * The student to compress with at a level.
   * @param chosen name of a student that is used where the level can; empty for the page's choice
   */
  async forLevel(
    level: Level,
    chosen: string,
    onLoaded: OnLoaded,
    signal: AbortSignal,
  ): Promise<NamedStudent> {
    const entry = modelFor(await this.#readIndex(signal), level, chosen);
    if (entry) return this.#load(entry, onLoaded, signal);
    const { architecture: needed, number, name } = ruleOf(level);
    if (needed === undefined) throw new UnknownModelError({ id: chosen || '(default)' });
    throw new ModelArchitectureError({ level: number, name, needed, found: 'not here' });
  }

  async byName(name: string, onLoaded: OnLoaded, signal: AbortSignal): Promise<NamedStudent> {
    const entry = (await this.#readIndex(signal)).models.find((model) => model.name === name);
    if (!entry) throw new UnknownModelError({ id: name });
    return this.#load(entry, onLoaded, signal);
  }

  /** The student whose SHA-256 starts with `id`. */
  async byId(id: string, onLoaded: OnLoaded, signal: AbortSignal): Promise<NamedStudent> {
    const entry = modelById(await this.#readIndex(signal), id);
    if (!entry) throw new UnknownModelError({ id });
    return this.#load(entry, onLoaded, signal);
  }

  async #readIndex(signal: AbortSignal): Promise<ModelIndex> {
    this.#released ??= await fetchModelIndex(signal);
    // The visitor's own come and go.
    return { ...this.#released, models: [...this.#released.models, ...(await listOwnModels())] };
  }

  async #load(entry: ModelIndexEntry, onLoaded: OnLoaded, signal: AbortSignal): Promise<NamedStudent> {
    const known = this.#loaded.get(entry.id);
    if (known) return known;
    const { onnx, parity } = await fetchModel(entry, onLoaded, signal);
    const named = { name: entry.name, student: await loadStudent(onnx, parity) };
    this.#loaded.set(entry.id, named);
    return named;
  }
}
