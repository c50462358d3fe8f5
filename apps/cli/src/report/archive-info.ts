/**
 * How `list` and `info` show an archive: an object for programs, a line or a page for people.
 */
import type { ArchiveInfo, BlockInfo, FileEntry, SegmentInfo } from '@understudy/codec';
import { noSegments, proportions, type Segments } from './records.ts';
import { formatBytes, formatPercent, printable } from './units.ts';

export function archiveRecord(file: string, info: ArchiveInfo): object {
  const { version, form, level, levelNumber, name, mtime, modelId, needsModel, originalBytes, archiveBytes } =
    info;
  return {
    file,
    formatVersion: version,
    form,
    level,
    levelNumber,
    storedName: name ?? null,
    storedTime: timeOf(mtime),
    modelId: modelId ?? null,
    needsModel,
    originalBytes,
    archiveBytes,
    ...proportions(originalBytes, archiveBytes),
    memoryMiB: info.memoryMiB,
    blocks: info.blocks.length,
    segments: segmentsOf(info),
    ...(form === 'many' ? { files: info.files.map(fileRecord) } : {}),
    checksum: `xxh64:${info.checksum}`,
  };
}

function fileRecord({ path, kind, size, mtime, mode }: FileEntry): object {
  return {
    path: path ?? null,
    kind,
    bytes: size,
    time: timeOf(mtime),
    mode: mode === undefined ? null : mode.toString(8).padStart(4, '0'),
  };
}

export function blockRecords({ blocks }: ArchiveInfo): object[] {
  return blocks.map(({ originalBytes, payloadBytes, segments, checksum }) => ({
    originalBytes,
    payloadBytes,
    checksum: `xxh64:${checksum}`,
    segments,
  }));
}

/** A line for each file of an archive of many, and one for the archive, in columns. */
export function archiveLines(file: string, info: ArchiveInfo): string {
  const { originalBytes, archiveBytes, level, levelNumber, checksum, modelId, form, files } = info;
  const columns = [
    `${formatBytes(originalBytes).padStart(8)} → ${formatBytes(archiveBytes).padStart(8)}`,
    formatPercent(archiveBytes, originalBytes).padStart(7),
    `${level} -${levelNumber}`.padEnd(11),
    `model ${(modelId ?? 'not needed').slice(0, 16).padEnd(16)}`,
    `xxh64 ${checksum}`,
    ...(form === 'many' ? [`${files.length} ${files.length === 1 ? 'entry' : 'entries'}`] : []),
    printable(file),
  ];
  return `${form === 'many' ? files.map(fileLine).join('') : ''}${columns.join('  ')}\n`;
}

/** `-rw-r--r--  12.3 kB  2026-01-31 12:00:00  docs/notes.txt` */
function fileLine({ path = '', kind, size, mtime, mode }: FileEntry): string {
  const isFolder = kind === 'directory';
  const time = timeOf(mtime)?.replace('T', ' ').slice(0, 19) ?? '';
  const columns = [
    `${isFolder ? 'd' : '-'}${mode === undefined ? '?'.repeat(9) : permissions(mode)}`,
    (isFolder ? '' : formatBytes(size)).padStart(8),
    time.padEnd(19),
    `${printable(path)}${isFolder ? '/' : ''}`,
  ];
  return `${columns.join('  ')}\n`;
}

function permissions(mode: number): string {
  return Array.from('rwxrwxrwx', (letter, i) => (mode & (0o400 >> i) ? letter : '-')).join('');
}

export function archivePage(file: string, info: ArchiveInfo): string {
  const { version, form, level, levelNumber, name, mtime, modelId, needsModel, originalBytes, archiveBytes } =
    info;
  const segments = Object.entries(segmentsOf(info)).filter(([, count]) => count > 0);
  const facts: [string, string | undefined][] = [
    ['format', `version ${version}, ${form} form`],
    ['level', `${level} (-${levelNumber})`],
    ['original', `${originalBytes} bytes`],
    ['archive', `${archiveBytes} bytes, ${formatPercent(archiveBytes, originalBytes)} of the original`],
    [
      'model',
      modelId === undefined
        ? 'none needed'
        : `${modelId}${needsModel ? '' : ' (named, but no block needs it)'}`,
    ],
    ['stored name', name === undefined ? undefined : printable(name)],
    ['stored time', timeOf(mtime) ?? undefined],
    ['memory', `${info.memoryMiB} MiB for a decoder of one block, at most`],
    ['checksum', `xxh64 ${info.checksum}`],
    ['blocks', `${info.blocks.length} of up to ${info.blockBytes} bytes`],
    ['segments', segments.map(([method, count]) => `${count} ${method}`).join(', ') || 'none'],
    ['entries', form === 'many' ? `${info.files.length}` : undefined],
  ];
  const lines = facts
    .filter(([, value]) => value !== undefined)
    .map(([label, value]) => `  ${label.padEnd(12)} ${value}\n`);
  const files = form === 'many' ? info.files.map((entry) => `  ${fileLine(entry)}`) : [];
  return `${printable(file)}\n${lines.join('')}${info.blocks.map(blockLine).join('')}${files.join('')}`;
}

function blockLine({ originalBytes, payloadBytes, segments, checksum }: BlockInfo, index: number): string {
  const parts = segments.map(segmentText).join(', ');
  return `  block ${String(index).padEnd(6)} ${originalBytes} → ${payloadBytes} bytes, xxh64 ${checksum}: ${parts}\n`;
}

function segmentText({ method, originalBytes, payloadBytes, lanes, parameter }: SegmentInfo): string {
  const details = [
    ...(lanes > 0 ? [`${lanes} ${lanes === 1 ? 'lane' : 'lanes'}`] : []),
    ...(parameter === undefined ? [] : [`parameter ${parameter}`]),
  ];
  const inside = details.length > 0 ? ` (${details.join(', ')})` : '';
  return `${method}${inside} ${originalBytes} → ${payloadBytes}`;
}

function segmentsOf({ blocks }: ArchiveInfo): Segments {
  const counts = noSegments();
  for (const { segments } of blocks) for (const { method } of segments) counts[method]++;
  return counts;
}

function timeOf(mtime: number | undefined): string | null {
  return mtime === undefined ? null : new Date(mtime).toISOString();
}
