/**
 * Which exit code each error ends in, by its stable code. An error without one is a defect and counts as environment.
 */
import type { ErrorFacts, UstErrorCode } from '@understudy/codec';
import { exitCodes, type ExitCode } from '../arguments/flags.ts';
import { CliError, type CliErrorCode } from '../errors.ts';

const { badData, usage, environment, interrupted } = exitCodes;

const codecCodes: Readonly<Record<UstErrorCode, ExitCode>> = {
  UST_NAME: usage,
  UST_NOT_ARCHIVE: badData,
  UST_VERSION: badData,
  UST_TRUNCATED: badData,
  UST_CHECKSUM: badData,
  UST_CORRUPT: badData,
  UST_LIMIT: badData,
  UST_PATH: badData,
  UST_MANY_FILES: usage,
  UST_NO_ENTRY: usage,
  UST_MODEL_UNKNOWN: environment,
  UST_MODEL_MISMATCH: environment,
  UST_MODEL_ARCHITECTURE: environment,
  UST_MODEL_INVALID: environment,
  UST_MODEL_UNPROVEN: environment,
  UST_PARITY: environment,
  UST_ENGINE: environment,
  UST_ABORTED: interrupted,
};

const ownCodes: Readonly<Record<CliErrorCode, ExitCode>> = {
  UST_USAGE: usage,
  UST_TARGET_EXISTS: usage,
  UST_FILE_NOT_FOUND: usage,
  UST_FILE_NAME: usage,
  UST_FILE_PERMISSION: environment,
  UST_DISK_FULL: environment,
  UST_FILE: environment,
  UST_MODEL_NOT_FOUND: environment,
  UST_VERIFY: environment,
  UST_LOST: badData,
};

const allCodes: Readonly<Record<string, ExitCode>> = { ...codecCodes, ...ownCodes };

export interface DescribedError {
  code: string;
  exitCode: ExitCode;
  message: string;
  facts?: ErrorFacts;
  /** Thrown by the codec, whose sentences do not name the file. */
  fromCodec: boolean;
}

export function describeError(error: unknown): DescribedError {
  const {
    code = '',
    message = String(error),
    facts,
  } = error as { code?: string; message?: string; facts?: ErrorFacts };
  const exitCode = Object.hasOwn(allCodes, code) ? allCodes[code] : undefined;
  if (exitCode === undefined) {
    const report = `internal error: ${message}; please report it with the output of -vv`;
    return { code: 'UST_INTERNAL', exitCode: environment, message: report, fromCodec: false };
  }
  return { code, exitCode, message, facts, fromCodec: !(error instanceof CliError) };
}
