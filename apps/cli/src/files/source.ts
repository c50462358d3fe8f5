/**
 * Sources: a file or standard input as a stream of bytes, with size and digest. Nothing here ever writes.
 */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { FileProblem, UsageError } from '../errors.ts';
import { standardStream } from './names.ts';

const chunkBytes = 1 << 18;

export interface Source {
  /** As the user wrote it; “standard input” for a pipe. */
  name: string;
  /** Undefined for anything that is not a regular file. */
  size?: number;
  /** Device and inode, to recognise the same file under another name. */
  identity?: string;
  /** Carried over to the target, as gzip, xz and zstd do. */
  attributes?: { mode: number; accessed: Date; modified: Date };
  /** To be called once. Bytes are read as they are asked for. */
  stream(): ReadableStream<Uint8Array>;
  /** Bytes and SHA-256 of what has been read so far. */
  read(): { bytes: number; sha256: string };
  /** Gives the file back to the system; the stream ends there. Harmless when done already. */
  close(): Promise<void>;
}

/** @throws FileProblem, UsageError (a folder) */
export async function openSource(path: string): Promise<Source> {
  if (path === standardStream) return metered('standard input', {}, standardInput());
  const found = await FileProblem.from('read', path, () => stat(path));
  if (found.isDirectory()) throw new UsageError(`${path} is a folder; a file is needed here`);
  const attributes = { mode: found.mode & 0o777, accessed: found.atime, modified: found.mtime };
  const identity = identityOf(found);
  return metered(
    path,
    { identity, ...(found.isFile() && { size: found.size, attributes }) },
    fileReader(path),
  );
}

/** The same for every name of a file. */
export function identityOf({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`;
}

interface Reader {
  /** The next bytes, undefined at the end. */
  next(): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

function standardInput(): Reader {
  const input = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
  return {
    next: () => FileProblem.from('read', 'standard input', async () => (await input.next()).value),
    close: async () => void (await input.return?.()),
  };
}

/** Opens the file with the first read, so that a refused target leaves nothing open. */
function fileReader(path: string): Reader {
  let opened: Promise<FileHandle> | undefined;
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    const file = await opened?.catch(() => undefined);
    await file?.close();
  };
  return {
    async next() {
      if (closed) return undefined;
      opened ??= FileProblem.from('read', path, () => open(path));
      const file = await opened;
      const buffer = new Uint8Array(chunkBytes);
      const { bytesRead } = await FileProblem.from('read', path, () =>
        file.read(buffer, 0, chunkBytes, null),
      );
      if (bytesRead > 0) return buffer.subarray(0, bytesRead);
      await close();
      return undefined;
    },
    close,
  };
}

/** Counts and digests all that is read from one source, or from several one after the other. */
export class Meter {
  private readonly digest = createHash('sha256');
  private bytes = 0;

  add(chunk: Uint8Array): void {
    this.digest.update(chunk);
    this.bytes += chunk.length;
  }

  /** Bytes and SHA-256 so far. */
  read(): { bytes: number; sha256: string } {
    return { bytes: this.bytes, sha256: this.digest.copy().digest('hex') };
  }
}

/** The bytes of a file, which is opened when the first are asked for and closed with the last. */
export function fileStream(path: string, meter: Meter): ReadableStream<Uint8Array> {
  return streamOf(fileReader(path), meter);
}

function metered(
  name: string,
  facts: Pick<Source, 'size' | 'identity' | 'attributes'>,
  reader: Reader,
): Source {
  const meter = new Meter();
  return {
    name,
    ...facts,
    stream: () => streamOf(reader, meter),
    read: () => meter.read(),
    close: () => reader.close(),
  };
}

function streamOf(reader: Reader, meter: Meter): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await reader.next();
        if (!chunk) {
          controller.close();
          return;
        }
        meter.add(chunk);
        controller.enqueue(chunk);
      },
      cancel: () => reader.close(),
    },
    { highWaterMark: 0 },
  );
}
