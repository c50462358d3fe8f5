/**
 * Runs the real `understudy` as its own process, on files in a folder of its own. A hang is a failure: every run has
 * a time limit.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';

const bin = fileURLToPath(new URL('../../apps/cli/bin/understudy.mjs', import.meta.url));
/** A student with random weights: compresses badly, but by the same path as a trained one. */
export const tinyModel = fileURLToPath(new URL('../models/tiny-swift', import.meta.url));
const usualLimitMs = 50_000;

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: Buffer;
  stderr: string;
}

export interface Place {
  /** Path of a file in the folder. */
  at(name: string): string;
  /** @param limitMs killed after so long */
  start(words: readonly string[], limitMs?: number): ChildProcessWithoutNullStreams;
  run(words: readonly string[], input?: Uint8Array): Promise<Finished>;
}

/** A fresh folder for the tests of one `describe`, removed afterwards; programs run inside it. */
export function usePlace(): Place {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'understudy-cli-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const start = (words: readonly string[], limitMs = usualLimitMs): ChildProcessWithoutNullStreams =>
    spawn(process.execPath, [bin, ...words], { cwd: folder, timeout: limitMs, killSignal: 'SIGKILL' });
  return {
    at: (name) => join(folder, name),
    start,
    run: (words, input) => {
      const child = start(words);
      child.stdin.on('error', () => {
        // A program that refuses its arguments does not read its input.
      });
      child.stdin.end(input ?? '');
      return finished(child);
    },
  };
}

export async function finished(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...ending) => resolve(ending));
  });
  return { code, signal, stdout: Buffer.concat(stdout), stderr };
}

/** Objects of `--json` output, one a line. */
export function jsonLines(output: Buffer | string): Record<string, unknown>[] {
  const lines = output.toString().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
}
