/**
 * Where a result goes: `-c`, `-o`, or the name that follows from the source's. Refusals happen here, before any work.
 */
import { stat } from 'node:fs/promises';
import type { Options } from '../arguments/parse.ts';
import { inFolder, standardStream } from '../files/names.ts';
import type { Source } from '../files/source.ts';
import { openTarget, standardOutput, type Target } from '../files/target.ts';

/** @throws UsageError, FileProblem */
export async function targetFor(
  path: string,
  source: Source,
  { stdout, output, force }: Pick<Options, 'stdout' | 'output' | 'force'>,
  nameFor: (source: string) => string,
): Promise<Target> {
  if (stdout || (path === standardStream && output === undefined)) return standardOutput();
  if (output === undefined) return openTarget(nameFor(path), source, force);
  const intoFolder = path !== standardStream && (await isFolder(output));
  return openTarget(intoFolder ? inFolder(output, nameFor(path)) : output, source, force);
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
