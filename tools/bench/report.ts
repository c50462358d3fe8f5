/**
 * From results to the generated part of docs/BENCHMARKS.md. Pure. Text outside the two markers is people's and stays.
 */
import { claimColumns, claims, claimsIntroduction } from './claims.ts';
import { storedFigures, type Outcome, type Result, type StepResult } from '@understudy/cli/bench';
import type { PieceTable } from './pieces.ts';

export interface FileReport {
  name: string;
  bytes: number;
  sha256: string;
  outcomes: readonly Outcome[];
}

export interface BenchReport {
  date: string;
  command: string;
  machine: string;
  /** The machine had more to do than this. */
  busy?: boolean;
  contestants: readonly { name: string; version: string; modelBytes: number }[];
  absent: readonly { name: string; reason: string }[];
  files: readonly FileReport[];
  pieces?: PieceTable;
  /** A long text on all threads, and how fast the teacher alone is on its beginning. */
  text?: { threads: number; whole: FileReport; teacher?: FileReport };
}

export const reportMarkers = [
  '<!-- bench:begin (written by `npm run bench`; edits here are lost) -->',
  '<!-- bench:end -->',
] as const;

/** `page` with the part between the markers replaced. @throws Error when the markers are missing. */
export function insertReport(
  page: string,
  report: string,
  [beginMarker, endMarker]: readonly [string, string] = reportMarkers,
): string {
  const begin = page.indexOf(beginMarker);
  const end = page.indexOf(endMarker);
  if (begin < 0 || end < begin) throw new Error(`the page lacks the lines ${beginMarker} and ${endMarker}`);
  return `${page.slice(0, begin + beginMarker.length)}\n\n${report}\n${page.slice(end)}`;
}

/** A page that holds nothing but a report. */
export const emptyPage = `# Benchmarks\n\n${reportMarkers.join('\n')}\n`;

