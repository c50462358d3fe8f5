/** The teacher as a process of its own: its trace comes through a pipe, so that it and the converter run side by side. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DataError, EnvironmentError, UsageError, exitCodes } from '../errors.ts';
import type { Teacher, TeacherOptions, TraceRequest } from './teacher.ts';

const KEPT_MESSAGE_CHARACTERS = 2000;

export class NativeTeacher implements Teacher {
  readonly name = 'native';

  constructor(private readonly binary: string) {}

  async *trace(
    file: string,
    request: TraceRequest,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const own = ['--stride', String(request.stride), '--profile', request.profile];
    const process = this.start(['trace', resolve(file), '-', ...commonOptions(request), ...own], signal);
    try {
      for await (const chunk of process.stdout) yield chunk as Uint8Array;
      await process.finished;
    } finally {
      process.stop();
    }
  }

  async compress(file: string, options: TeacherOptions, signal: AbortSignal): Promise<Uint8Array> {
    const folder = await mkdtemp(join(tmpdir(), 'understudy-'));
    try {
      const archive = join(folder, 'archive');
      const process = this.start(['compress', resolve(file), archive, ...commonOptions(options)], signal);
      process.stdout.resume();
      await process.finished;
      return await readFile(archive);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private start(
    args: string[],
    signal: AbortSignal,
  ): { stdout: NodeJS.ReadableStream; finished: Promise<void>; stop: () => void } {
    const child = spawn(this.binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let message = '';
    child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (message = (message + text).slice(-KEPT_MESSAGE_CHARACTERS)));
    let stopped = false;
    const stop = (): void => {
      stopped = true;
      child.kill();
    };
    signal.addEventListener('abort', stop, { once: true });
    const finished = new Promise<void>((done, fail) => {
      child.once('error', (cause) =>
        fail(new EnvironmentError(`${this.binary}: cannot be run (${cause.message})`, { cause })),
      );
      child.once('close', (code, killedBy) => {
        signal.removeEventListener('abort', stop);
        if (signal.aborted) fail(signal.reason as Error);
        else if (code === 0 || stopped) done();
        else fail(failureOf(code, killedBy, message));
      });
    });
    // Whoever reads the stream may leave before the process ends.
    finished.catch(() => undefined);
    return { stdout: child.stdout, finished, stop };
  }
}

function commonOptions(options: TeacherOptions): string[] {
  const range = ['--range', `${options.range[0]}:${options.range[1]}`, '--warm-up', String(options.warmUp)];
  const memory = options.memory === undefined ? [] : ['--mem', String(options.memory)];
  return [...range, ...memory, ...(options.lstm ? ['--lstm'] : [])];
}

/** The teacher's exit codes mean what the trainer's do; its first line says what is wrong. */
function failureOf(code: number | null, killedBy: NodeJS.Signals | null, message: string): Error {
  const sentence =
    message.trim().split('\n')[0] ||
    `the teacher stopped (${killedBy ?? `exit code ${String(code)}`}) and gave no reason`;
  if (code === exitCodes.usage) return new UsageError(sentence);
  return code === exitCodes.environment ? new EnvironmentError(sentence) : new DataError(sentence);
}
