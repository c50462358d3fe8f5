/**
 * `list` and `info`: what an archive says about itself, read to its end but not decoded, so no model is needed and
 * an altered payload goes unnoticed (that is what `test` is for).
 */
import { inspect, type ArchiveInfo } from '@understudy/codec';
import { openSource } from '../files/source.ts';
import { archiveLines, archivePage, archiveRecord, blockRecords } from '../report/archive-info.ts';
import type { Session } from '../session.ts';

/** @throws CliError, UstError */
export async function listFile(path: string, { reporter }: Session): Promise<void> {
  const info = await inspectFile(path);
  reporter.result({ command: 'list', ...archiveRecord(path, info) }, archiveLines(path, info), 'stdout');
}

/** @throws CliError, UstError */
export async function infoFile(path: string, { reporter }: Session): Promise<void> {
  const info = await inspectFile(path);
  const record = { command: 'info', ...archiveRecord(path, info), blockList: blockRecords(info) };
  reporter.result(record, archivePage(path, info), 'stdout');
}

async function inspectFile(path: string): Promise<ArchiveInfo> {
  const source = await openSource(path);
  try {
    return await inspect(source.stream());
  } finally {
    await source.close();
  }
}
