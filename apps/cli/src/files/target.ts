/**
 * Targets. A file is written under a temporary name beside its final one and renamed by `commit`, after the caller
 * has checked it; until then the final name is untouched. Devices, FIFOs and standard output take the bytes as they
 * come.
 */
import { createWriteStream, type Stats } from 'node:fs';
import { link, open, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BrokenPipe, FileProblem, UsageError } from '../errors.ts';
import { identityOf, type Source } from './source.ts';
import { releaseTemporary, temporaryName } from './temporary.ts';

export interface Target {
  /** Path, or “standard output”. */
  name: string;
  /** Where the bytes can be read again before `commit`; undefined if they are gone once written. */
  readBackFrom?: string;
  write(bytes: Uint8Array): Promise<void>;
  /** All bytes are given: gets them to the disk. @param modified of the file, if it is not the source's */
  flush(modified?: Date): Promise<void>;
  /** Gives the file its final name. */
  commit(): Promise<void>;
  /** Leaves no trace. Harmless after `commit`. */
  discard(): Promise<void>;
}

/** What a target takes over from its source, and must not be. */
export type Origin = Pick<Source, 'identity' | 'attributes'>;

/** @throws UsageError (exists, is the source itself), FileProblem */
export async function openTarget(path: string, source: Origin, force: boolean): Promise<Target> {
  const existing = await existingFile(path);
  if (existing && source.identity === identityOf(existing)) {
    throw new UsageError(`${path} is the source itself; give another target with -o`);
  }
  if (existing?.isDirectory()) throw new UsageError(`${path} is a folder; give a file name with -o`);
  if (existing && !existing.isFile()) return streamTarget(path, createWriteStream(path));
  if (existing && !force) {
    throw new UsageError(
      `${path} exists already; -f replaces it, -o gives another name`,
      'UST_TARGET_EXISTS',
    );
  }
  return fileTarget(path, source, force);
}

export function standardOutput(): Target {
  return streamTarget('standard output', process.stdout);
}

/** Takes bytes and forgets them: for `test`. */
export function nowhere(): Target {
  const nothing = async (): Promise<void> => {};
  return { name: 'nowhere', write: nothing, flush: nothing, commit: nothing, discard: nothing };
}

async function existingFile(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new FileProblem('write', path, error);
  }
}

async function fileTarget(path: string, source: Origin, force: boolean): Promise<Target> {
  const temporary = temporaryName(dirname(path));
  const attempt = <T>(action: () => Promise<T>): Promise<T> => FileProblem.from('write', path, action);
  let file: FileHandle | undefined;
  try {
    file = await attempt(() => open(temporary, 'wx', (source.attributes?.mode ?? 0o666) | 0o600));
  } catch (error) {
    releaseTemporary(temporary);
    throw error;
  }
  const handle = file;
  let settled = false;
  return {
    name: path,
    readBackFrom: temporary,
    async write(bytes) {
      for (let done = 0; done < bytes.length;) {
        done += (await attempt(() => handle.write(bytes, done))).bytesWritten;
      }
    },
    async flush(modified = source.attributes?.modified) {
      if (modified) await attempt(() => handle.utimes(source.attributes?.accessed ?? modified, modified));
      await attempt(() => handle.sync());
      await attempt(() => handle.close());
    },
    async commit() {
      await attempt(() => (force ? rename(temporary, path) : moveUnlessTaken(temporary, path)));
      settled = true;
      releaseTemporary(temporary);
    },
    async discard() {
      if (settled) return;
      settled = true;
      await handle.close().catch(() => {});
      await unlink(temporary).catch(() => {});
      releaseTemporary(temporary);
    },
  };
}

/** `rename` replaces what stands there; a hard link does not, so a file that appeared meanwhile is safe. */
export async function moveUnlessTaken(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw error;
    // No hard links on this file system (FAT, some network mounts).
    return rename(temporary, path);
  }
  await unlink(temporary);
}

function streamTarget(name: string, stream: NodeJS.WritableStream): Target {
  let failed: Error | undefined;
  stream.on('error', (error: Error) => (failed = error));
  const settle = async (action: (done: (error?: Error | null) => void) => void): Promise<void> => {
    try {
      if (failed) throw failed;
      await new Promise<void>((resolve, reject) => {
        action((error) => {
          if (error) reject(error);
          else resolve();
        });
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EPIPE') throw new BrokenPipe();
      throw new FileProblem('write', name, error);
    }
  };
  return {
    name,
    write: (bytes) => settle((done) => stream.write(bytes, done)),
    flush: () => (stream === process.stdout ? Promise.resolve() : settle((done) => stream.end(done))),
    commit: async () => {},
    discard: async () => {},
  };
}
