/**
 * Runs one command over its files, one after the other: an error is told and the next file follows; the exit code is
 * the worst of all.
 */
import type { CommandName } from '../arguments/flags.ts';
import type { Options, Request } from '../arguments/parse.ts';
import { BrokenPipe, UsageError } from '../errors.ts';
import { endCleanlyOnSignals } from '../files/interrupt.ts';
import { standardStream } from '../files/names.ts';
import { Reporter } from '../report/reporter.ts';
import { Session } from '../session.ts';
import { benchFiles } from './bench.ts';
import { compressOne, compressTogether } from './compress.ts';
import { decompressFile, testFile } from './decompress.ts';
import { infoFile, listFile } from './describe.ts';
import { isFolder } from './target-choice.ts';

type PerFile = (path: string, session: Session) => Promise<void>;
type Together = (paths: readonly string[], session: Session) => Promise<void>;

const perFile: Record<Exclude<CommandName, 'bench'>, PerFile> = {
  compress: compressOne,
  decompress: decompressFile,
  test: testFile,
  list: listFile,
  info: infoFile,
};

/** @returns exit code; the process is over with it, whatever still holds it */
export async function run({ command, files, options }: Extract<Request, { kind: 'run' }>): Promise<number> {
  const paths = files.length > 0 ? files : [standardStream];
  const toStdout =
    isWriting(command) &&
    (options.stdout || (options.output === undefined && paths.includes(standardStream)));
  const reporter = new Reporter({ ...options, stdout: toStdout });
  endCleanlyOnSignals(() => {
    reporter.endProgress();
  });
  let mustEnd = false;
  try {
    const session = new Session(options, reporter);
    await refuseImpossible(command, files, paths, options, toStdout);
    const together = togetherFor(command, paths, options);
    if (together) await attempt(undefined, () => together(paths, session), reporter);
    else if (command !== 'bench')
      for (const path of paths) await attempt(path, () => perFile[command](path, session), reporter);
    mustEnd = await session.close();
  } catch (error) {
    if (!(error instanceof BrokenPipe)) reporter.failure(undefined, error);
  }
  if (mustEnd) await endProcess(reporter.exitCode);
  return reporter.exitCode;
}

function togetherFor(
  command: CommandName,
  paths: readonly string[],
  { each }: Options,
): Together | undefined {
  if (command === 'bench') return benchFiles;
  return command === 'compress' && paths.length > 1 && !each ? compressTogether : undefined;
}

/** When all that was written has left. */
async function endProcess(exitCode: number): Promise<never> {
  for (const stream of [process.stdout, process.stderr])
    await new Promise<void>((resolve) => {
      stream.write('', () => resolve());
    });
  process.exit(exitCode);
}

function isWriting(command: CommandName): boolean {
  return command === 'compress' || command === 'decompress';
}

async function attempt(
  path: string | undefined,
  task: () => Promise<void>,
  reporter: Reporter,
): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (error instanceof BrokenPipe) throw error;
    reporter.failure(path, error);
  }
}

/** Refuses what concerns all files together, before the first is opened. @throws UsageError */
async function refuseImpossible(
  command: CommandName,
  files: readonly string[],
  paths: readonly string[],
  { output, each, extract }: Options,
  toStdout: boolean,
): Promise<void> {
  if (files.length === 0 && process.stdin.isTTY)
    throw new UsageError('no file given: name one, or pipe data in');
  if (paths.filter((path) => path === standardStream).length > 1) {
    throw new UsageError('standard input (-) can be read only once');
  }
  if (command === 'compress' && toStdout && process.stdout.isTTY) {
    throw new UsageError(
      'an archive is no text for a terminal: redirect it, as in … > notes.ust, or name a file with -o',
    );
  }
  if (command === 'compress' && each && toStdout && paths.length > 1) {
    throw new UsageError(
      'archives of several files cannot share standard output; leave out -c, or --each for one archive of all',
    );
  }
  if (extract.length > 0 && paths.length > 1) {
    throw new UsageError('--extract takes from one archive: name one, and --extract before each path in it');
  }
  const isShared = output !== undefined && paths.length > 1 && (command === 'decompress' || each);
  if (isShared && !(await isFolder(output))) {
    throw new UsageError(
      `several files cannot share the target ${output}; -o with several files needs an existing folder`,
    );
  }
}
