/**
 * Measures the teacher on the given files, natively and as WebAssembly, in one run, and writes the tables between the marks of
 * docs/TEACHER.md. Native programs come from wasm/cmix/build; times are the processor's, so that other work on the machine counts
 * less, and only ratios within the run mean something.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Teacher } from '@understudy/trace';
import { repository } from '../bench/teacher.ts';
import { compareBuilds } from './same.ts';

const usage = `npm run bench:teacher -- [OPTION]… FILE…

  --parts NAMES   some of ablation, cost, same [ablation,cost]; same compares the native teacher's archives and traces with
                  WebAssembly's on a sample of each file, and writes no table
  --mem MB        memory of the model [256]
  --cost-bytes N  bytes of the first file that tracing is measured on [20000]
  --sample N      bytes of each file that same compares [3000]
  --build FOLDER  where the native programs lie [wasm/cmix/build]

Tables of what was left out stay as they are. Take training text, not held-out files, to choose components by.`;

const page = join(repository, 'docs/TEACHER.md');
let build = join(repository, 'wasm/cmix/build');

interface Measured {
  seconds: number;
  file: string;
  bytes: number;
  archive: number;
}

/** @throws Error with what the program said */
function run(command: string, args: readonly string[]): string {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`${basename(command)}: ${done.stderr || String(done.error)}`);
  return done.stdout;
}

function ablation(options: readonly string[], files: readonly string[]): Measured[] {
  const lines = run(join(build, 'teacher_ablation'), [...options, ...files])
    .trim()
    .split('\n');
  return lines.map((line) => {
    const [file = '', bytes, archive, seconds] = line.split('\t');
    return { file, bytes: Number(bytes), archive: Number(archive), seconds: Number(seconds) };
  });
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function sum(measured: readonly Measured[], key: 'bytes' | 'archive' | 'seconds'): number {
  return measured.reduce((total, one) => total + one[key], 0);
}

function ablationTable(memory: string, files: readonly string[]): string {
  const whole = ablation(['--mem', memory], files);
  const lines = [
    row('left out', ...files.map((file) => basename(file)), 'all', 'KB/s'),
    row(...Array.from({ length: files.length + 3 }, (_, at) => (at === 0 ? '---' : '---:'))),
  ];
  const add = (name: string, measured: readonly Measured[]): void => {
    const cells = measured.map((one, at) => change(one.archive, whole[at]?.archive ?? one.archive));
    const speed = sum(measured, 'bytes') / sum(measured, 'seconds') / 1000;
    lines.push(
      row(name, ...cells, change(sum(measured, 'archive'), sum(whole, 'archive')), speed.toFixed(1)),
    );
  };
  const percent = whole.map((one) => `${((100 * one.archive) / one.bytes).toFixed(2)} %`);
  const all = `${((100 * sum(whole, 'archive')) / sum(whole, 'bytes')).toFixed(2)} %`;
  lines.push(
    row('nothing', ...percent, all, (sum(whole, 'bytes') / sum(whole, 'seconds') / 1000).toFixed(1)),
  );
  const families = run(join(build, 'teacher_ablation'), ['--families']).trim().split('\n');
  for (const family of families) add(family, ablation(['--mem', memory, '--without', family], files));
  add('nothing, with `--lstm`', ablation(['--mem', memory, '--lstm'], files));
  const sizes = files.map((file) => `${basename(file)} ${statSync(file).size}`).join(', ');
  return `Bytes: ${sizes}; \`--mem ${memory}\`. First row: size in percent of the file; then how much larger the archive gets.\n\n${lines.join('\n')}`;
}

function change(archive: number, whole: number): string {
  const percent = 100 * (archive / whole - 1);
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(2)} %`;
}

/** Processor's seconds of a native job, by the shell's own account. */
function native(args: readonly string[]): number {
  const script = '"$@" >/dev/null || exit 1; times';
  const [, children = ''] = run('sh', ['-c', script, 'sh', join(build, 'teacher'), ...args])
    .trim()
    .split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (total, [, minutes, seconds]) => total + 60 * Number(minutes) + Number(seconds),
    0,
  );
}

async function wasm(job: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await job();
  const spent = process.cpuUsage(before);
  return (spent.user + spent.system) / 1e6;
}

async function drain(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of pieces) if (piece.length < 0) return;
}

async function loadTeacher(): Promise<Teacher> {
  const module = readFileSync(join(repository, 'public/wasm/teacher.wasm'));
  return Teacher.load(await WebAssembly.compile(module));
}

/** Start-up is measured by a job on no bytes, and taken off. */
async function costTable(memory: string, file: string, count: number): Promise<string> {
  const bytes = new Uint8Array(readFileSync(file)).subarray(0, count);
  const teacher = await loadTeacher();
  const range = `0:${bytes.length}`;
  const common = ['--mem', memory];
  const start = native(['compress', file, '/dev/null', '--range', '0:0', ...common]);
  const nativeJob = (...args: string[]): number =>
    native([args[0] ?? '', file, '/dev/null', '--range', range, ...common, ...args.slice(1)]) - start;
  const options = { memory: Number(memory) };
  const wasmStart = await wasm(() => teacher.compress(bytes.subarray(0, 0), options));
  // The second run is measured: the first one is compiled on the way.
  await teacher.compress(bytes.subarray(0, 2000), options);
  const wasmJob = async (job: () => Promise<unknown>): Promise<number> => (await wasm(job)) - wasmStart;
  const jobs = [
    {
      name: 'compress',
      native: nativeJob('compress'),
      wasm: await wasmJob(() => teacher.compress(bytes, options)),
    },
    {
      name: 'trace, full, stride 1',
      native: nativeJob('trace'),
      wasm: await wasmJob(() => drain(teacher.trace(bytes, options))),
    },
    {
      name: 'trace, compact, stride 16',
      native: nativeJob('trace', '--profile', 'compact', '--stride', '16'),
      wasm: await wasmJob(() => drain(teacher.trace(bytes, { ...options, profile: 'compact', stride: 16 }))),
    },
    {
      name: 'compress with `--lstm`',
      native: nativeJob('compress', '--lstm'),
      wasm: await wasmJob(() => teacher.compress(bytes, { ...options, lstm: true })),
    },
  ];
  const [plain] = jobs;
  if (!plain) throw new Error('no job');
  const lines = [
    row('job', 'native KB/s', '× compress', 'WebAssembly KB/s', '× compress', 'WebAssembly / native'),
    row('---', '---:', '---:', '---:', '---:', '---:'),
    ...jobs.map((job) =>
      row(
        job.name,
        (bytes.length / job.native / 1000).toFixed(1),
        (job.native / plain.native).toFixed(2),
        (bytes.length / job.wasm / 1000).toFixed(1),
        (job.wasm / plain.wasm).toFixed(2),
        `${((100 * job.native) / job.wasm).toFixed(0)} %`,
      ),
    ),
  ];
  return `The first ${bytes.length} bytes of ${basename(file)}, \`--mem ${memory}\`, start-up taken off.\n\n${lines.join('\n')}`;
}

