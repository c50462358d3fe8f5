/**
 * Where a result goes: `-c`, `-o`, or the name that follows from the source's. Refusals happen here, before any work.
 */
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileEntry } from '@understudy/codec';
import type { Options } from '../arguments/parse.ts';
import { UsageError } from '../errors.ts';
import { openFolderTarget, type FolderTarget, type Unpacked } from '../files/folder-target.ts';
import { inFolder, originalNameFor, standardStream } from '../files/names.ts';
import { openTarget, standardOutput, type Origin, type Target } from '../files/target.ts';

type Wanted = Pick<Options, 'stdout' | 'output' | 'force'>;

/** The target of one file. @throws UsageError, FileProblem */
export async function targetFor(
  path: string,
  origin: Origin,
  { stdout, output, force }: Wanted,
  nameFor: (source: string) => string,
): Promise<Target> {
  if (stdout || (path === standardStream && output === undefined)) return standardOutput();
  if (output === undefined) return openTarget(nameFor(path), origin, force);
  const intoFolder = path !== standardStream && (await isFolder(output));
  return openTarget(intoFolder ? inFolder(output, nameFor(path)) : output, origin, force);
}

/**
 * The target of an archive of many files: beside it if all lies in one folder, else a folder of its own name.
 * @throws UsageError, FileProblem
 */
export async function folderFor(
  path: string,
  files: readonly Unpacked[],
  { stdout, output, force }: Wanted,
): Promise<FolderTarget> {
  if (stdout)
    throw new UsageError(
      `${shown(path)} holds many files, which one pipe cannot give: unpack it into a folder with -o, or take one with --extract`,
    );
  if (output !== undefined) return openFolderTarget(output, files, force);
  if (path === standardStream)
    throw new UsageError('the archive on standard input holds many files: name a folder for them with -o');
  const tops = new Set(files.map((file) => file.path.split('/')[0]));
  if (tops.size === 1) return openFolderTarget(dirname(path), files, force);
  const own = originalNameFor(path);
  if (!force && (await isThere(own)))
    throw new UsageError(
      `${own} exists already; -f unpacks into it, -o gives another folder`,
      'UST_TARGET_EXISTS',
    );
  return openFolderTarget(own, files, force);
}

/** The target of what `--extract` takes: it keeps its name, and the folders above it are left out. */
export async function extractFolder(
  path: string,
  files: readonly Unpacked[],
  wanted: Wanted,
): Promise<FolderTarget> {
  if (path === standardStream && wanted.output === undefined)
    throw new UsageError(
      'the archive comes from standard input: name a folder with -o, or use -c for one file',
    );
  return openFolderTarget(wanted.output ?? dirname(path), files, wanted.force);
}

/**
 * What `--extract` means: entries by the paths they get. A folder takes all that lies in it.
 * @throws UsageError where two would get the same name, or nothing is called so
 */
export function selectEntries(entries: readonly FileEntry[], wanted: readonly string[]): Unpacked[] {
  const tops = new Map<string, string>();
  return wanted.flatMap((given) => {
    const path = given.replace(/\/+$/, '');
    const top = basename(path);
    const earlier = tops.get(top);
    if (earlier !== undefined)
      throw new UsageError(`${earlier} and ${given} would both be called ${top}: extract them one by one`);
    tops.set(top, given);
    const found = entries.filter((entry) => entry.path === path || entry.path?.startsWith(`${path}/`));
    if (found.length === 0)
      throw new UsageError(
        `the archive holds nothing called ${given}; \`understudy list\` says what it holds`,
      );
    return found.map((entry) => ({ path: join(top, (entry.path ?? '').slice(path.length)), entry }));
  });
}

export function shown(path: string): string {
  return path === standardStream ? 'the archive on standard input' : path;
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
