/** Files of an archive of many, one or all, to where the visitor wants them; each is checked before its last byte is out. */
import { accessBlob, openArchive, type OpenedArchive, type OpenedFile } from '@understudy/codec';
import { writeInto } from '../../files/places.ts';
import type { Job, JobResult, OutputFile } from './api.ts';
import { decoding } from './decompress-job.ts';
import { collect } from './streams.ts';
import { JobWatch, threadsOf, type JobContext } from './watch.ts';

type ExtractJob = Extract<Job, { task: 'extract' }>;

export async function extractFiles(
  { archive, path, place }: ExtractJob,
  context: JobContext,
): Promise<JobResult> {
  const watch = new JobWatch(context, (bytesDone) => bytesDone);
  const opened = await openArchive(accessBlob(archive), decoding(context, watch));
  watch.threads = threadsOf(context.codec, opened.info.originalBytes, opened.info.blockBytes);
  const outputs: OutputFile[] = [];
  for await (const { entry, stream } of wanted(opened, path)) {
    if (entry.kind !== 'file' || entry.path === undefined) continue;
    if (place) await writeInto(place, entry.path, stream);
    else outputs.push({ path: entry.path, blob: await collect(stream) });
  }
  return { ...watch.result(), outputs, verified: true };
}

async function* wanted(opened: OpenedArchive, path: string | undefined): AsyncGenerator<OpenedFile, void> {
  if (path === undefined) {
    yield* opened.readAll();
    return;
  }
  const entry = opened.files.find((file) => file.path === path);
  if (entry) yield { entry, stream: opened.readFile(path) };
}
