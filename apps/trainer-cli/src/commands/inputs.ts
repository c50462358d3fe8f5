/** The text files of `trainer log`: from files and folders on the command line to pairs of a file and the folder for its shards. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DataError, UsageError } from '../errors.ts';

export interface InputFile {
  path: string;
  name: string;
  bytes: number;
  /** Where its shards go: `out` itself for a single file, a folder named like the file within `out` for several. */
  folder: string;
}

/** Throws UsageError for names that clash, DataError for inputs that hold nothing to trace, the file system's error for missing ones. */
export async function findInputs(paths: readonly string[], out: string): Promise<InputFile[]> {
  const files: string[] = [];
  let several = paths.length > 1;
  for (const path of paths) {
    if ((await stat(path)).isDirectory()) {
      several = true;
      const entries = await readdir(path, { withFileTypes: true });
      const inside = entries
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map((entry) => join(path, entry.name));
      if (inside.length === 0) throw new DataError(`${path}: holds no files to trace`);
      files.push(...inside.sort());
    } else {
      files.push(path);
    }
  }
  const names = new Set<string>();
  const inputs: InputFile[] = [];
  for (const path of files) {
    const name = basename(path);
    if (names.has(name))
      throw new UsageError(`two inputs are named ${name}; trace them into different --out folders`);
    names.add(name);
    // The trainer reads texts packed with xz as what they hold, so rows of the packed bytes would fit nothing.
    if (name.endsWith('.xz'))
      throw new DataError(`${path}: is packed; unpack it with \`xz -dk\` and trace the text`);
    const { size } = await stat(path);
    if (size === 0) throw new DataError(`${path}: is empty, there is nothing to trace`);
    inputs.push({ path, name, bytes: size, folder: several ? join(out, name) : out });
  }
  return inputs;
}
