/**
 * `trainer evaluate`: the figure that counts. Each file becomes a real archive through the given student and comes back, so sizes include
 * headers and checksums, speeds are those of the codec, and a student that does not round-trip fails here.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { compress, decompress, type Codec, type Level, type Progress, type Student } from '@understudy/codec';
import { loadNodeStudent, openNodeCodec } from '@understudy/codec/node';
import { DataError } from '../errors.ts';
import { formatBytes } from '../numbers.ts';

/** One line of `--json`. */
export interface Evaluation {
  version: 1;
  file: string;
  model: string;
  engine: string | null;
  bytes: number;
  archiveBytes: number;
  percent: number;
  bitsPerByte: number;
  compressSeconds: number;
  decompressSeconds: number;
  level: Level;
  blocks: number;
  /** Number of segments by method. */
  segments: Readonly<Record<string, number>>;
  roundTrip: true;
}

/**
 * Evaluates `files` at a level (`fast`: the student alone) one after the other; `report` hears each. Throws DataError for an empty file or a failed round trip, else as the codec.
 */
export async function evaluateFiles(
  files: readonly string[],
  model: string,
  level: Level,
  threads: number,
  signal: AbortSignal,
  report: (evaluation: Evaluation) => void,
): Promise<void> {
  for (const file of files) {
    if ((await stat(file)).size === 0) throw new DataError(`${file}: is empty, there is nothing to measure`);
  }
  const student = await loadNodeStudent(model);
  const codec = await openNodeCodec({ threads });
  try {
    // Opening includes the parity check; it is no part of a file's time.
    await codec.open(student);
    for (const file of files) report(await evaluateFile(file, codec, student, level, signal));
  } finally {
    await codec.dispose();
  }
}

/** `notes.txt 1.05 MB → 224 kB 21.3 % 1.71 bits/byte, 1.1 MB/s in, 1.2 MB/s back, fast on simd, round trip ok` */
export function describeEvaluation(evaluation: Evaluation): string {
  const {
    file,
    bytes,
    archiveBytes,
    percent,
    bitsPerByte,
    compressSeconds,
    decompressSeconds,
    engine,
    level,
  } = evaluation;
  return (
    `${basename(file)} ${formatBytes(bytes)} → ${formatBytes(archiveBytes)} ${percent.toFixed(2)} % ${bitsPerByte.toFixed(3)} bits/byte, ` +
    `${formatBytes(bytes / compressSeconds)}/s in, ${formatBytes(bytes / decompressSeconds)}/s back, ${engine === null ? 'no student needed' : `${level} on ${engine}`}, round trip ok`
  );
}

async function evaluateFile(
  file: string,
  codec: Codec,
  student: Student,
  level: Level,
  signal: AbortSignal,
): Promise<Evaluation> {
  const original = createHash('sha256');
  const input = Readable.from(hashed(createReadStream(file, { highWaterMark: 1 << 20 }), original));
  const archive: Uint8Array[] = [];
  let done: Extract<Progress, { type: 'done' }> | undefined;
  const onProgress = (event: Progress): void => {
    if (event.type === 'done') done ??= event;
  };
  const began = performance.now();
  const archiveStream = compress(Readable.toWeb(input) as ReadableStream<Uint8Array>, {
    codec,
    student,
    level,
    signal,
    onProgress,
  });
  for await (const chunk of archiveStream) archive.push(chunk);
  const compressed = performance.now();
  const restored = createHash('sha256');
  const back = decompress(new Blob(archive as BlobPart[]).stream(), {
    codec,
    students: () => Promise.resolve(student),
    signal,
  });
  for await (const chunk of back) restored.update(chunk);
  const decompressed = performance.now();
  if (!done) throw new DataError(`${file}: the codec ended without saying what it did`);
  if (original.digest('hex') !== restored.digest('hex')) {
    throw new DataError(`${file}: came back different; this student must not be released`);
  }
  return {
    version: 1,
    file,
    model: student.id,
    engine: done.engine ?? null,
    bytes: done.originalBytes,
    archiveBytes: done.archiveBytes,
    percent: (100 * done.archiveBytes) / done.originalBytes,
    bitsPerByte: (8 * done.archiveBytes) / done.originalBytes,
    compressSeconds: (compressed - began) / 1000,
    decompressSeconds: (decompressed - compressed) / 1000,
    level,
    blocks: done.blocks,
    segments: done.segments,
    roundTrip: true,
  };
}

async function* hashed(
  chunks: AsyncIterable<Uint8Array>,
  hash: { update(bytes: Uint8Array): unknown },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}
