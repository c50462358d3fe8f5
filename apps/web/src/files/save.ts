/**
 * Saves results where the visitor wants them: through the File System Access dialogs where the browser has them (large
 * files then stream to disk), else as downloads. A closed dialog is no error: it answers `undefined`.
 */

interface FilePicker {
  showSaveFilePicker(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
}

interface FolderPicker {
  showDirectoryPicker(options: { mode: 'readwrite' }): Promise<FileSystemDirectoryHandle>;
}

/** Takes files one after the other; a folder takes paths, a download their last part. */
export type SaveTarget = (blob: Blob, name: string) => Promise<void>;

const canPickFile = (scope: object): scope is FilePicker => 'showSaveFilePicker' in scope;
const canPickFolder = (scope: object): scope is FolderPicker => 'showDirectoryPicker' in scope;

/**
 * Asks where one file shall go. Call it in the click itself: browsers refuse dialogs later.
 * @returns undefined when the visitor closed the dialog
 */
export async function chooseFile(suggestedName: string): Promise<SaveTarget | undefined> {
  if (!canPickFile(window)) return download;
  const picker = window;
  const handle = await unlessClosed(() => picker.showSaveFilePicker({ suggestedName }));
  return handle && ((blob) => write(handle, blob));
}

/** Asks for a folder for several files; as `chooseFile`. */
export async function chooseFolder(): Promise<SaveTarget | undefined> {
  if (!canPickFolder(window)) return download;
  const picker = window;
  const folder = await unlessClosed(() => picker.showDirectoryPicker({ mode: 'readwrite' }));
  return folder && ((blob, path) => writeBelow(folder, path, blob));
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Makes the folders of the path; the codec lets no path lead out of them. */
async function writeBelow(root: FileSystemDirectoryHandle, path: string, blob: Blob): Promise<void> {
  let folder = root;
  for (const part of path.split('/').slice(0, -1)) {
    folder = await folder.getDirectoryHandle(part, { create: true });
  }
  await write(await folder.getFileHandle(baseName(path), { create: true }), blob);
}

async function unlessClosed<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') return undefined;
    throw thrown;
  }
}

async function write(handle: FileSystemFileHandle, blob: Blob): Promise<void> {
  await blob.stream().pipeTo(await handle.createWritable());
}

function download(blob: Blob, name: string): Promise<void> {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = baseName(name);
  link.click();
  // The browser reads the blob after the click; a minute is ample for it to open the download.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return Promise.resolve();
}