export function renderReport(report: BenchReport): string {
  const versions = report.contestants.map(({ name, version }) => `${name} (${version})`).join(', ');
  const absent = report.absent.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  const parts = [
    `Measured ${report.date} on ${report.machine}, by\n\n    ${report.command}\n`,
    `Took part: ${versions}.\n`,
    absent ? `Not run here: ${absent}.\n` : '',
    '### Size in % of the original, a model’s bytes not counted\n',
    overview(report),
    ...(report.pieces ? ['### Small pieces, in % of the original\n', pieceTable(report.pieces)] : []),
    ...(report.text ? ['### Speed on a long text, with threads\n', textTable(report.text)] : []),
    ...report.files.map((file) => `### ${escapeCell(file.name)}\n\n${fileTable(file)}`),
    `### Claims by others, not measured here\n\n${claimsIntroduction}\n`,
    table(claimColumns, claims),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function overview({ contestants, files }: BenchReport): string {
  const names = contestants.map(({ name }) => name);
  const storedNames = [
    ...new Set(files.flatMap(({ sha256 }) => storedFigures(sha256).map(({ name }) => name))),
  ];
  const rows = files.map(({ name, bytes, sha256, outcomes }) => {
    const percents = names.map((contestant) => {
      const outcome = outcomes.find((one) => one.contestant === contestant);
      return outcome && 'archiveBytes' in outcome ? percent(outcome.archiveBytes, bytes) : '–';
    });
    const marked = boldSmallest(percents).map((text, i) => {
      const outcome = outcomes.find((one) => one.contestant === names[i]);
      return outcome && 'compress' in outcome && outcome.compress.neededModel === false ? `${text} †` : text;
    });
    return [name, String(bytes), ...marked, ...storedNames.map((program) => storedCell(program, sha256))];
  });
  const fallback = rows.some((row) => row.some((cell) => cell.endsWith('†')));
  const note = '\n† What the model makes would be larger: the archive holds no part that needs it.\n';
  const notRun = storedNames.map((name) => `${name} (not run here)`);
  return table(['file', 'bytes', ...names, ...notRun], rows) + (fallback ? note : '');
}

function storedCell(program: string, sha256: string): string {
  return (
    storedFigures(sha256)
      .find(({ name }) => name === program)
      ?.percent.toFixed(2) ?? '–'
  );
}

/** The last column is the rival that the others are compared with. */
function pieceTable({ columns, rows }: PieceTable): string {
  const cells = rows.map(({ piece, archiveBytes }) => {
    const percents = boldSmallest(archiveBytes.map((size) => percent(size, piece.bytes)));
    return [piece.name, String(piece.bytes), ...percents];
  });
  // Of the sizes' ratios piece by piece: a long piece counts no more than a short one.
  const saved = columns.slice(0, -1).map((_, column) => {
    const ratios = rows.map(
      ({ archiveBytes }) => (archiveBytes[column] ?? NaN) / (archiveBytes.at(-1) ?? NaN),
    );
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    return `${(100 * (1 - mean)).toFixed(1)} %`;
  });
  const rival = columns.at(-1) ?? '';
  cells.push([`smaller than ${rival} on average`, '', ...saved, '']);
  return `Cut at offset 123,456, headers counted, names not stored.\n\n${table(['piece', 'bytes', ...columns], cells)}`;
}

function textTable({ threads, whole, teacher }: NonNullable<BenchReport['text']>): string {
  const rows = [whole, ...(teacher ? [teacher] : [])].flatMap(({ bytes, outcomes }) =>
    outcomes.map((outcome) => {
      const name = bytes === whole.bytes ? outcome.contestant : `${outcome.contestant}, first ${bytes} bytes`;
      if ('failed' in outcome) return failedRow(outcome).slice(0, 6);
      const { archiveBytes, compress, decompress, roundTrip } = outcome;
      return [
        name,
        percent(archiveBytes, bytes),
        speed(bytes, compress.seconds),
        speed(bytes, decompress.seconds),
        `${megabytes(compress)} / ${megabytes(decompress)}`,
        roundTrip ? 'yes' : '**no**',
      ];
    }),
  );
  const columns = [
    'program',
    '%',
    'compress MB/s',
    'decompress MB/s',
    'memory MB, compress / decompress',
    'round trip',
  ];
  const { name, bytes, sha256 } = whole;
  const head = `${escapeCell(name)}, ${bytes} bytes, SHA-256 ${sha256.slice(0, 16)}…; ${threads} threads for all that can use them.`;
  return `${head}\n\n${table(columns, rows)}`;
}

function fileTable({ bytes, sha256, outcomes }: BenchReport['files'][number]): string {
  const rows = outcomes.flatMap((outcome) =>
    'failed' in outcome ? [failedRow(outcome)] : resultRows(outcome, bytes),
  );
  const columns = [
    'program',
    'bytes',
    '%',
    '% with model',
    'compress MB/s',
    'decompress MB/s',
    'memory MB, compress / decompress',
    'model bytes',
    'round trip',
  ];
  return `${bytes} bytes, SHA-256 ${sha256.slice(0, 16)}…\n\n${table(columns, rows)}`;
}

function failedRow({ contestant, failed }: { contestant: string; failed: string }): string[] {
  return [contestant, `failed: ${failed.slice(0, 120)}`, '', '', '', '', '', '', '**no**'];
}

function resultRows(result: Result, bytes: number): string[][] {
  const { contestant, archiveBytes, modelBytes, compress, decompress, roundTrip } = result;
  const row = [
    contestant,
    String(archiveBytes),
    percent(archiveBytes, bytes),
    percent(archiveBytes + modelBytes, bytes),
    speed(bytes, compress.seconds),
    speed(bytes, decompress.seconds),
    `${megabytes(compress)} / ${megabytes(decompress)}`,
    String(modelBytes),
    roundTrip ? 'yes' : '**no**',
  ];
  const { ownSeconds: coding } = compress;
  const { ownSeconds: decoding } = decompress;
  if (coding === undefined || decoding === undefined) return [row];
  return [
    row,
    [`${contestant}, without start-up`, '', '', '', speed(bytes, coding), speed(bytes, decoding), '', '', ''],
  ];
}

export function percent(part: number, whole: number): string {
  return ((100 * part) / whole).toFixed(2);
}

/** Megabytes (10^6) per second, three significant digits. */
export function speed(bytes: number, seconds: number): string {
  const value = bytes / 1e6 / seconds;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function megabytes({ peakBytes }: StepResult): string {
  return peakBytes === undefined ? '–' : (peakBytes / 1e6).toFixed(0);
}

/** Marks the smallest of the percentages. */
function boldSmallest(percents: readonly string[]): string[] {
  const smallest = Math.min(...percents.filter((text) => text !== '–').map(Number));
  return percents.map((text) => (Number(text) === smallest ? `**${text}**` : text));
}

export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |\n`;
  const rule = `|${columns.map((_, index) => (index === 0 ? ' --- |' : ' ---: |')).join('')}\n`;
  return line(columns) + rule + rows.map(line).join('');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
