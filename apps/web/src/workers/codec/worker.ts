/**
 * The codec worker: loads engines and models on demand, runs one file at a time through `@understudy/codec` and checks
 * what it made. Everything heavy is imported here and nowhere else, so it stays out of the page's first load.
 */
import { expose } from 'comlink';
import { compress, decompress, type BlockMethod, type Codec, type OnProgress } from '@understudy/codec';
import { releaseCallback } from '../callback.ts';
import { outcome } from '../outcome.ts';
import type { CodecWorkerApi, EngineReport, JobOptions, JobProgress, JobResult } from './api.ts';
import { openCodec } from './runtime.ts';
import { archiveName, restoredName, verifySame } from './streams.ts';
import { StudentLibrary } from './students.ts';

type Report = (progress: JobProgress) => void;

const library = new StudentLibrary();
const jobs = new Map<string, AbortController>();
const looseBytes = 16 << 20;
const noBlocks: Readonly<Record<BlockMethod, number>> = { stored: 0, zstd: 0, student: 0 };

const api: CodecWorkerApi = {
  compress: (job, file, options, onProgress) =>
    outcome('UST_PAGE_CODEC', () =>
      asJob(job, onProgress, (signal) => compressFile(file, options, onProgress, signal)),
    ),
  decompress: (job, file, options, onProgress) =>
    outcome('UST_PAGE_CODEC', () =>
      asJob(job, onProgress, (signal) => decompressFile(file, options, onProgress, signal)),
    ),
  cancel: (job) => jobs.get(job)?.abort(),
};
expose(api);

async function asJob<T>(job: string, report: Report, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  jobs.set(job, controller);
  try {
    return await work(controller.signal);
  } finally {
    jobs.delete(job);
    releaseCallback(report);
  }
}

async function compressFile(
  file: File,
  options: JobOptions,
  report: Report,
  signal: AbortSignal,
): Promise<JobResult> {
  const [codec, chosen] = await Promise.all([
    openCodec(options.engine),
    library.byName(options.model, (loaded, total) => report({ type: 'model', loaded, total }), signal),
  ]);
  const opened = await codec.open(chosen.student);
  const engineReport = reportOf(opened.name, opened.reason, chosen.name, options);
  report({ type: 'engine', report: engineReport });

  const started = performance.now();
  let bytesOut = 0;
  let blocks = noBlocks;
  const output = await collect(
    compress(file.stream(), {
      codec,
      student: chosen.student,
      level: 'fast',
      // Neither name nor time is stored: the archive is the one that the terminal makes of the same bytes.
      size: file.size,
      signal,
      onProgress: (event) => {
        if (event.type === 'block') bytesOut += event.bytesOut;
        if (event.type === 'done') blocks = event.blocks;
        if (event.type === 'work') {
          report({
            type: 'coding',
            bytesIn: event.bytesDone,
            bytesOut,
            seconds: (performance.now() - started) / 1000,
          });
        }
      },
    }),
  );
  const seconds = (performance.now() - started) / 1000;

  report({ type: 'verifying', bytesDone: 0, bytesTotal: file.size });
  const decoded = decompress(output.stream(), {
    codec,
    students: async () => chosen.student,
    signal,
    onProgress: onWork((bytesDone) => report({ type: 'verifying', bytesDone, bytesTotal: file.size })),
  });
  await verifySame(file.stream(), decoded);
  return {
    output,
    outputName: archiveName(file.name),
    report: engineReport,
    blocks,
    seconds,
    verified: true,
  };
}

async function decompressFile(
  file: File,
  options: JobOptions,
  report: Report,
  signal: AbortSignal,
): Promise<JobResult> {
  const codec: Codec = await openCodec(options.engine);
  let model = '';
  let storedName: string | undefined;
  let blocks = noBlocks;
  let engineReport: JobResult['report'];
  let started = performance.now();
  const output = await collect(
    decompress(file.stream(), {
      codec,
      students: async (id) => {
        const chosen = await library.byId(
          id,
          (loaded, total) => report({ type: 'model', loaded, total }),
          signal,
        );
        model = chosen.name;
        return chosen.student;
      },
      signal,
      onFile: ({ name }) => (storedName = name),
      onProgress: (event) => {
        if (event.type === 'done') blocks = event.blocks;
        if (event.type === 'engine') {
          engineReport = reportOf(event.engine, event.reason, model, options);
          started = performance.now();
          report({ type: 'engine', report: engineReport });
        }
        if (event.type === 'work') {
          const seconds = (performance.now() - started) / 1000;
          // Progress of a decoder counts original bytes; the row's bar counts bytes of the archive.
          const share = event.bytesTotal ? event.bytesDone / event.bytesTotal : 0;
          report({ type: 'coding', bytesIn: share * file.size, bytesOut: event.bytesDone, seconds });
        }
      },
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  const outputName = restoredName(storedName, file.name);
  return {
    output,
    outputName,
    blocks,
    seconds,
    verified: true,
    ...(engineReport ? { report: engineReport } : {}),
  };
}

/** In the page, an engine that was asked for was chosen in its settings. */
function reportOf(engine: string, reason: string, model: string, options: JobOptions): EngineReport {
  return { engine, reason: engine === options.engine ? 'Chosen in the settings.' : reason, model };
}

function onWork(tell: (bytesDone: number) => void): OnProgress {
  return (event) => {
    if (event.type === 'work') tell(event.bytesDone);
  };
}

/** A stream as a Blob, which the browser may keep on disk. A Response would do, but hides the stream's own error. */
async function collect(stream: ReadableStream<Uint8Array>): Promise<Blob> {
  let parts: BlobPart[] = [];
  let loose = 0;
  for await (const chunk of stream) {
    parts.push(chunk as Uint8Array<ArrayBuffer>);
    loose += chunk.length;
    // Bytes in a Blob are the browser's to move to disk; loose ones are this worker's memory.
    if (loose < looseBytes) continue;
    parts = [new Blob(parts)];
    loose = 0;
  }
  // With a type, no browser invents an extension for the file's name.
  return new Blob(parts, { type: 'application/octet-stream' });
}
