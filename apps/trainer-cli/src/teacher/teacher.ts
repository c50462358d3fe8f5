/**
 * What `trainer log` asks of a teacher, and the choice of one: the native binary where it is built, else the same teacher as WASM inside
 * this process. Both give the same bytes; the native one is faster.
 */
import { access, constants } from 'node:fs/promises';
import { EnvironmentError } from '../errors.ts';
import { project } from '../project.ts';
import type { TraceProfile } from '@understudy/trace';
import { NativeTeacher } from './native-teacher.ts';
import { WasmTeacher } from './wasm-teacher.ts';

export interface TeacherOptions {
  range: [number, number];
  warmUp: number;
  /** Memory of the teacher in MiB; undefined for its default. */
  memory?: number;
  /** With the LSTM byte mixer. */
  lstm?: boolean;
}

export interface TraceRequest extends TeacherOptions {
  stride: number;
  profile: TraceProfile;
}

export interface Teacher {
  /** For messages: which teacher runs. */
  readonly name: string;
  /** The trace stream of `file`. Ends early with an error that says what the teacher said. */
  trace(file: string, request: TraceRequest, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** The archive of the range of `file`. */
  compress(file: string, options: TeacherOptions, signal: AbortSignal): Promise<Uint8Array>;
}

/** The teacher at `path`, else the project's native one, else WASM. Throws EnvironmentError when there is none. */
export async function findTeacher(path: string | undefined): Promise<Teacher> {
  if (path !== undefined) {
    if (!(await isExecutable(path)))
      throw new EnvironmentError(
        `--teacher ${path}: no program there that can be run; build one with cmake in wasm/cmix`,
      );
    return new NativeTeacher(path);
  }
  if (await isExecutable(project.nativeTeacher)) return new NativeTeacher(project.nativeTeacher);
  return WasmTeacher.load(project.teacherWasm);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
