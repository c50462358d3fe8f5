/** Sentences of the Compress view, as pure functions of what happened, so that tests can read them. */
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  formatSpeed,
  secondsLeft,
} from '../format/units.ts';
import type { Level } from '@understudy/codec';
import type { EngineReport, JobResult, Task } from '../workers/codec/api.ts';
import { itemFraction, type Extraction, type QueueItem, type QueueProgress } from './queue.ts';

const engineNames: Record<string, string> = {
  simd: 'CPU',
  webgpu: 'GPU',
  'ort-webgpu': 'ONNX Runtime, WebGPU',
  'ort-wasm': 'ONNX Runtime, WASM',
};

export const workVerbs: Record<Task, string> = {
  compress: 'Compressing',
  decompress: 'Decompressing',
  recover: 'Recovering',
};

/** What each level does and costs, in a few words. */
export const levelTexts: Record<Level, string> = {
  fast: 'The student alone. Made for GPUs; the largest archives.',
  deep: 'A larger student alone. Smaller than fast; meant for GPUs, slow on a CPU.',
  balanced: 'The student mixed with what the file itself teaches. Much smaller, at about half the speed.',
  best: 'Adds the teacher’s models. A few percent smaller, at half that speed, both ways.',
  teacher: 'As best, with more memory and larger blocks. Smaller only for long files.',
};

export function engineName(engine: string): string {
  return engineNames[engine] ?? engine;
}

/** `swift-1 on CPU, up to 4 threads`, the badge's visible text. */
export function badgeText({ model, engine, threads }: EngineReport): string {
  const several = threads !== undefined && threads > 1 ? `, up to ${threads} threads` : '';
  return `${model} on ${engineName(engine)}${threads === 1 ? ', one thread' : several}`;
}

/** What a row is doing or has done, in one line. */
export function statusText(item: QueueItem): string {
  const { state, file, task } = item;
  switch (state.is) {
    case 'queued':
      return 'Waiting';
    case 'starting':
      return 'Starting…';
    case 'loading-model':
      return `Loading the model: ${formatBytes(state.loaded)} of ${formatBytes(state.total)}`;
    case 'working': {
      if (item.paused) return `Paused${pausedAt(item)}`;
      const verb = workVerbs[task];
      if (state.bytesIn === 0) return `${verb}…`;
      const left = secondsLeft(state.bytesIn, file.size, state.seconds);
      const speed = formatSpeed(state.bytesIn / state.seconds);
      return `${verb} at ${speed}, ${left === undefined ? 'estimating time left' : `${formatDuration(left)} left`}`;
    }
    case 'verifying':
      return item.paused ? 'Paused while checking' : 'Checking: decoding it again and comparing every byte';
    case 'done':
      return task === 'recover' ? recoveryText(state.result) : doneText(item, state.result);
    case 'failed':
      return { compress: 'Not compressed', decompress: 'Not decompressed', recover: 'Not recovered' }[task];
    case 'cancelled':
      return 'Cancelled; nothing was written';
  }
}

function pausedAt(item: QueueItem): string {
  const fraction = itemFraction(item);
  return fraction === undefined ? '' : ` at ${formatPercent(fraction, 1)}`;
}

function doneText(
  { file, task }: QueueItem,
  { seconds, verified, level, listing, outputs }: JobResult,
): string {
  if (listing) {
    return `${listing.files.length === 1 ? '1 file' : `${formatCount(listing.files.length)} files`}, ${formatBytes(listing.bytes)} in all, compressed at level ${listing.level}. Each is checked as it is saved.`;
  }
  const took = `in ${formatDuration(seconds)}${file.size > 0 && seconds > 0 ? ` (${formatSpeed(file.size / seconds)})` : ''}`;
  const check = task === 'compress' ? 'verified by decoding it again' : 'checksum verified';
  const made = outputs.length === 1 && level === undefined ? ` to ${outputs[0]?.path}` : '';
  const did = level === undefined ? `Decompressed${made}` : `Compressed at level ${level}`;
  return `${did} ${took}${verified ? `, ${check}` : ''}`;
}

