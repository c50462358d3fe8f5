/** A comparison as CSV, JSON and Markdown: pure, with units in the names of the fields, and what was measured where. */
import { formatBytes, formatSpeed } from '../format/units.ts';
import type { ComparedFile, Point, Speed } from './compare.ts';

export interface Report {
  file: ComparedFile;
  points: readonly Point[];
  /** ISO date. */
  date: string;
  /** The browser as it names itself. */
  browser: string;
  cores: number;
}

const fields = [
  'method',
  'detail',
  'original_bytes',
  'compressed_bytes',
  'percent_of_original',
  'runs',
  'compress_bytes_per_second_median',
  'compress_bytes_per_second_slowest',
  'compress_bytes_per_second_fastest',
  'decompress_bytes_per_second_median',
  'decompress_bytes_per_second_slowest',
  'decompress_bytes_per_second_fastest',
] as const;

type Row = Record<(typeof fields)[number], string | number>;

function rowOf(point: Point, originalBytes: number): Row {
  const { method, detail, compressedBytes, percent, runs, compress, decompress } = point;
  return {
    method: method.label,
    detail,
    original_bytes: originalBytes,
    compressed_bytes: compressedBytes,
    percent_of_original: Number(percent.toFixed(3)),
    runs,
    ...speeds('compress', compress),
    ...speeds('decompress', decompress),
  } as Row;
}

function speeds(
  verb: 'compress' | 'decompress',
  { median, slowest, fastest }: Speed,
): Record<string, number> {
  const name = `${verb}_bytes_per_second`;
  return {
    [`${name}_median`]: Math.round(median),
    [`${name}_slowest`]: Math.round(slowest),
    [`${name}_fastest`]: Math.round(fastest),
  };
}

/** RFC 4180. */
export function toCsv({ file, points }: Report): string {
  const lines = points.map((point) => {
    const row = rowOf(point, file.bytes);
    return fields.map((field) => quoted(row[field])).join(',');
  });
  return [fields.join(','), ...lines, ''].join('\r\n');
}

function quoted(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function toJson({ file, points, date, browser, cores }: Report): string {
  const results = points.map((point) => rowOf(point, file.bytes));
  const { name, bytes, fileBytes } = file;
  const whole = { name, compared_bytes: bytes, file_bytes: fileBytes };
  return `${JSON.stringify({ version: 1, date, browser, cores, file: whole, results }, null, 2)}\n`;
}

/** A table that reads as plain text too. */
export function toMarkdown({ file, points, date, browser, cores }: Report): string {
  const plain = (text: string): string => text.replaceAll('\u00a0', ' ').replaceAll('|', '\\|');
  const part = file.bytes < file.fileBytes ? `, the beginning of ${formatBytes(file.fileBytes)}` : '';
  const rows = points.map(({ method, detail, compressedBytes, percent, compress, decompress }) =>
    [
      `${method.label} (${detail})`,
      formatBytes(compressedBytes),
      `${percent.toFixed(1)} %`,
      formatSpeed(compress.median),
      formatSpeed(decompress.median),
    ].map(plain),
  );
  const head = ['method', 'size', 'of original', 'compress', 'decompress'];
  const table = [head, ['---', '---:', '---:', '---:', '---:'], ...rows].map(
    (row) => `| ${row.join(' | ')} |`,
  );
  return [
    plain(
      `${file.name}, ${formatBytes(file.bytes)}${part}; ${date.slice(0, 10)}, ${cores} cores, ${browser}`,
    ),
    '',
    ...table,
    '',
    'Medians of repeated runs in the browser; download and start-up are left out, the student’s size is not counted.',
    '',
  ].join('\n');
}
