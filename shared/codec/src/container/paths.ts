/**
 * Which paths an archive may hold (docs/FORMAT.md §9): relative, and inside the folder they are unpacked into. Encoder and
 * decoder ask the same functions, so that whatever is written is read; no rule depends on tables of Unicode, which change.
 */
import { LimitError } from '../errors.ts';
import { limits } from './format.ts';

/** What keeps a name from being the name of a file in a folder, or undefined. */
export function nameProblem(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'it is not the name of a file';
  if (/[/\\\0]/.test(name)) return 'it has a slash, a backslash or a zero byte';
  if (!name.isWellFormed()) return 'it is not valid Unicode';
  const { length } = new TextEncoder().encode(name);
  return length > limits.nameBytes ? `it has ${length} bytes, more than ${limits.nameBytes}` : undefined;
}

/** What keeps a path from being stored, or undefined. */
export function pathProblem(path: string): string | undefined {
  if (path.startsWith('/') || path.startsWith('\\')) return 'it is absolute';
  if (/^[A-Za-z]:/.test(path)) return 'it begins with a drive letter';
  const parts = path.split('/');
  if (parts.includes('..')) return 'it leads out of its folder';
  for (const part of parts) {
    const problem = nameProblem(part);
    if (problem !== undefined) return problem;
  }
  const { length } = new TextEncoder().encode(path);
  return length > limits.pathBytes ? `it has ${length} bytes, more than ${limits.pathBytes}` : undefined;
}

/** Refuses a path that comes twice, a file where another path needs a folder, and more of both than the limits allow. */
export class PathSet {
  /** Node of a tree by its parent's number and its name: linear work, however deep paths go. */
  private readonly nodes = new Map<string, { id: number; kind: 'file' | 'directory' | undefined }>();

  /** Adds a path without pathProblem; returns what keeps it out, or undefined. @throws LimitError */
  add(path: string, kind: 'file' | 'directory'): string | undefined {
    const parts = path.split('/');
    let parent = 0;
    for (const [i, part] of parts.entries()) {
      const key = `${parent}/${part}`;
      let node = this.nodes.get(key);
      const isNew = node === undefined;
      if (node === undefined) {
        if (this.nodes.size >= limits.files)
          throw new LimitError({
            what: 'files and folders beyond',
            value: limits.files,
            limit: limits.files,
          });
        node = { id: this.nodes.size + 1, kind: undefined };
        this.nodes.set(key, node);
      }
      if (i < parts.length - 1) {
        if (node.kind === 'file')
          return `it lies in ${JSON.stringify(parts.slice(0, i + 1).join('/'))}, which is a file`;
      } else {
        if (node.kind !== undefined) return 'it comes twice';
        if (kind === 'file' && !isNew) return 'it is a file, but others lie in it';
        node.kind = kind;
      }
      parent = node.id;
    }
    return undefined;
  }
}

/**
 * Paths that differ in an archive but meet on some systems: equal without regard to case, or to the form of accents (macOS,
 * Windows). They may be stored, since Linux keeps them apart; whoever unpacks must not let one overwrite the other.
 * Returns pairs: a path, and the earlier one it meets.
 */
export function clashingPaths(paths: Iterable<string>): (readonly [path: string, earlier: string])[] {
  const nodes = new Map<string, { id: number; part: string; path: string }>();
  const clashes: (readonly [string, string])[] = [];
  for (const path of paths) {
    let parent = 0;
    for (const part of path.split('/')) {
      const key = `${parent}/${part.normalize('NFC').toLowerCase().normalize('NFC')}`;
      let node = nodes.get(key);
      if (node !== undefined && node.part !== part) {
        clashes.push([path, node.path]);
        break;
      }
      if (node === undefined) nodes.set(key, (node = { id: nodes.size + 1, part, path }));
      parent = node.id;
    }
  }
  return clashes;
}
