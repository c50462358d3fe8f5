/**
 * What files and folders of the command line become in an archive: entries with relative names in a sorted order, whatever order
 * they were named or found in. Only files and folders: a link or device is left out, and said so.
 */
import type { Stats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, normalize, resolve, sep } from 'node:path';
import { FileProblem, UsageError } from '../errors.ts';
import { identityOf } from './source.ts';
import { isTemporaryName } from './temporary.ts';

export interface TreeEntry {
  /** In the archive, parts joined by `/`. */
  path: string;
  /** On the disk. */
  file: string;
  kind: 'file' | 'directory';
  size: number;
  /** Milliseconds since 1970. */
  mtime: number;
  mode: number;
}

export interface TreeOptions {
  /** The target, by `identityOf`: it is no part of itself. */
  exclude?: string;
  /** Hears a sentence for each thing that is left out. */
  skip(sentence: string): void;
}

/** @throws FileProblem, UsageError for a root without a name */
export async function readTree(roots: readonly string[], options: TreeOptions): Promise<TreeEntry[]> {
  const entries = new Map<string, TreeEntry>();
  for (const root of roots) {
    // What is named is meant, so a link is followed here.
    const found = await FileProblem.from('read', root, () => stat(root));
    for await (const entry of walk(storedName(root), root, found, options)) {
      const earlier = entries.get(entry.path);
      if (earlier !== undefined && resolve(earlier.file) !== resolve(entry.file))
        throw new UsageError(
          `${earlier.file} and ${entry.file} would both be called ${entry.path}; leave out one`,
        );
      entries.set(entry.path, entry);
    }
  }
  // By parts: what lies in a folder follows it at once.
  return [...entries.values()].sort((a, b) => compareParts(a.path.split('/'), b.path.split('/')));
}

/** The name that `path` gets in an archive: as it was written, but never absolute and never above the current folder. */
export function storedName(path: string): string {
  const clean = normalize(path).replace(/[\\/]+$/, '');
  const leavesFolder = isAbsolute(path) || clean === '.' || clean.split(sep)[0] === '..';
  const name = leavesFolder ? basename(resolve(path)) : clean.split(sep).join('/');
  if (name === '') throw new UsageError(`${path} has no name to be stored under; name what lies in it`);
  return name;
}

async function* walk(
  path: string,
  file: string,
  found: Stats,
  options: TreeOptions,
): AsyncGenerator<TreeEntry> {
  if (identityOf(found) === options.exclude) return;
  const facts = { path, file, mtime: Math.floor(found.mtimeMs), mode: found.mode & 0o7777 };
  if (found.isFile()) yield { ...facts, kind: 'file', size: found.size };
  else if (!found.isDirectory()) options.skip(`${file} is left out: it is ${kindOf(found)}`);
  else {
    yield { ...facts, kind: 'directory', size: 0 };
    for (const name of await FileProblem.from('read', file, () => readdir(file))) {
      if (isTemporaryName(name)) continue;
      const below = join(file, name);
      try {
        yield* walk(
          `${path}/${name}`,
          below,
          await FileProblem.from('read', below, () => lstat(below)),
          options,
        );
      } catch (error) {
        // The name as it was read is no name of the file: it was not UTF-8.
        if (!name.includes('\ufffd') || !(error instanceof FileProblem)) throw error;
        options.skip(`${below} is left out: its name is not valid Unicode`);
      }
    }
  }
}

function kindOf(found: Stats): string {
  if (found.isSymbolicLink()) return 'a symbolic link';
  return found.isFIFO() || found.isSocket() ? 'a pipe or socket' : 'a device';
}

/** By UTF-16 code units: the same everywhere, in any language. */
function compareParts(a: readonly string[], b: readonly string[]): number {
  for (const [i, part] of a.entries()) {
    const other = b[i];
    if (other === undefined || part > other) return 1;
    if (part < other) return -1;
  }
  return a.length - b.length;
}
