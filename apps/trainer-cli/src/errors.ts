/** Failures the trainer itself finds, by exit code: what the user wrote (2), what the machine lacks (3), what data turned out to be (1). */

import { AbortedError, EngineError } from '@understudy/codec';
import { TeacherMemoryError, TeacherOptionError } from '@understudy/trace';

export const exitCodes = { ok: 0, badData: 1, usage: 2, environment: 3, interrupted: 130 } as const;

/** A flag or name that cannot be meant. */
export class UsageError extends Error {
  readonly code = 'UST_USAGE';
  override readonly name = 'UsageError';
}

/** Something this machine lacks: Python, a teacher, a file, disk. */
export class EnvironmentError extends Error {
  readonly code = 'UST_ENVIRONMENT';
  override readonly name = 'EnvironmentError';
}

/** The input, or what a part of the path made of it, is bad. */
export class DataError extends Error {
  readonly code = 'UST_DATA';
  override readonly name = 'DataError';
}

/** Exit code of any failure. Errors of the file system are the environment's; other coded errors are about data. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof TeacherOptionError) return exitCodes.usage;
  // An engine that cannot run is the machine's matter, not the file's.
  if (
    error instanceof EnvironmentError ||
    error instanceof EngineError ||
    error instanceof TeacherMemoryError
  )
    return exitCodes.environment;
  if (isInterrupt(error)) return exitCodes.interrupted;
  if (error instanceof Error && 'syscall' in error) return exitCodes.environment;
  return exitCodes.badData;
}

/** One sentence for any failure; the file system's own errors are put into words. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isInterrupt(error))
    return 'interrupted; nothing half-written is left, the same command goes on from the last whole shard';
  if ('syscall' in error && 'code' in error) {
    const path = 'path' in error && typeof error.path === 'string' ? `${error.path}: ` : '';
    switch (error.code) {
      case 'ENOENT':
        return `${path}no such file or folder`;
      case 'EACCES':
        return `${path}permission denied`;
      case 'ENOSPC':
        return `${path}the disk is full; free some space and run the command again`;
      case 'EISDIR':
        return `${path}is a folder, not a file`;
    }
  }
  return error.message;
}

function isInterrupt(error: unknown): boolean {
  return error instanceof AbortedError || (error instanceof Error && error.name === 'AbortError');
}
