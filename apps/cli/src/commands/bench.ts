/**
 * `bench`: how small and how fast this program makes each file, beside the programs that are installed here, one after the other in
 * one run. Whole processes are timed, start-up included, on the same number of threads.
 */
import { stat } from 'node:fs/promises';
import {
  installedRivals,
  measure,
  ownContestants,
  sha256,
  storedFigures,
  storedPrograms,
  type Contestant,
  type Outcome,
} from '../bench/index.ts';
import { CliError, FileProblem, UsageError } from '../errors.ts';
import { standardStream } from '../files/names.ts';
import { formatPercent, printable } from '../report/units.ts';
import type { Session } from '../session.ts';

const levels = ['fast', 'balanced', 'best'] as const;
/** Of what takes less than a second; the median counts. */
const runs = 3;

/** @throws CliError */
export async function benchFiles(paths: readonly string[], session: Session): Promise<void> {
  const { options, reporter, threads } = session;
  if (paths.includes(standardStream)) throw new UsageError('bench needs files: a pipe can be read only once');
  const sizes = new Map<string, number>();
  for (const path of paths) {
    const found = await FileProblem.from('read', path, () => stat(path));
    if (!found.isFile() || found.size === 0) throw new UsageError(`${path} is no file with bytes in it`);
    sizes.set(path, found.size);
  }
  const { model, engine, level, levelGiven } = options;
  // What cannot be measured at all is told in its own words.
  await session.models.forCompression(level);
  if (engine !== undefined) await session.codec();
  const own = await ownContestants(levelGiven ? [`-${level}`] : levels, { model, engine, threads });
  const { contestants, absent } = await installedRivals(threads);
  for (const { name, reason } of absent) reporter.detail(`${name}: ${reason}`);
  for (const [path, bytes] of sizes) await benchFile(path, bytes, [...own, ...contestants], session);
}

async function benchFile(
  path: string,
  bytes: number,
  contestants: readonly Contestant[],
  { reporter, threads, options }: Session,
): Promise<void> {
  const progress = reporter.progress(path, bytes * contestants.length);
  const outcomes: Outcome[] = [];
  const head = `${printable(path)}  ${bytes} bytes, ${threads} ${threads === 1 ? 'thread' : 'threads'}\n`;
  if (!options.json) process.stdout.write(head + line(['', '%', 'MB/s in', 'MB/s out', 'MB memory']));
  for (const contestant of contestants) {
    progress(contestant.name, bytes * outcomes.length, 0);
    const outcome = await measure(contestant, path, runs);
    outcomes.push(outcome);
    if (!options.json) reporter.result({}, outcomeLine(outcome, bytes), 'stdout');
  }
  const digest = await sha256(path);
  const stored = storedFigures(digest);
  const record = {
    command: 'bench',
    file: path,
    bytes,
    sha256: digest,
    threads,
    programs: outcomes.map((outcome) => outcomeRecord(outcome, bytes)),
    notRunHere: stored,
  };
  const lines = stored.map(({ name, percent }) =>
    line([name, percent.toFixed(2), '', '', '', 'not run here']),
  );
  const names = Object.values(storedPrograms).join(' and ');
  const none = `${names}: not run here, and no figure is stored for this file\n`;
  const failed = outcomes.filter((outcome) => 'failed' in outcome || !outcome.roundTrip);
  for (const { contestant } of failed)
    reporter.complaint(new CliError('UST_VERIFY', `${path}: ${contestant} did not give the same bytes back`));
  reporter.result(record, stored.length > 0 ? lines.join('') : none, 'stdout');
}

function outcomeRecord(outcome: Outcome, bytes: number): object {
  if ('failed' in outcome) return { program: outcome.contestant, failed: outcome.failed };
  const { contestant, archiveBytes, compress, decompress, roundTrip } = outcome;
  return {
    program: contestant,
    archiveBytes,
    percent: Number(((100 * archiveBytes) / bytes).toFixed(4)),
    compressSeconds: compress.seconds,
    decompressSeconds: decompress.seconds,
    compressPeakBytes: compress.peakBytes ?? null,
    decompressPeakBytes: decompress.peakBytes ?? null,
    roundTrip,
  };
}

function outcomeLine(outcome: Outcome, bytes: number): string {
  if ('failed' in outcome) return line([outcome.contestant, '', '', '', '', `failed: ${outcome.failed}`]);
  const { contestant, archiveBytes, compress, decompress, roundTrip } = outcome;
  const peak = Math.max(compress.peakBytes ?? 0, decompress.peakBytes ?? 0);
  return line([
    contestant,
    formatPercent(archiveBytes, bytes, 2),
    speed(bytes, compress.seconds),
    speed(bytes, decompress.seconds),
    peak > 0 ? (peak / 1e6).toFixed(0) : '–',
    roundTrip ? '' : 'ROUND TRIP FAILED',
  ]);
}

function speed(bytes: number, seconds: number): string {
  return (bytes / 1e6 / seconds).toPrecision(3);
}

function line([
  name = '',
  size = '',
  compress = '',
  decompress = '',
  memory = '',
  note = '',
]: readonly string[]): string {
  const columns = [
    `  ${name.padEnd(20)}`,
    size.padStart(8),
    compress.padStart(9),
    decompress.padStart(9),
    memory.padStart(10),
    note,
  ];
  return `${columns.join(' ').trimEnd()}\n`;
}