/** What goes on with the files of an opened archive. */
export function extractionText(extraction: Extraction): string {
  switch (extraction.is) {
    case 'running':
      return `Saving ${extraction.what}…`;
    case 'saved':
      return extraction.files === 1
        ? `Saved ${extraction.what}, checksum verified`
        : `Saved all ${formatCount(extraction.files)} files, checksums verified`;
    case 'failed':
      return extraction.error.message;
  }
}

/** The whole queue in a line: `812 of 5,000 files, 3 failed`. */
export function progressText({ rows, done, failed }: QueueProgress): string {
  const problems = failed > 0 ? `, ${formatCount(failed)} failed` : '';
  return `${formatCount(done)} of ${formatCount(rows)} done${problems}`;
}

/** What a recovery got and what it did not. */
function recoveryText({ lost }: JobResult): string {
  if (lost === undefined) return 'Recovered';
  const { blocksIntact, blocksTotal, lostBytes } = lost;
  const blocks =
    blocksTotal === undefined
      ? `${counted(blocksIntact, 'block')} found intact; how many there were is lost`
      : `${blocksIntact} of ${counted(blocksTotal, 'block')} intact`;
  const missing = lostBytes > 0 ? `; ${formatBytes(lostBytes)} are lost, zeros stand in their place` : '';
  return `Recovered: ${blocks}${missing}`;
}

/** The change in size as a reader wants it: `45.2 %`, and for growth a plain word. */
export function savingText(inputBytes: number, outputBytes: number): string {
  if (inputBytes === 0) return 'empty file';
  if (outputBytes > inputBytes) return `${formatBytes(outputBytes - inputBytes)} larger`;
  return `${formatPercent(outputBytes, inputBytes)} of original`;
}

type Segments = JobResult['segments'];

/** Segments in which the student had a part. */
export function studentSegments({ student, blend, teacher }: Segments): number {
  return student + blend + teacher;
}

/** How the bytes are kept, where it was not all the student's work; undefined where it was, or where there are none. */
export function methodText(segments: Segments): string | undefined {
  const { zstd, stored, runs, binary } = segments;
  const own = studentSegments(segments);
  const kept = [
    ...(binary > 0 ? ['adaptive models for records and machine code'] : []),
    ...(zstd > 0 ? ['zstd'] : []),
    ...(runs > 0 ? ['run lengths'] : []),
    ...(stored > 0 ? ['plain storage'] : []),
  ];
  const others = zstd + stored + runs + binary;
  if (others === 0) return undefined;
  if (own > 0) {
    return `The student worked on ${own} of ${counted(own + others, 'part')}; the rest is kept by ${listed(kept)}.`;
  }
  if (stored === others) return 'Nothing makes these bytes smaller, so they are stored as they are.';
  return `Kept by ${listed(kept)}, which suits these bytes better; the student had no part in it.`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** What the result of the sample means, in a sentence anyone can follow. */
export function sampleMeaning(inputBytes: number, outputBytes: number, segments: Segments): string {
  const bits = ((8 * outputBytes) / inputBytes).toFixed(2);
  const pages = (inputBytes / outputBytes).toFixed(1);
  const who =
    segments.blend + segments.teacher > 0
      ? 'The student, together with models that learn as the story goes,'
      : 'The student';
  return (
    `A plain file spends 8 bits on every letter of this story. ${who} guessed each next letter well enough that ` +
    `${bits} bits were left to store: ${pages} such stories now fit in the space of one. ` +
    `Whoever has the same student, in a browser or a terminal, gets every byte back.`
  );
}

/** What a drop of so many things will do, as far as a drag tells. */
export function dropAction(things: number): string {
  return things === 1 ? 'Drop to add it' : `Drop to add ${things} files, an archive each`;
}
