/**
 * Entry of `trainer`, the offline side: from text to shards to a student to its figures. This file maps failures to exit codes and signals
 * to a clean end; commands and flags are in `program.ts`.
 */
import { CommanderError } from 'commander';
import { exitCodeOf, exitCodes, sentenceOf } from './errors.ts';
import { createProgram } from './program.ts';

/** Runs one command and gives the exit code: 0 ok, 1 bad data, 2 usage, 3 environment, 130 interrupted. */
export async function main(argv: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const outcome = { exitCode: exitCodes.ok as number };
  try {
    await createProgram(outcome, interrupt.signal).parseAsync(argv, { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    // Commander has written its sentence, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    process.stderr.write(`trainer: ${sentenceOf(error)}\n`);
    return exitCodeOf(error);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
