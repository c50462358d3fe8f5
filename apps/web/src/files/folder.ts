/**
 * Folders as the browser hands them over, dropped or chosen, become one list of files with relative paths in a sorted order, so
 * that the same folder always gives the same archive.
 */
import type { Folder } from '../workers/codec/api.ts';

export type FolderEntry = Folder['entries'][number];

/** The folder that all paths begin with; undefined where there is no file. */
export function folderOf(entries: readonly FolderEntry[]): Folder | undefined {
  const name = entries[0]?.path.split('/')[0];
  if (name === undefined) return undefined;
  const sorted = entries.toSorted((a, b) => compareParts(a.path.split('/'), b.path.split('/')));
  return { name, size: entries.reduce((sum, { file }) => sum + file.size, 0), entries: sorted };
}

/** By parts, as the terminal sorts them: what lies in a folder follows it at once. */
function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [left, right] = [a[i] ?? '', b[i] ?? ''];
    if (left !== right) return left < right ? -1 : 1;
  }
  return a.length - b.length;
}

/** All files below a dropped folder, however deep. Rejects where one cannot be read. */
export async function readFolder(directory: FileSystemDirectoryEntry): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = [];
  const reader = directory.createReader();
  for (;;) {
    // A reader hands out a hundred at a time, and none at the end.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return entries;
    for (const entry of batch) {
      if (isDirectory(entry)) entries.push(...(await readFolder(entry)));
      else entries.push({ path: entry.fullPath.replace(/^\//, ''), file: await fileOf(entry) });
    }
  }
}

export function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function fileOf(entry: FileSystemEntry): Promise<File> {
  return new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
}
