/**
 * Which target belongs to which source. Pure: looks at names only, never at the disk, and never at the name stored
 * inside an archive, which its maker chose.
 */
import { basename, join } from 'node:path';
import { UsageError } from '../errors.ts';

export const archiveSuffix = '.ust';
/** As a file argument or target: standard input or output. */
export const standardStream = '-';

/** @throws UsageError when `source` already is an archive by its name. */
export function archiveNameFor(source: string): string {
  if (source.toLowerCase().endsWith(archiveSuffix)) {
    throw new UsageError(
      `${source} already ends in ${archiveSuffix}; to compress it again give a target with -o`,
    );
  }
  return source + archiveSuffix;
}

/** @throws UsageError for `.` and its like, whose archive would lie where nobody looks for it */
export function folderArchiveNameFor(folder: string): string {
  const name = folder.replace(/[\\/]+$/, '');
  if (name === '' || basename(name) === '.' || basename(name) === '..')
    throw new UsageError(`the archive of ${folder} has no name of its own; give one with -o`);
  return name + archiveSuffix;
}

/** @throws UsageError when the name does not say what the original was called. */
export function originalNameFor(archive: string): string {
  const name = archive.slice(0, -archiveSuffix.length);
  const bare = basename(name);
  if (
    !archive.toLowerCase().endsWith(archiveSuffix) ||
    bare === '' ||
    bare === '.' ||
    bare === '..' ||
    name.endsWith('/')
  ) {
    throw new UsageError(
      `${archive} does not end in ${archiveSuffix}, so the target has no name; give one with -o`,
    );
  }
  return name;
}

/** The name `target` gets when it is to lie in `folder`. */
export function inFolder(folder: string, target: string): string {
  return join(folder, basename(target));
}
