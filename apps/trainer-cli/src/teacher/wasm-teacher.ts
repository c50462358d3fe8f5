/** The teacher as WASM inside this process: where no native one is built. The file is held in memory, the trace is not. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Teacher as TeacherModule } from '@understudy/trace';
import { EnvironmentError } from '../errors.ts';
import type { Teacher, TeacherOptions, TraceRequest } from './teacher.ts';

export class WasmTeacher implements Teacher {
  readonly name = 'WASM';

  private constructor(private readonly teacher: TeacherModule) {}

  /** Throws EnvironmentError when the checkout has no teacher.wasm. */
  static async load(path: string): Promise<WasmTeacher> {
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new EnvironmentError(
        `${path}: the teacher is not there; fetch the file or run \`npm run build:wasm\``,
        { cause },
      );
    });
    return new WasmTeacher(await TeacherModule.load(await WebAssembly.compile(bytes)));
  }

  async *trace(
    file: string,
    request: TraceRequest,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    yield* this.teacher.trace(await readFile(file), { ...request, sourceName: basename(file), signal });
  }

  async compress(file: string, options: TeacherOptions, signal: AbortSignal): Promise<Uint8Array> {
    return this.teacher.compress(await readFile(file), { ...options, signal });
  }
}
