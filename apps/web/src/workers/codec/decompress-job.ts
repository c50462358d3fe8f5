/** An archive back to its file, the list of an archive of many, or what is left of a damaged one. */
import {
  accessBlob,
  openArchive,
  recover,
  type DecodeOptions,
  type OpenedArchive,
  type OpenedFile,
} from '@understudy/codec';
import type { JobResult, Listing, OutputFile } from './api.ts';
import { collect, restoredName } from './streams.ts';
import { JobWatch, threadsOf, type JobContext } from './watch.ts';

export async function decompressFile(archive: File, context: JobContext): Promise<JobResult> {
  let originalBytes = 0;
  // Progress of a decoder counts original bytes; the row's bar counts bytes of the archive.
  const share = (bytesDone: number): number => (originalBytes > 0 ? bytesDone / originalBytes : 0);
  const watch = new JobWatch(context, (bytesDone) => share(bytesDone) * archive.size);
  const opened = await openArchive(accessBlob(archive), decoding(context, watch));
  originalBytes = opened.info.originalBytes;
  watch.threads = threadsOf(context.codec, originalBytes, opened.info.blockBytes);
  if (opened.info.form === 'many') {
    return { ...watch.result(), outputs: [], listing: listingOf(opened), verified: false };
  }
  const outputs = await collectFiles(opened.readAll(), archive.name);
  return { ...watch.result(), outputs, verified: true };
}

/** Folders come with the paths of what lies in them; empty ones are left out. */
function listingOf({ files, info, clashes }: OpenedArchive): Listing {
  return {
    files: files.flatMap(({ kind, path, size }) =>
      kind === 'file' && path !== undefined ? [{ path, size }] : [],
    ),
    bytes: info.originalBytes,
    level: info.level,
    clashes: clashes.length,
  };
}

/** A recovery that would hand out nothing but zeros. */
class NothingLeftError extends Error {
  readonly code = 'UST_PAGE_NOTHING_LEFT';

  constructor(name: string) {
    super(`no block of ${name} is intact, so nothing can be recovered; get another copy`);
  }
}

export async function recoverFile(archive: File, context: JobContext): Promise<JobResult> {
  const watch = new JobWatch(context, () => 0);
  const recovery = await recover(accessBlob(archive), { ...decoding(context, watch), fill: 'zeros' });
  const outputs = await collectFiles(recovery.readAll(), archive.name);
  const { lost, blocksIntact, blocksTotal } = recovery.report();
  if (blocksIntact === 0) throw new NothingLeftError(archive.name);
  return {
    ...watch.result(),
    outputs,
    verified: false,
    lost: {
      blocksIntact,
      lostBytes: lost.reduce((sum, { start, end }) => sum + end - start, 0),
      ...(blocksTotal === undefined ? {} : { blocksTotal }),
    },
  };
}

export function decoding({ codec, library, report, signal }: JobContext, watch: JobWatch): DecodeOptions {
  const onLoaded = (loaded: number, total: number): void => report({ type: 'model', loaded, total });
  return {
    codec,
    students: async (id) => {
      const { name, student } = await library.byId(id, onLoaded, signal);
      watch.model = name;
      watch.restartClock();
      return student;
    },
    signal,
    onProgress: watch.hear,
  };
}

async function collectFiles(files: AsyncGenerator<OpenedFile>, archiveName: string): Promise<OutputFile[]> {
  const outputs: OutputFile[] = [];
  for await (const { entry, stream } of files) {
    if (entry.kind !== 'file') continue;
    outputs.push({ path: restoredName(entry.path, archiveName), blob: await collect(stream) });
  }
  return outputs;
}
