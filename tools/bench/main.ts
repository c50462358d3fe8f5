/**
 * `npm run bench`: reads the command line, lets everyone run on every file in turn, writes the page. One at a time,
 * so that nobody's speed suffers from another's.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { assemble, repository, type Field } from './field.ts';
import { builtInFiles, givenFiles, type BenchFile } from './files.ts';
import { measure, sha256, type Outcome } from './measure.ts';
import { emptyPage, insertReport, percent, renderReport, speed, type BenchReport } from './report.ts';

const usage = `npm run bench -- [OPTION]… [FILE…]

  --dir DIR       every file below DIR (may be repeated)
  --only NAMES    only these, by the beginning of their names: --only student,xz,gzip
  --model MODEL   student model, as for understudy -m
  --engine NAME   student engine, as for understudy -e
  --runs N        runs of what takes less than a second, the median counts [3]
  --out FILE      page to write [docs/BENCHMARKS.md]

Without FILE and --dir a small set is made from this repository's own text.
`;

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
  const { values, positionals } = given;
  const scratch = await mkdtemp(join(tmpdir(), 'understudy-bench-files-'));
  try {
    const named = positionals.length > 0 || values.dir.length > 0;
    const files = named
      ? await givenFiles(positionals, values.dir, say)
      : await builtInFiles(repository, scratch);
    if (files.length === 0) {
      say('bench: no file to measure');
      return 2;
    }
    const only = values.only?.split(',').filter((name) => name !== '') ?? [];
    const field = await assemble({ model: values.model, engine: values.engine, only }, say);
    for (const { name, reason } of field.absent) say(`not run: ${name}: ${reason}`);
    const results = await runAll(files, field, Number(values.runs));
    const report: BenchReport = {
      date: new Date().toISOString().slice(0, 10),
      command: ['npm run bench', ...(words.length > 0 ? ['--', ...words] : [])].join(' '),
      machine: await describeMachine(),
      contestants: field.contestants,
      absent: field.absent,
      files: results,
    };
    const page = values.out ?? join(repository, 'docs/BENCHMARKS.md');
    const before = existsSync(page) ? await readFile(page, 'utf8') : emptyPage;
    await writeFile(page, insertReport(before, renderReport(report)));
    say(`written: ${relative(process.cwd(), page)}`);
    const whole = results.every(({ outcomes }) =>
      outcomes.every((one) => 'roundTrip' in one && one.roundTrip),
    );
    return whole ? 0 : 1;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function readOptions(words: readonly string[]) {
  const given = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      dir: { type: 'string', multiple: true, default: [] as string[] },
      only: { type: 'string' },
      model: { type: 'string' },
      engine: { type: 'string' },
      runs: { type: 'string', default: '3' },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (!/^[1-9]\d?$/.test(given.values.runs)) throw new Error('--runs needs a whole number from 1 to 99');
  return given;
}

async function runAll(
  files: readonly BenchFile[],
  field: Field,
  runs: number,
): Promise<BenchReport['files']> {
  const results: { name: string; bytes: number; sha256: string; outcomes: Outcome[] }[] = [];
  for (const { name, path, bytes } of files) {
    say(`${name}, ${bytes} bytes`);
    const outcomes: Outcome[] = [];
    for (const contestant of field.contestants) {
      const outcome = await measure(contestant, path, runs);
      outcomes.push(outcome);
      say(`  ${contestant.name.padEnd(16)} ${summary(outcome, bytes)}`);
    }
    results.push({ name, bytes, sha256: await sha256(path), outcomes });
  }
  return results;
}

function summary(outcome: Outcome, bytes: number): string {
  if ('failed' in outcome) return `failed: ${outcome.failed}`;
  const { archiveBytes, compress, decompress, roundTrip } = outcome;
  const speeds = `${speed(bytes, compress.seconds)} / ${speed(bytes, decompress.seconds)} MB/s`;
  return `${percent(archiveBytes, bytes).padStart(6)} %  ${speeds}${roundTrip ? '' : '  ROUND TRIP FAILED'}`;
}

async function describeMachine(): Promise<string> {
  const processors = cpus();
  const osRelease = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const system = /^PRETTY_NAME="?([^"\n]+)/m.exec(osRelease)?.[1] ?? type();
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0]?.toFixed(1);
  return `${processors.length} × ${processors[0]?.model.trim()}, ${memory} GiB, ${system} (kernel ${release()}), Node ${process.version}, load ${load} at the end`;
}
