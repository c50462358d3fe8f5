/**
 * What a run has measured so far, kept in a file, so that a run which was interrupted can go on with `--resume`. A measurement is
 * known by all that it depends on: contestant, version, threads, runs, and the file's bytes.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export class Kept {
  private readonly measured: Map<string, unknown>;

  /** @param resume whether what an earlier run has left counts; else it is forgotten */
  constructor(
    private readonly file: string,
    resume: boolean,
  ) {
    this.measured = new Map(resume ? readMeasured(file) : []);
  }

  /** What was measured under this key, or `measure` now. */
  async get<T>(key: readonly (string | number)[], measure: () => Promise<T>): Promise<T> {
    const name = key.join(' | ');
    if (this.measured.has(name)) return this.measured.get(name) as T;
    const value = await measure();
    this.measured.set(name, value);
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(`${this.file}.new`, JSON.stringify([...this.measured], null, 1));
    renameSync(`${this.file}.new`, this.file);
    return value;
  }

  /** The run is through: the next one starts anew. */
  forget(): void {
    rmSync(this.file, { force: true });
  }
}

function readMeasured(file: string): [string, unknown][] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as [string, unknown][];
  } catch {
    return [];
  }
}
