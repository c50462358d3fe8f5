/** Students by name (to compress) or id (to decompress), downloaded once and kept parsed. */
import { loadStudent, UnknownModelError, type Student } from '@understudy/codec';
import {
  defaultModel,
  fetchModelIndex,
  modelById,
  type ModelIndex,
  type ModelIndexEntry,
} from '../../models/modelIndex.ts';
import { fetchModel } from '../../models/modelStore.ts';

export interface NamedStudent {
  name: string;
  student: Student;
}

type OnLoaded = (loaded: number, total: number) => void;

export class StudentLibrary {
  #index: ModelIndex | undefined;
  readonly #loaded = new Map<string, NamedStudent>();

  /** A released student by name; the default one without a name. */
  async byName(name: string | undefined, onLoaded: OnLoaded, signal: AbortSignal): Promise<NamedStudent> {
    const index = await this.#readIndex(signal);
    const entry =
      name === undefined ? defaultModel(index) : index.models.find((model) => model.name === name);
    if (!entry) throw new UnknownModelError({ id: name ?? '(default)' });
    return this.#load(entry, onLoaded, signal);
  }

  /** The student whose SHA-256 starts with `id`. */
  async byId(id: string, onLoaded: OnLoaded, signal: AbortSignal): Promise<NamedStudent> {
    const entry = modelById(await this.#readIndex(signal), id);
    if (!entry) throw new UnknownModelError({ id });
    return this.#load(entry, onLoaded, signal);
  }

  async #readIndex(signal: AbortSignal): Promise<ModelIndex> {
    this.#index ??= await fetchModelIndex(signal);
    return this.#index;
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
