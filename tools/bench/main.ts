/**
 * `npm run bench`: reads the command line, lets everyone run on every file in turn, then small pieces and a long text, and writes
 * the pages. One at a time, so that nobody's speed suffers from another's.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  installedRivals,
  isWanted,
  measure,
  ownContestants,
  sha256,
  type Contestant,
  type Field,
  type Outcome,
} from '@understudy/cli/bench';
import { builtInFiles, cutPieces, givenFiles, type BenchFile } from './files.ts';
import { Kept } from './kept.ts';
import { measurePieces, type PieceTable } from './pieces.ts';
import {
  emptyPage,
  insertReport,
  percent,
  renderReport,
  speed,
  type BenchReport,
  type FileReport,
} from './report.ts';
import { renderSummary, resultMarkers } from './summary.ts';
import { repository, teacherAlone } from './teacher.ts';

const usage = `npm run bench -- [OPTION]… [FILE…]

  --dir DIR       every file below DIR (may be repeated), such as a folder of held-out files
  --text FILE     a text of 16 MB or more for the table of speeds on all threads
  --levels NAMES  levels to measure [fast,balanced,best,teacher]; -7 names a number
  --only NAMES    only these, by the beginning of their names: --only understudy,xz,gzip
  --model MODEL   model, as for understudy -m
  --engine NAME   engine, as for understudy -e
  --threads N     threads for the long text; all other tables are on one [all cores]
  --runs N        runs of what takes less than a second, the median counts [3]
  --slow NAMES    files that best and teacher are measured on, by name [all]
  --resume        go on with a run of the same command that was interrupted
  --out FILE      page to write [docs/BENCHMARKS.md]
  --readme FILE   page whose short table to write [README.md; with --out: none]

Without FILE and --dir a small set is made from this repository's own text.
`;

/** Levels that take minutes a megabyte: `--slow` names the files that they are measured on. */
const slowLevels = /^understudy (best|teacher|-[6-9])$/;
/** On a long text the teacher's kind is left out: its speed does not depend on the length, and it would take half an hour. */
const textLevels = ['fast', 'balanced'];
const fewestTextBytes = 16_000_000;
/** So much of the long text shows how fast the teacher alone is. */
const teacherBytes = 2_000_000;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** @returns exit code: 0 done and every round trip whole, 1 some contestant failed, 2 usage */
export async function main(words: readonly string[]): Promise<number> {
  let given;
  try {
    given = readOptions(words);
  } catch (error) {
    say(`bench: ${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (given.values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const scratch = await mkdtemp(join(tmpdir(), 'understudy-bench-files-'));
  try {
    return await bench(given, words, scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

type Given = ReturnType<typeof readOptions>;

async function bench(
  { values, positionals }: Given,
  words: readonly string[],
  scratch: string,
): Promise<number> {
  const named = positionals.length > 0 || values.dir.length > 0;
  const files = named
    ? await givenFiles(positionals, values.dir, say)
    : await builtInFiles(repository, scratch);
  if (files.length === 0) {
    say('bench: no file to measure');
    return 2;
  }
  const runs = Number(values.runs);
  const field = await assemble(values, 1);
  for (const { name, reason } of field.absent) say(`not run: ${name}: ${reason}`);
  const kept = new Kept(join(repository, 'build/bench/measured.json'), values.resume);
  const runner: Runner = { runs, kept };
  const slow = values.slow === undefined ? undefined : namesIn(values.slow);
  const results: FileReport[] = [];
  for (const file of files) {
    const isLeftOut = slow !== undefined && !slow.includes(file.name);
    const contestants = field.contestants.filter(({ name }) => !(isLeftOut && slowLevels.test(name)));
    results.push(await runFile(file, contestants, runner));
  }
  const pieces = await runPieces(values, files, field, scratch, kept);
  const text = values.text === undefined ? undefined : await runText(values.text, values, runner, scratch);
  const report: BenchReport = {
    date: new Date().toISOString().slice(0, 10),
    command: ['npm run bench', ...(words.length > 0 ? ['--', ...words.map(shortPath)] : [])].join(' '),
    machine: await describeMachine(),
    busy: (loadavg()[0] ?? 0) > availableParallelism() + 1,
    contestants: field.contestants,
    absent: field.absent,
    files: results,
    ...(pieces && { pieces }),
    ...(text && { text }),
  };
  const page = values.out ?? join(repository, 'docs/BENCHMARKS.md');
  const before = existsSync(page) ? await readFile(page, 'utf8') : emptyPage;
  await writeFile(page, insertReport(before, renderReport(report)));
  say(`written: ${relative(process.cwd(), page)}`);
  const readme = values.readme ?? (values.out === undefined ? join(repository, 'README.md') : undefined);
  if (readme !== undefined) {
    const summary = renderSummary(report);
    await writeFile(readme, insertReport(await readFile(readme, 'utf8'), `${summary}\n`, resultMarkers));
    say(`written: ${relative(process.cwd(), readme)}`);
  }
  kept.forget();
  const all = [...results, ...(text ? [text.whole, ...(text.teacher ? [text.teacher] : [])] : [])];
  return all.every(({ outcomes }) => outcomes.every((one) => 'roundTrip' in one && one.roundTrip)) ? 0 : 1;
}

function readOptions(words: readonly string[]) {
  const given = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      dir: { type: 'string', multiple: true, default: [] as string[] },
      text: { type: 'string' },
      levels: { type: 'string', default: 'fast,balanced,best,teacher' },
      only: { type: 'string' },
      model: { type: 'string' },
      engine: { type: 'string' },
      threads: { type: 'string', default: String(availableParallelism()) },
      runs: { type: 'string', default: '3' },
      slow: { type: 'string' },
      resume: { type: 'boolean', default: false },
      readme: { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  for (const name of ['runs', 'threads'] as const) {
    if (!/^[1-9]\d?$/.test(given.values[name]))
      throw new Error(`--${name} needs a whole number from 1 to 99`);
  }
  return given;
}

type Values = Given['values'];

const namesIn = (list: string | undefined): string[] => list?.split(',').filter((name) => name !== '') ?? [];

async function assemble(values: Values, threads: number, levels = namesIn(values.levels)): Promise<Field> {
  const only = namesIn(values.only);
  const field: Field = { contestants: [], absent: [] };
  const wanted = levels.filter((level) => isWanted(`understudy ${level}`, only));
  if (wanted.length > 0)
    field.contestants.push(
      ...(await ownContestants(wanted, { model: values.model, engine: values.engine, threads })),
    );
  if (threads === 1 && isWanted('teacher alone', only)) {
    try {
      field.contestants.push(await teacherAlone(say));
    } catch (error) {
      field.absent.push({ name: 'teacher alone', reason: (error as Error).message });
    }
  }
  const rivals = await installedRivals(threads, only);
  return {
    contestants: [...field.contestants, ...rivals.contestants],
    absent: [...field.absent, ...rivals.absent],
  };
}

interface Runner {
  readonly runs: number;
  readonly kept: Kept;
}

async function runFile(
  { name, path, bytes }: BenchFile,
  contestants: readonly Contestant[],
  { runs, kept }: Runner,
  threads = 1,
): Promise<FileReport> {
  say(`${name}, ${bytes} bytes`);
  const digest = await sha256(path);
  const outcomes: Outcome[] = [];
  for (const contestant of contestants) {
    const key = [contestant.name, contestant.version, threads, runs, digest];
    const outcome = await kept.get(key, () => measure(contestant, path, runs));
    outcomes.push(outcome);
    say(`  ${contestant.name.padEnd(20)} ${summary(outcome, bytes)}`);
  }
  return { name, bytes, sha256: digest, outcomes };
}

async function runPieces(
  { levels, only, model, engine }: Values,
  files: readonly BenchFile[],
  { contestants }: Field,
  scratch: string,
  kept: Kept,
): Promise<PieceTable | undefined> {
  const rival = contestants.find(({ name }) => name.startsWith('brotli'));
  const wanted = namesIn(levels).filter(
    (level) => level !== 'teacher' && isWanted(`understudy ${level}`, namesIn(only)),
  );
  const pieces = await cutPieces(files, scratch);
  if (rival === undefined || wanted.length === 0 || pieces.length === 0) {
    say('no table of small pieces: it needs brotli, a level, and a file that is long enough');
    return undefined;
  }
  say(`${pieces.length} small pieces`);
  const modelPath = model !== undefined && existsSync(model) ? resolve(model) : model;
  const settings = [...(modelPath ? ['-m', modelPath] : []), ...(engine ? ['-e', engine] : [])];
  const versions = contestants.map(({ version }) => version);
  const digests = await Promise.all(pieces.map(({ path }) => sha256(path)));
  return await kept.get(['pieces', ...wanted, rival.name, ...versions, ...digests], () =>
    measurePieces(pieces, wanted, settings, rival),
  );
}

async function runText(
  path: string,
  values: Values,
  runner: Runner,
  scratch: string,
): Promise<BenchReport['text']> {
  const { size: bytes } = await stat(path);
  if (bytes < fewestTextBytes) say(`the text has ${bytes} bytes: blocks of so few do not fill all threads`);
  const threads = Number(values.threads);
  const levels = namesIn(values.levels).filter((level) => textLevels.includes(level));
  const field = await assemble(values, threads, levels);
  const whole = await runFile({ name: basename(path), path, bytes }, field.contestants, runner, threads);
  if (!isWanted('teacher alone', namesIn(values.only))) return { threads, whole };
  const part = join(scratch, 'text-part');
  await writeFile(part, (await readFile(path)).subarray(0, teacherBytes));
  const alone = await teacherAlone(say).catch(() => undefined);
  if (alone === undefined) return { threads, whole };
  const size = Math.min(bytes, teacherBytes);
  const teacher = await runFile(
    { name: `its first ${size} bytes`, path: part, bytes: size },
    [alone],
    runner,
  );
  return { threads, whole, teacher };
}

function summary(outcome: Outcome, bytes: number): string {
  if ('failed' in outcome) return `failed: ${outcome.failed}`;
  const { archiveBytes, compress, decompress, roundTrip } = outcome;
  const speeds = `${speed(bytes, compress.seconds)} / ${speed(bytes, decompress.seconds)} MB/s`;
  return `${percent(archiveBytes, bytes).padStart(6)} %  ${speeds}${roundTrip ? '' : '  ROUND TRIP FAILED'}`;
}

/** Paths of this machine's folders say nothing to a reader. */
function shortPath(word: string): string {
  return word.startsWith('/') || word.startsWith('..') ? basename(word) : word;
}

async function describeMachine(): Promise<string> {
  const processors = cpus();
  const osRelease = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const system = /^PRETTY_NAME="?([^"\n]+)/m.exec(osRelease)?.[1] ?? type();
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0]?.toFixed(1);
  return `${processors.length} × ${processors[0]?.model.trim()}, ${memory} GiB, ${system} (kernel ${release()}), Node ${process.version}, load ${load} at the end`;
}
