/**
 * How `list` and `info` show an archive: an object for programs, a line or a page for people.
 */
import type { ArchiveInfo, BlockInfo, BlockMethod } from '@understudy/codec';
import { proportions } from './records.ts';
import { formatBytes, formatPercent, printable } from './units.ts';

export function archiveRecord(file: string, info: ArchiveInfo): object {
  const { version, form, level, name, mtime, modelId, needsModel, originalBytes, archiveBytes, checksum } =
    info;
  return {
    file,
    formatVersion: version,
    form,
    level,
    storedName: name ?? null,
    storedTime: mtime === undefined ? null : new Date(mtime).toISOString(),
    modelId: modelId ?? null,
    needsModel,
    originalBytes,
    archiveBytes,
    ...proportions(originalBytes, archiveBytes),
    blocks: info.blocks.length,
    segments: segmentsOf(info),
    checksum: `xxh64:${checksum}`,
  };
}

export function blockRecords({ blocks }: ArchiveInfo): object[] {
  return blocks.map(({ method, originalBytes, payloadBytes, lanes, checksum }) => ({
    method,
    originalBytes,
    payloadBytes,
    lanes,
    checksum: `xxh64:${checksum}`,
  }));
}

/** `1.05 MB → 224 kB 21.3 % fast xxh64:… notes.txt.ust`, in columns. */
export function archiveLine(
  file: string,
  { originalBytes, archiveBytes, level, checksum, modelId }: ArchiveInfo,
): string {
  const columns = [
    `${formatBytes(originalBytes).padStart(8)} → ${formatBytes(archiveBytes).padStart(8)}`,
    formatPercent(archiveBytes, originalBytes).padStart(7),
    level.padEnd(8),
    `model ${(modelId ?? 'not needed').slice(0, 16).padEnd(16)}`,
    `xxh64 ${checksum}`,
    printable(file),
  ];
  return `${columns.join('  ')}\n`;
}

export function archivePage(file: string, info: ArchiveInfo): string {
  const { version, form, level, name, mtime, modelId, needsModel, originalBytes, archiveBytes, checksum } =
    info;
  const segments = Object.entries(segmentsOf(info)).filter(([, count]) => count > 0);
  const facts: [string, string | undefined][] = [
    ['format', `version ${version}, ${form} form`],
    ['level', level],
    ['original', `${originalBytes} bytes`],
    ['archive', `${archiveBytes} bytes, ${formatPercent(archiveBytes, originalBytes)} of the original`],
    [
      'model',
      modelId === undefined
        ? 'none needed'
        : `${modelId}${needsModel ? '' : ' (named, but no block needs it)'}`,
    ],
    ['stored name', name === undefined ? undefined : printable(name)],
    ['stored time', mtime === undefined ? undefined : new Date(mtime).toISOString()],
    ['checksum', `xxh64 ${checksum}`],
    ['blocks', segments.map(([method, count]) => `${count} ${method}`).join(', ') || 'none'],
  ];
  const lines = facts
    .filter(([, value]) => value !== undefined)
    .map(([label, value]) => `  ${label.padEnd(12)} ${value}\n`);
  return `${printable(file)}\n${lines.join('')}${info.blocks.map(blockLine).join('')}`;
}

function blockLine(
  { method, originalBytes, payloadBytes, lanes, checksum }: BlockInfo,
  index: number,
): string {
  const inLanes = lanes > 0 ? `, ${lanes} ${lanes === 1 ? 'lane' : 'lanes'}` : '';
  return `  block ${String(index).padEnd(6)} ${method}${inLanes}: ${originalBytes} → ${payloadBytes} bytes, xxh64 ${checksum}\n`;
}

function segmentsOf({ blocks }: ArchiveInfo): Record<BlockMethod, number> {
  const counts = { stored: 0, zstd: 0, student: 0 };
  for (const { method } of blocks) counts[method]++;
  return counts;
}
