/**
 * Unpacks files into a folder. All is written below a temporary folder and moved when the last byte has been checked: until then
 * nothing stands under a final name. Links on the way are never followed, since an archive's maker chose the names.
 */
import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileEntry } from '@understudy/codec';
import { FileProblem, UsageError } from '../errors.ts';
import { moveUnlessTaken } from './target.ts';
import { releaseTemporary, temporaryName } from './temporary.ts';

/** An entry with the path it is to get below the folder; the archive's own rules have refused what leads out of it. */
export interface Unpacked {
  path: string;
  entry: FileEntry;
}

export interface FolderTarget {
  /** The folder, or the one thing that is written into it. */
  name: string;
  add(file: Unpacked, stream: ReadableStream<Uint8Array>): Promise<number>;
  commit(): Promise<void>;
  /** Leaves no trace. Harmless after `commit`. */
  discard(): Promise<void>;
}

/**
 * @param folder is made, with those above it, if it is not there
 * @throws UsageError where something stands in the way, FileProblem
 */
export async function openFolderTarget(
  folder: string,
  files: readonly Unpacked[],
  force: boolean,
): Promise<FolderTarget> {
  const attempt = <T>(path: string, action: () => Promise<T>): Promise<T> =>
    FileProblem.from('write', path, action);
  const exists = await folderExists(folder);
  const tops = [...new Set(files.map(({ path }) => path.split('/')[0] ?? path))];
  if (exists) for (const file of files) await refuseConflict(folder, file, force);
  const parent = exists ? folder : dirname(folder);
  await attempt(parent, () => mkdir(parent, { recursive: true }));
  const temporary = temporaryName(parent);
  await attempt(folder, () => mkdir(temporary));
  let settled = false;
  return {
    name: tops.length === 1 && tops[0] !== undefined ? join(folder, tops[0]) : folder,
    async add({ path, entry }, stream) {
      const target = join(temporary, path);
      if (entry.kind === 'directory') {
        await attempt(join(folder, path), () =>
          mkdir(target, { recursive: true, mode: ((entry.mode ?? 0o777) & 0o777) | 0o700 }),
        );
        await stream.cancel();
        return 0;
      }
      return attempt(join(folder, path), async () => {
        await mkdir(dirname(target), { recursive: true });
        return writeFile(target, entry, stream);
      });
    },
    async commit() {
      await attempt(folder, async () => {
        if (exists) await merge(temporary, folder, force);
        else await rename(temporary, folder);
      });
      settled = true;
      await rm(temporary, { recursive: true, force: true });
      releaseTemporary(temporary);
      // Innermost first: a folder's time changes with what is put into it, and a closed folder takes nothing more.
      for (const { path, entry } of [...files].reverse()) {
        if (entry.kind === 'directory')
          await attempt(join(folder, path), () => finishFolder(join(folder, path), entry));
      }
    },
    async discard() {
      if (settled) return;
      settled = true;
      await rm(temporary, { recursive: true, force: true });
      releaseTemporary(temporary);
    },
  };
}

async function folderExists(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw new FileProblem('write', path, error);
  }
  throw new UsageError(
    `${path} is a file, and the archive holds many: give a folder with -o`,
    'UST_TARGET_EXISTS',
  );
}

async function refuseConflict(folder: string, { path, entry }: Unpacked, force: boolean): Promise<void> {
  const parts = path.split('/');
  for (const i of parts.keys()) {
    const place = join(folder, ...parts.slice(0, i + 1));
    const found = await lstatIfThere(place);
    if (found === undefined) return;
    if (!force)
      throw new UsageError(
        `${place} exists already; -f replaces it, -o gives another folder`,
        'UST_TARGET_EXISTS',
      );
    const isFolder = i < parts.length - 1 || entry.kind === 'directory';
    if (isFolder !== found.isDirectory()) {
      const [needed, is] = isFolder ? ['a folder', 'none'] : ['a file', 'a folder'];
      throw new UsageError(
        `${place} is ${needed} in the archive, but ${is} here; give another folder with -o`,
        'UST_TARGET_EXISTS',
      );
    }
  }
}

async function lstatIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new FileProblem('write', path, error);
  }
}

/** Permissions go through the user's mask; never set-user-id and its like, since the archive may come from anybody. */
async function writeFile(
  path: string,
  { mode = 0o666, mtime }: FileEntry,
  stream: ReadableStream<Uint8Array>,
): Promise<number> {
  const file = await open(path, 'wx', mode & 0o777);
  let written = 0;
  try {
    for await (const chunk of stream) {
      for (let done = 0; done < chunk.length;) done += (await file.write(chunk, done)).bytesWritten;
      written += chunk.length;
    }
    if (mtime !== undefined) await file.utimes(mtime / 1000, mtime / 1000);
  } finally {
    await file.close();
  }
  return written;
}

/** Until now it had to be open to its owner. */
async function finishFolder(path: string, { mode, mtime }: FileEntry): Promise<void> {
  if (mode !== undefined && (mode & 0o700) !== 0o700)
    await chmod(path, (await stat(path)).mode & mode & 0o777);
  if (mtime !== undefined) await utimes(path, mtime / 1000, mtime / 1000);
}

/** Moves what lies in `from` into `to`; folders that are in both are merged. */
async function merge(from: string, to: string, force: boolean): Promise<void> {
  for (const name of await readdir(from)) {
    const source = join(from, name);
    const target = join(to, name);
    const isFolder = (await lstat(source)).isDirectory();
    const there = await lstatIfThere(target);
    if (isFolder && there?.isDirectory() === true && force) await merge(source, target, force);
    else if (isFolder || force) await rename(source, target);
    else await moveUnlessTaken(source, target);
  }
}