function insert(text: string, name: string, table: string): string {
  const marks = [`<!-- ${name}: made by \`npm run bench:teacher\` -->`, `<!-- end of ${name} -->`] as const;
  const [begin, end] = [text.indexOf(marks[0]), text.indexOf(marks[1])];
  if (begin < 0 || end < begin) throw new Error(`${page}: the marks of table ${name} are missing`);
  return `${text.slice(0, begin)}${marks[0]}\n\n${table}\n\n${text.slice(end)}`;
}

/** @returns exit code: 0 done, 1 something failed, 2 usage */
export async function main(words: readonly string[]): Promise<number> {
  const { values, positionals: files } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      parts: { type: 'string', default: 'ablation,cost' },
      mem: { type: 'string', default: '256' },
      'cost-bytes': { type: 'string', default: '20000' },
      sample: { type: 'string', default: '3000' },
      build: { type: 'string', default: build },
      help: { type: 'boolean', default: false },
    },
  });
  const [first] = files;
  if (values.help || first === undefined) {
    process.stderr.write(`${usage}\n`);
    return values.help ? 0 : 2;
  }
  build = resolve(values.build);
  try {
    if (!existsSync(join(build, 'teacher_ablation')))
      throw new Error(
        'wasm/cmix is not built: cmake -S wasm/cmix -B wasm/cmix/build && cmake --build wasm/cmix/build',
      );
    let text = readFileSync(page, 'utf8');
    const parts = values.parts.split(',');
    if (parts.includes('ablation')) text = insert(text, 'ablation', ablationTable(values.mem, files));
    if (parts.includes('cost'))
      text = insert(text, 'cost', await costTable(values.mem, first, Number(values['cost-bytes'])));
    writeFileSync(page, text);
    if (parts.includes('same')) {
      const binary = join(build, 'teacher');
      const { lines, equal } = await compareBuilds(await loadTeacher(), binary, files, Number(values.sample));
      process.stdout.write(`${lines.join('\n')}\n`);
      if (!equal) throw new Error('the native teacher and the WebAssembly one differ');
    }
    return 0;
  } catch (error) {
    process.stderr.write(`bench:teacher: ${(error as Error).message}\n`);
    return 1;
  }
}
