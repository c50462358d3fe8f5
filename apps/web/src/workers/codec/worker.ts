/**
 * The codec worker: runs one job at a time and answers with an outcome. Everything heavy is imported from here and nowhere
 * else, so it stays out of the page's first load.
 */
import { expose } from 'comlink';
import { releaseCallback } from '../callback.ts';
import { outcome, type Outcome } from '../outcome.ts';
import type { CodecWorkerApi, EngineChoice, Job, JobProgress, JobResult } from './api.ts';
import { JobClock } from './clock.ts';
import { compressSource } from './compress-job.ts';
import { decompressFile, recoverFile } from './decompress-job.ts';
import { extractFiles } from './extract-job.ts';
import { addModel, examine } from './model-jobs.ts';
import type { Codec } from '@understudy/codec';
import { openCodec } from './runtime.ts';
import { StudentLibrary } from './students.ts';
import type { JobContext } from './watch.ts';

const library = new StudentLibrary();

interface Running {
  readonly controller: AbortController;
  readonly clock: JobClock;
  paused: boolean;
  /** From when it is open. */
  codec?: Codec;
}
const running = new Map<string, Running>();

function hold(job: Running): void {
  job.codec?.gate[job.paused ? 'hold' : 'release']();
  job.clock[job.paused ? 'pause' : 'resume']();
}

/** Runs one piece of work with an engine, which can be cancelled and held up by its id until it ends. */
function work<T>(
  id: string,
  engine: EngineChoice,
  report: (progress: JobProgress) => void,
  run: (context: JobContext) => Promise<T>,
): Promise<Outcome<T>> {
  return outcome('UST_PAGE_CODEC', async () => {
    const controller = new AbortController();
    const clock = new JobClock();
    const entry: Running = { controller, clock, paused: false };
    running.set(id, entry);
    try {
      const codec = await openCodec(engine);
      entry.codec = codec;
      hold(entry);
      return await run({ codec, library, engine, report, clock, signal: controller.signal });
    } finally {
      running.delete(id);
      entry.codec?.gate.release();
      releaseCallback(report);
    }
  });
}

const api: CodecWorkerApi = {
  run: (id, job, engine, report) => work(id, engine, report, (context) => start(job, context)),
  examine: (id, model, engine, report) => work(id, engine, report, (context) => examine(model, context)),
  addModel: (files) => outcome('UST_PAGE_MODEL_FILES', () => addModel(files)),
  cancel: (id) => running.get(id)?.controller.abort(),
  setPaused: (id, paused) => {
    const job = running.get(id);
    if (!job) return;
    job.paused = paused;
    hold(job);
  },
};
expose(api);

function start(job: Job, context: JobContext): Promise<JobResult> {
  switch (job.task) {
    case 'compress':
      return compressSource(job, context);
    case 'decompress':
      return decompressFile(job.archive, context);
    case 'extract':
      return extractFiles(job, context);
    case 'recover':
      return recoverFile(job.archive, context);
  }
}
