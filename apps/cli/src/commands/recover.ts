/**
 * `decompress --recover`: what can be had of a damaged archive, with zeros where bytes are lost, and a list of what is lost. A
 * result is only left where at least one block was intact.
 */
import {
  recover,
  type DecodeOptions,
  type LostRange,
  type Recovery,
  type RecoveryReport,
} from '@understudy/codec';
import type { FileAccess } from '@understudy/codec/node';
import { LostError } from '../errors.ts';
import type { FolderTarget, Unpacked } from '../files/folder-target.ts';
import { originalNameFor } from '../files/names.ts';
import type { Source } from '../files/source.ts';
import type { Target } from '../files/target.ts';
import { codingLine, codingRecord } from '../report/records.ts';
import { formatBytes } from '../report/units.ts';
import type { CodingWatch, Session } from '../session.ts';
import { folderFor, shown, targetFor } from './target-choice.ts';

/** So many lost ranges get a line of their own. */
const mostLines = 20;

/** @throws CliError, UstError where nothing can be had; then nothing is left behind */
export async function recoverFrom(
  access: FileAccess,
  path: string,
  source: Source,
  decoding: DecodeOptions,
  watch: CodingWatch,
  session: Session,
): Promise<void> {
  const { options, reporter } = session;
  const recovery = await recover(access, { ...decoding, fill: 'zeros' });
  const files = filesOf(recovery);
  const target = files
    ? await folderFor(path, files, options)
    : await targetFor(path, source, options, originalNameFor);
  try {
    for await (const { entry, stream } of recovery.readAll()) {
      if (isFolderTarget(target))
        watch.bytesOut += await target.add({ path: entry.path ?? '', entry }, stream);
      else {
        for await (const chunk of stream) {
          await target.write(chunk);
          watch.bytesOut += chunk.length;
        }
        await target.flush(entry.mtime === undefined ? undefined : new Date(entry.mtime));
      }
    }
    const report = recovery.report();
    if (report.blocksIntact === 0 && report.blocksTotal !== 0)
      throw new LostError(
        `${shown(path)}: no block is intact, so nothing can be had of it; get another copy`,
      );
    await target.commit();
    const { complete, blocksIntact, blocksTotal = null, lost } = report;
    const facts = {
      ...watch.facts(),
      command: 'decompress',
      file: path,
      output: target.name,
      archiveBytes: access.size,
      verified: complete,
      ...(files && { files: files.length }),
    } as const;
    const recovered = { complete, blocksIntact, blocksTotal, damaged: recovery.damaged, lost };
    reporter.result({ ...codingRecord(facts), recovered }, codingLine(facts), 'stderr');
    for (const sentence of sentences(recovery, report)) reporter.warning(sentence);
    if (!complete) reporter.complaint(new LostError(summary(path, report)));
  } finally {
    await target.discard();
  }
}

/** Undefined where there is one file, or the table of many is lost and all is one stream. */
function filesOf({ header, files }: Recovery): Unpacked[] | undefined {
  if (header.form !== 'many') return undefined;
  return files?.map((entry) => ({ path: entry.path ?? '', entry }));
}

function isFolderTarget(target: Target | FolderTarget): target is FolderTarget {
  return 'add' in target;
}

function sentences({ header, files, damaged }: Recovery, { lost }: RecoveryReport): string[] {
  const parts = damaged.map((part) => `the ${part} of the archive is damaged`);
  if (header.form === 'many' && files === undefined)
    parts.push('the table of its files is lost: all that is left of them is one file, one after the other');
  parts.push(...lost.slice(0, mostLines).map(lostLine));
  if (lost.length > mostLines)
    parts.push(`… and ${lost.length - mostLines} more ranges; --json lists them all`);
  return parts;
}

function lostLine({ path, start, end, block, problem }: LostRange): string {
  return `lost: bytes ${start} to ${end - 1}${path === undefined ? '' : ` of ${path}`} (block ${block}): ${problem}`;
}

function summary(path: string, { lost, blocksIntact, blocksTotal }: RecoveryReport): string {
  const bytes = lost.reduce((sum, { start, end }) => sum + end - start, 0);
  const of = blocksTotal === undefined ? 'the end is lost, so nobody knows of how many' : `of ${blocksTotal}`;
  return `${shown(path)}: ${formatBytes(bytes)} are lost and are zeros now; ${blocksIntact} blocks are intact (${of})`;
}
