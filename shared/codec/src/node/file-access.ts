/**
 * A file on disk as the bytes of an archive, for openArchive and recover.
 */
import { open, type FileHandle } from 'node:fs/promises';
import type { RandomAccess } from '../archive/random-access.ts';
import { TruncatedError } from '../errors.ts';

export interface FileAccess extends RandomAccess {
  close(): Promise<void>;
}

/** Opens the file for reading. @throws the file system's own errors */
export async function openFileAccess(path: string): Promise<FileAccess> {
  const handle = await open(path, 'r');
  try {
    return { ...accessHandle(handle, (await handle.stat()).size), close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A file that is open already, as long as it was when it was opened; closing it is the caller's. */
export function accessHandle(handle: FileHandle, size: number): RandomAccess {
  return {
    size,
    read: async (offset, length) => {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length;) {
        const { bytesRead } = await handle.read(bytes, at, length - at, offset + at);
        if (bytesRead === 0)
          throw new TruncatedError({ where: 'a file that became shorter', offset: offset + at });
        at += bytesRead;
      }
      return bytes;
    },
  };
}
