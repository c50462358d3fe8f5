/**
 * The codec worker: runs one job at a time and answers with an outcome. Everything heavy is imported from here and nowhere
 * else, so it stays out of the page's first load.
 */
import { expose } from 'comlink';
import { releaseCallback } from '../callback.ts';
import { outcome } from '../outcome.ts';
import type { CodecWorkerApi, Job, JobResult } from './api.ts';
import { compressSource } from './compress-job.ts';
import { decompressFile, recoverFile } from './decompress-job.ts';
import { openCodec } from './runtime.ts';
import { StudentLibrary } from './students.ts';
import type { JobContext } from './watch.ts';

const library = new StudentLibrary();
const running = new Map<string, AbortController>();

const api: CodecWorkerApi = {
  run: (id, job, engine, report) =>
    outcome('UST_PAGE_CODEC', async () => {
      const controller = new AbortController();
      running.set(id, controller);
      try {
        const codec = await openCodec(engine);
        return await start(job, { codec, library, engine, report, signal: controller.signal });
      } finally {
        running.delete(id);
        releaseCallback(report);
      }
    }),
  cancel: (id) => running.get(id)?.abort(),
};
expose(api);

function start(job: Job, context: JobContext): Promise<JobResult> {
  switch (job.task) {
    case 'compress':
      return compressSource(job, context);
    case 'decompress':
      return decompressFile(job.archive, context);
    case 'recover':
      return recoverFile(job.archive, context);
  }
}
