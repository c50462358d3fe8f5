/**
 * What can go wrong outside the codec: the command line, files, models, the reader of our output. Like the codec's
 * errors each has a stable code (report/exit-code.ts lists them) and one sentence: what, where, what to do.
 */

import type { UstError, UstErrorCode } from '@understudy/codec';

/** Codes of this program's own errors, beside those of the codec. */
export type CliErrorCode =
  | 'UST_USAGE'
  | 'UST_TARGET_EXISTS'
  | 'UST_FILE_NOT_FOUND'
  | 'UST_FILE_NAME'
  | 'UST_FILE_PERMISSION'
  | 'UST_DISK_FULL'
  | 'UST_FILE'
  | 'UST_MODEL_NOT_FOUND'
  | 'UST_VERIFY'
  | 'UST_LOST';

export class CliError extends Error {
  override name = 'CliError';
  constructor(
    readonly code: CliErrorCode | UstErrorCode,
    sentence: string,
    cause?: unknown,
  ) {
    super(sentence, cause === undefined ? undefined : { cause });
  }
}

/** A request that cannot be meant. */
export class UsageError extends CliError {
  override name = 'UsageError';
  constructor(sentence: string, code: CliErrorCode = 'UST_USAGE') {
    super(code, sentence);
  }
}

/** No model to work with, or none by that name. */
export class ModelNotFoundError extends CliError {
  override name = 'ModelNotFoundError';
  constructor(sentence: string) {
    super('UST_MODEL_NOT_FOUND', sentence);
  }
}

/** A model file that the codec refuses: its sentence, with the path that it does not know. */
export class ModelFileError extends CliError {
  override name = 'ModelFileError';
  constructor(path: string, cause: UstError) {
    super(cause.code, `${path}: ${cause.message}`, cause);
  }
}

/** The new archive does not give back the source: a defect of this program, its engine or the machine. */
export class VerifyError extends CliError {
  override name = 'VerifyError';
  constructor(source: string, cause?: unknown) {
    super(
      'UST_VERIFY',
      `the archive of ${source} did not decode to the same bytes and was dropped; try another engine with -e, and please report it`,
      cause,
    );
  }
}

/** `--recover` could not give everything back, or nothing at all. */
export class LostError extends CliError {
  override name = 'LostError';
  constructor(sentence: string) {
    super('UST_LOST', sentence);
  }
}

/** Whoever read our output has closed it: no error, the work just ends. */
export class BrokenPipe extends Error {
  override name = 'BrokenPipe';
}

const problems: Readonly<Record<string, readonly [CliErrorCode, string]>> = {
  ENOENT: ['UST_FILE_NOT_FOUND', 'no such file or folder'],
  ENOTDIR: ['UST_FILE_NOT_FOUND', 'a part of the path is no folder'],
  EEXIST: ['UST_TARGET_EXISTS', 'it exists already; -f replaces it'],
  ENAMETOOLONG: ['UST_FILE_NAME', 'the name is too long'],
  EACCES: ['UST_FILE_PERMISSION', 'permission denied'],
  EPERM: ['UST_FILE_PERMISSION', 'not permitted'],
  EROFS: ['UST_FILE_PERMISSION', 'the file system is read-only'],
  ENOSPC: ['UST_DISK_FULL', 'the disk is full; nothing was left behind'],
  EDQUOT: ['UST_DISK_FULL', 'the disk quota is used up; nothing was left behind'],
};

/** The operating system refused to read or write a file. */
export class FileProblem extends CliError {
  override name = 'FileProblem';

  constructor(action: 'read' | 'write', path: string, cause: unknown) {
    const system = (cause as NodeJS.ErrnoException).code ?? '';
    const [code, says] = problems[system] ?? ['UST_FILE', (cause as Error).message];
    const reason = action === 'write' && system === 'ENOENT' ? 'its folder does not exist' : says;
    super(code, `cannot ${action} ${path}: ${reason}`, cause);
  }

  /** Runs `action`; what the system throws there becomes a `FileProblem` about `path`. */
  static async from<T>(verb: 'read' | 'write', path: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (error instanceof BrokenPipe || (typeof code === 'string' && code.startsWith('UST_'))) throw error;
      throw new FileProblem(verb, path, error);
    }
  }
}
