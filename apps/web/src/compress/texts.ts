/** Sentences of the Compress view, as pure functions of what happened, so that tests can read them. */
import { formatBytes, formatDuration, formatPercent, formatSpeed, secondsLeft } from '../format/units.ts';
import type { EngineReport, JobResult } from '../workers/codec/api.ts';
import type { QueueItem } from './queue.ts';

const engineNames: Record<string, string> = { 'ort-webgpu': 'WebGPU', 'ort-wasm': 'WASM' };

export function engineName(engine: string): string {
  return engineNames[engine] ?? engine;
}

/** `swift-1 on WASM`, the badge's visible text. */
export function badgeText(report: EngineReport): string {
  return `${report.model} on ${engineName(report.engine)}`;
}

/** What a row is doing or has done, in one line. */
export function statusText(item: QueueItem): string {
  const { state, file } = item;
  switch (state.is) {
    case 'queued':
      return 'Waiting';
    case 'starting':
      return 'Starting…';
    case 'loading-model':
      return `Loading the model: ${formatBytes(state.loaded)} of ${formatBytes(state.total)}`;
    case 'working': {
      const verb = item.task === 'compress' ? 'Compressing' : 'Decompressing';
      if (state.bytesIn === 0) return `${verb}…`;
      const left = secondsLeft(state.bytesIn, file.size, state.seconds);
      const speed = formatSpeed(state.bytesIn / state.seconds);
      return `${verb} at ${speed}, ${left === undefined ? 'estimating time left' : `${formatDuration(left)} left`}`;
    }
    case 'verifying':
      return 'Checking: decoding it again and comparing every byte';
    case 'done':
      return doneText(item, state.result.seconds, state.result.verified);
    case 'failed':
      return item.task === 'compress' ? 'Not compressed' : 'Not decompressed';
    case 'cancelled':
      return 'Cancelled; nothing was written';
  }
}

function doneText(item: QueueItem, seconds: number, verified: boolean): string {
  const inputBytes = item.file.size;
  const took = `in ${formatDuration(seconds)}${inputBytes > 0 && seconds > 0 ? ` (${formatSpeed(inputBytes / seconds)})` : ''}`;
  const check = item.task === 'compress' ? 'verified by decoding it again' : 'checksum verified';
  return `${item.task === 'compress' ? 'Compressed' : 'Decompressed'} ${took}${verified ? `, ${check}` : ''}`;
}

/** The change in size as a reader wants it: `45.2 %`, and for growth a plain word. */
export function savingText(inputBytes: number, outputBytes: number): string {
  if (inputBytes === 0) return 'empty file';
  if (outputBytes > inputBytes) return `${formatBytes(outputBytes - inputBytes)} larger`;
  return `${formatPercent(outputBytes, inputBytes)} of original`;
}

/** How the blocks are kept, where it was not all the student's work; undefined where it was, or where there is none. */
export function methodText({ student, zstd, stored }: JobResult['blocks']): string | undefined {
  if (student + zstd + stored === 0 || zstd + stored === 0) return undefined;
  if (student > 0)
    return `${student} of ${student + zstd + stored} blocks by the student; zstd or plain storage was smaller for the rest.`;
  if (zstd > 0) return 'zstd made this smaller than the student did, so zstd was kept.';
  return 'Nothing makes these bytes smaller, so they are stored as they are.';
}

/** What the result of the sample means, in a sentence anyone can follow. */
export function sampleMeaning(inputBytes: number, outputBytes: number): string {
  const bits = ((8 * outputBytes) / inputBytes).toFixed(2);
  const pages = (inputBytes / outputBytes).toFixed(1);
  return (
    `A plain file spends 8 bits on every letter of this story. The student guessed each next letter well enough that ` +
    `${bits} bits were left to store: ${pages} such stories now fit in the space of one. ` +
    `Whoever has the same student, in a browser or a terminal, gets every byte back.`
  );
}

/** `Compress 2 files`, `Decompress 1 archive`: what a drop of so many files will do, as far as a drag tells. */
export function dropAction(files: number): string {
  return files === 1 ? 'Drop to add 1 file' : `Drop to add ${files} files`;
}
