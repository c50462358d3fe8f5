/**
 * From results to the part of README.md between its two markers: a few files, the programs below each other, for someone who has
 * never seen this project. Pure; everything else is in docs/BENCHMARKS.md (report.ts).
 */
import { storedFigures, type Result } from '@understudy/cli/bench';
import { claimColumns, claims, claimsIntroduction } from './claims.ts';
import { percent, speed, table, type BenchReport, type FileReport } from './report.ts';

export const resultMarkers = ['<!-- results:begin -->', '<!-- results:end -->'] as const;

/** Shown where they were measured, in this order; else the first files of the run. */
const shownFiles = ['enwik-b', 'alice29.txt', 'wiki-plain', 'code-ts', 'json'];
const mostFiles = 4;

const busyNote =
  'The machine had other work at the same time: sizes hold, speeds compare with each other at best.';

export function renderSummary(report: BenchReport): string {
  const shown = shownFiles.flatMap((name) =>
    report.files.filter((file) => file.name.split('/').at(-1) === name),
  );
  const files = (shown.length > 0 ? shown : report.files).slice(0, mostFiles);
  const [first] = files;
  if (first === undefined) return '';
  return [
    `Size in % of the original. Measured ${report.date} on ${report.machine}.`,
    ...(report.busy ? [busyNote] : []),
    programTable(report, files, first),
    notes(report, first),
    ...(report.pieces ? [pieceSummary(report.pieces)] : []),
    `${claimsIntroduction}\n\n${table(claimColumns, claims).trimEnd()}`,
  ].join('\n\n');
}

function programTable(
  { contestants, text }: BenchReport,
  files: readonly FileReport[],
  first: FileReport,
): string {
  const speeds = text?.whole ?? first;
  const rows = contestants.map(({ name }) => {
    const alone = resultOf(first, name);
    const fast = resultOf(speeds, name);
    const inTime = fast === undefined && text !== undefined ? alone : fast;
    const bytes = inTime === fast ? speeds.bytes : first.bytes;
    return [
      nameOf(name),
      ...files.map((file) => sizeOf(file, name)),
      alone && alone.modelBytes > 0 ? percent(alone.archiveBytes + alone.modelBytes, first.bytes) : '',
      inTime ? `${speed(bytes, inTime.compress.seconds)} / ${speed(bytes, inTime.decompress.seconds)}` : '–',
      memoryOf(inTime),
    ];
  });
  const stored = [...new Set(files.flatMap(({ sha256 }) => storedFigures(sha256).map(({ name }) => name)))];
  const notRun = stored.map((name) => [
    `${name}, not run here`,
    ...files.map(
      ({ sha256 }) =>
        storedFigures(sha256)
          .find((one) => one.name === name)
          ?.percent.toFixed(2) ?? '–',
    ),
    '',
    '–',
    '–',
  ]);
  const columns = [
    'program',
    ...files.map(({ name }) => name),
    `${first.name} with the model`,
    'MB/s in / out',
    'memory MB',
  ];
  return table(columns, [...rows, ...notRun]).trimEnd();
}

function notes({ text, contestants }: BenchReport, first: FileReport): string {
  const model = Math.max(...contestants.map(({ modelBytes }) => modelBytes));
  const models = contestants.find(({ modelBytes }) => modelBytes === model)?.version.split(',')[0];
  const speeds =
    text === undefined
      ? `Speeds and memory are those of whole processes on ${first.name}, start-up included, one thread each`
      : `Speeds and memory are those of whole processes on ${text.whole.name} (${megabytes(text.whole.bytes)} MB), start-up included, ${text.threads} threads for all that can use them; of the levels that were not run on it, on ${first.name} and one thread`;
  return `${speeds}. An archive needs its model to be opened, so one column adds the model's bytes (${models}, ${megabytes(model)} MB) to a single archive.`;
}

function pieceSummary({ columns, rows }: NonNullable<BenchReport['pieces']>): string {
  const lengths = [...new Set(rows.map(({ piece }) => piece.bytes))];
  const cells = lengths.map((length) => {
    const same = rows.filter(({ piece }) => piece.bytes === length);
    return [
      `${length / 1024} KB`,
      ...columns.map((_, column) => {
        const shares = same.map(({ archiveBytes }) => (100 * (archiveBytes[column] ?? NaN)) / length);
        return (shares.reduce((sum, share) => sum + share, 0) / shares.length).toFixed(1);
      }),
    ];
  });
  const sources = [...new Set(rows.map(({ piece }) => piece.source))].join(', ');
  const head = `Small files are where a model that was trained before counts most: pieces of ${sources}, mean size in %, headers counted.`;
  return `${head}\n\n${table(['piece', ...columns.map(nameOf)], cells).trimEnd()}`;
}

const nameOf = (contestant: string): string => contestant.replace(/^understudy /, '**understudy** ');

function resultOf({ outcomes }: FileReport, contestant: string): Result | undefined {
  const outcome = outcomes.find((one) => one.contestant === contestant);
  return outcome && 'archiveBytes' in outcome ? outcome : undefined;
}

function sizeOf(file: FileReport, contestant: string): string {
  const result = resultOf(file, contestant);
  return result ? percent(result.archiveBytes, file.bytes) : '–';
}

function memoryOf(result: Result | undefined): string {
  const peaks = [result?.compress.peakBytes, result?.decompress.peakBytes].filter(
    (bytes) => bytes !== undefined,
  );
  return peaks.length > 0 ? megabytes(Math.max(...peaks)) : '–';
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
