/** One file or one folder to one archive, and the check that it decodes to the same bytes. */
import {
  accessBlob,
  compress,
  compressFiles,
  decompress,
  openArchive,
  ruleOf,
  type CompressionOptions,
  type DecodeOptions,
} from '@understudy/codec';
import type { Folder, Job, JobResult, Source } from './api.ts';
import { archiveName, collect, verifySame, VerifyError } from './streams.ts';
import { JobWatch, threadsOf, type JobContext } from './watch.ts';

type CompressJob = Extract<Job, { task: 'compress' }>;

export async function compressSource(job: CompressJob, context: JobContext): Promise<JobResult> {
  const { source, level, verify } = job;
  const { codec, library, report, signal } = context;
  const onLoaded = (loaded: number, total: number): void => report({ type: 'model', loaded, total });
  const { name, student } = await library.forLevel(level, job.model, onLoaded, signal);
  const watch = new JobWatch(context, (bytesDone) => bytesDone);
  watch.model = name;
  watch.restartClock();
  watch.threads = threadsOf(codec, source.size, ruleOf(level).blockBytes);

  const { size } = source;
  const archive = await collect(
    archiveOf(source, { codec, student, level, size, signal, onProgress: watch.hear }),
  );
  const coded = watch.result();
  if (verify) {
    const tell = (bytesDone: number): void => report({ type: 'verifying', bytesDone, bytesTotal: size });
    tell(0);
    await verifyArchive(source, archive, {
      codec,
      students: async () => student,
      signal,
      onProgress: (event) => {
        if (event.type === 'work') tell(event.bytesDone);
      },
    });
  }
  return {
    ...coded,
    outputs: [{ path: archiveName(source.name), blob: archive }],
    level,
    verified: verify,
  };
}

/** Neither a file's name nor times are stored: the archive is the one that the terminal makes of the same bytes with `-n`. */
function archiveOf(source: Source, options: CompressionOptions): ReadableStream<Uint8Array> {
  if (source instanceof File) return compress(source.stream(), options);
  const entries = source.entries.map(({ path, file }) => ({
    path,
    kind: 'file' as const,
    size: file.size,
    stream: () => file.stream(),
  }));
  return compressFiles(entries, options);
}

async function verifyArchive(source: Source, archive: Blob, options: DecodeOptions): Promise<void> {
  if (source instanceof File) await verifySame(source.stream(), decompress(archive.stream(), options));
  else await verifyFolder(source, archive, options);
}

async function verifyFolder({ entries }: Folder, archive: Blob, options: DecodeOptions): Promise<void> {
  const opened = await openArchive(accessBlob(archive), options);
  let index = 0;
  for await (const { entry, stream } of opened.readAll()) {
    const expected = entries[index++];
    if (expected === undefined || expected.path !== entry.path) throw new VerifyError(0, entry.path);
    await verifySame(expected.file.stream(), stream, entry.path);
  }
  if (index !== entries.length) throw new VerifyError(0, entries[index]?.path);
}
