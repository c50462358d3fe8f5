/**
 * Asks where results shall go: through the File System Access dialogs where the browser has them, else they become downloads.
 * A closed dialog is no error: it answers `undefined`.
 */
import { baseName, writeInto, type Place } from './places.ts';

interface FilePicker {
  showSaveFilePicker(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
}
interface FolderPicker {
  showDirectoryPicker(options: { mode: 'readwrite' }): Promise<FileSystemDirectoryHandle>;
}

export type Target = Place | 'download';

const canPickFile = (scope: object): scope is FilePicker => 'showSaveFilePicker' in scope;
const canPickFolder = (scope: object): scope is FolderPicker => 'showDirectoryPicker' in scope;

/**
 * Asks where one file shall go. Call it in the click itself: browsers refuse dialogs later.
 * @returns undefined when the visitor closed the dialog
 */
export async function chooseFile(suggestedName: string): Promise<Target | undefined> {
  if (!canPickFile(window)) return 'download';
  const picker = window;
  const handle = await unlessClosed(() => picker.showSaveFilePicker({ suggestedName }));
  return handle && { kind: 'file', handle };
}

/** Asks for a folder for several files; as `chooseFile`. */
export async function chooseFolder(): Promise<Target | undefined> {
  if (!canPickFolder(window)) return 'download';
  const picker = window;
  const handle = await unlessClosed(() => picker.showDirectoryPicker({ mode: 'readwrite' }));
  return handle && { kind: 'folder', handle };
}

/** Saves one file; a folder takes its path, a download the last part of it. */
export async function saveBlob(target: Target, path: string, blob: Blob): Promise<void> {
  if (target === 'download') download(blob, baseName(path));
  else await writeInto(target, path, blob.stream());
}

function download(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the blob after the click; a minute is ample for it to open the download.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

async function unlessClosed<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') return undefined;
    throw thrown;
  }
}
