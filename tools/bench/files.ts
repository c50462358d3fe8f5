/**
 * What is measured: the files and folders given, or a small set made from this repository's own text, so that the
 * benchmark runs from any clone. The set changes as the repository does; each file's digest is printed beside it.
 */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';

export interface BenchFile {
  /** As it is shown in the report. */
  name: string;
  path: string;
  bytes: number;
}

const skippedFolders = new Set([
  'node_modules',
  'dist',
  'build',
  'test-results',
  'playwright-report',
  'screenshots',
]);
/** A slice is enough to compare by, and keeps the teacher's part to seconds. */
const builtInBytes = 300_000;

/** All regular files below `folder`, sorted by path; dot files and build products left out. */
async function walk(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || skippedFolders.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await walk(path)));
    else if (entry.isFile()) found.push(path);
  }
  return found.sort();
}

/** The files named, then those below each folder. A missing one is told to `say` and left out. */
export async function givenFiles(
  files: readonly string[],
  folders: readonly string[],
  say: (line: string) => void,
): Promise<BenchFile[]> {
  const found: BenchFile[] = [];
  const add = async (path: string, name: string): Promise<void> => {
    const { size } = await stat(path);
    if (size > 0) found.push({ name, path, bytes: size });
  };
  for (const path of files) {
    await add(path, basename(path)).catch(() => say(`left out: cannot read ${path}`));
  }
  for (const folder of folders) {
    const below = await walk(folder).catch(() => (say(`left out: no folder ${folder}`), []));
    for (const path of below) await add(path, relative(folder, path));
  }
  return found;
}

/** Writes the built-in set into `scratch`. */
export async function builtInFiles(repository: string, scratch: string): Promise<BenchFile[]> {
  const below = async (folders: readonly string[], suffix: RegExp): Promise<string[]> => {
    const lists = await Promise.all(folders.map((folder) => walk(join(repository, folder)).catch(() => [])));
    return lists.flat().filter((path) => suffix.test(path) && basename(path) !== 'BENCHMARKS.md');
  };
  const docs = await joined([join(repository, 'README.md'), ...(await below(['docs'], /\.md$/))]);
  const contents: Record<string, Buffer> = {
    'docs-4096.md': docs.subarray(0, 4096),
    'docs.md': docs,
    'sources.ts': await joined(await below(['apps', 'shared', 'tools'], /\.tsx?$/)),
    'sources.cc': await joined(await below(['wasm'], /\.(cc|h)$/)),
    'package-lock.json': await joined([join(repository, 'package-lock.json')]),
  };
  const files: BenchFile[] = [];
  for (const [name, whole] of Object.entries(contents)) {
    const content = whole.subarray(0, builtInBytes);
    if (content.length === 0) continue;
    const path = join(scratch, name);
    await writeFile(path, content);
    files.push({ name, path, bytes: content.length });
  }
  return files;
}

/** Pieces of these lengths are cut at one offset, so that none begins where its file does. */
export const pieceOffset = 123_456;
export const pieceLengths = [1024, 4096, 16384, 65536] as const;
/** Files that pieces are cut from, where they are among the files measured. */
const pieceSources = ['enwik-b', 'wiki-plain', 'wiki-markup', 'code-ts', 'html', 'json'];

export interface Piece extends BenchFile {
  /** The file it was cut from. */
  source: string;
}

/** Writes the pieces into `scratch`: of the files named above, or where none of them is there of every file that is long enough. */
export async function cutPieces(files: readonly BenchFile[], scratch: string): Promise<Piece[]> {
  const longest = Math.max(...pieceLengths);
  const named = files.filter(({ name }) => pieceSources.includes(name));
  const sources = (named.length > 0 ? named : files).filter(({ bytes }) => bytes >= pieceOffset + longest);
  const pieces: Piece[] = [];
  for (const { name: source, path: from } of sources) {
    const whole = await readFile(from);
    for (const bytes of pieceLengths) {
      const name = `${basename(source)}-${bytes}`;
      const path = join(scratch, name);
      await writeFile(path, whole.subarray(pieceOffset, pieceOffset + bytes));
      pieces.push({ source, name, path, bytes });
    }
  }
  return pieces;
}

async function joined(paths: readonly string[]): Promise<Buffer> {
  const parts = await Promise.all(paths.map((path) => readFile(path).catch(() => Buffer.alloc(0))));
  return Buffer.concat(parts);
}
