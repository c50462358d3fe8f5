/**
 * A pipe kept in a temporary file, for what must be read from its end. The file goes when the process does, however it ends.
 */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openFileAccess, type FileAccess } from '@understudy/codec/node';
import { BrokenPipe, CliError, FileProblem } from '../errors.ts';
import { releaseTemporary, temporaryName } from './temporary.ts';

/** @throws FileProblem */
export async function spool(chunks: AsyncIterable<Uint8Array>): Promise<FileAccess> {
  const path = temporaryName(tmpdir());
  const remove = async (): Promise<void> => {
    await rm(path, { force: true });
    releaseTemporary(path);
  };
  try {
    await pipeline(Readable.from(chunks), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    const access = await openFileAccess(path);
    const close = async (): Promise<void> => {
      await access.close();
      await remove();
    };
    return { ...access, close };
  } catch (error) {
    await remove();
    if (error instanceof CliError || error instanceof BrokenPipe) throw error;
    throw new FileProblem('write', path, error);
  }
}
