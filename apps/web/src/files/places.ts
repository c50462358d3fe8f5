/** Where a file goes on the visitor's disk, through the File System Access API. Streams in, so that size does not matter; used by page and workers. */

/** Handles cross to workers, and so does the end of a stream (it is handed over). */
export type Place =
  | { kind: 'stream'; writable: WritableStream<Uint8Array> }
  | { kind: 'file'; handle: FileSystemFileHandle }
  | { kind: 'folder'; handle: FileSystemDirectoryHandle };

/**
 * Writes the stream to the place; in a folder, below it at `path`, whose folders are made. The file gets its name only when it is
 * whole: a stream that fails leaves nothing. The codec lets no path lead out of its folder.
 */
export async function writeInto(
  place: Place,
  path: string,
  stream: ReadableStream<Uint8Array>,
): Promise<void> {
  if (place.kind === 'stream') {
    await stream.pipeTo(place.writable);
    return;
  }
  const file = place.kind === 'file' ? place.handle : await fileBelow(place.handle, path);
  await (stream as ReadableStream<Uint8Array<ArrayBuffer>>).pipeTo(await file.createWritable());
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

async function fileBelow(root: FileSystemDirectoryHandle, path: string): Promise<FileSystemFileHandle> {
  let folder = root;
  for (const part of path.split('/').slice(0, -1)) {
    folder = await folder.getDirectoryHandle(part, { create: true });
  }
  return folder.getFileHandle(baseName(path), { create: true });
}
