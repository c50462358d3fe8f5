/**
 * Who takes part on this machine: the rivals that are installed, the student through the real command line, the
 * teacher's native binary, built on the spot when there is a compiler. Who cannot is named with the reason.
 */
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rivals, versionIn, type Contestant, type OwnReport } from './contestants.ts';
import { capture } from './measure.ts';

export const repository = fileURLToPath(new URL('../../', import.meta.url));
const cli = join(repository, 'apps/cli/bin/understudy.mjs');

export interface Field {
  contestants: Contestant[];
  absent: { name: string; reason: string }[];
}

export interface FieldOptions {
  model?: string;
  engine?: string;
  /** Names to take, by their beginning; all when empty. */
  only: readonly string[];
}

export async function assemble(options: FieldOptions, say: (line: string) => void): Promise<Field> {
  const field: Field = { contestants: [], absent: [] };
  const wanted = (name: string): boolean =>
    options.only.length === 0 ||
    options.only.some((start) => name.toLowerCase().startsWith(start.toLowerCase()));
  const enter = async (name: string, find: () => Promise<Contestant>): Promise<void> => {
    if (!wanted(name)) return;
    try {
      field.contestants.push(await find());
    } catch (error) {
      field.absent.push({ name, reason: (error as Error).message });
    }
  };
  await enter('student', () => student(options));
  await enter('teacher', () => teacher(say));
  for (const rival of rivals) {
    await enter(rival.name, async () => {
      const { program, printed } = await installed(rival.programs, rival.versionFlag);
      return { name: rival.name, version: versionIn(printed), modelBytes: 0, ...rival.steps(program) };
    });
  }
  return field;
}

async function installed(
  programs: readonly string[],
  versionFlag: string,
): Promise<{ program: string; printed: string }> {
  for (const program of programs) {
    try {
      // Some print their version beside an error, so the exit code says nothing.
      const words = [
        '-c',
        'command -v "$0" >/dev/null || exit 127; "$0" "$@" 2>&1 </dev/null; true',
        program,
      ];
      const { stdout } = await capture('sh', versionFlag ? [...words, versionFlag] : words);
      return { program, printed: stdout };
    } catch {
      // Not installed under this name.
    }
  }
  throw new Error('not installed');
}

async function student({ model, engine }: FieldOptions): Promise<Contestant> {
  // Contestants run in a folder of their own, so a path must not depend on this one.
  const modelPath = model !== undefined && existsSync(model) ? resolve(model) : model;
  const chosen = [...(modelPath ? ['-m', modelPath] : []), ...(engine ? ['-e', engine] : [])];
  const call = [process.execPath, cli];
  const probe = await probeStudent(call, chosen);
  const ownReport = (printed: string): OwnReport => {
    const line = printed.trim();
    if (line === '') return {};
    const { seconds, segments } = JSON.parse(line) as { seconds: number; segments: { student: number } };
    return { ownSeconds: seconds, neededModel: segments.student > 0 };
  };
  return {
    name: 'student fast',
    version: `${probe.model}, engine ${probe.engine}`,
    modelBytes: probe.modelBytes,
    ownReport,
    // Rivals do not verify, so neither does the student here; the benchmark compares the bytes of all.
    compress: (input, archive) => ({
      words: [...call, 'compress', '--no-verify', '--json', ...chosen, '-o', archive, input],
    }),
    decompress: (archive, output) => ({
      words: [...call, 'decompress', '--json', ...chosen, '-o', output, archive],
    }),
  };
}

/** Compresses a few bytes, to learn which model and engine a run like this takes. */
async function probeStudent(
  call: readonly string[],
  chosen: readonly string[],
): Promise<{ model: string; engine: string; modelBytes: number }> {
  const [program = '', ...words] = [...call, 'compress', '--json', ...chosen, '-f', '-o', '/dev/null'];
  const { stdout } = await capture(program, [...words, join(repository, 'docs/MODEL.md')]);
  const { model, engine, modelBytes } = JSON.parse(stdout) as {
    model: string;
    engine: string;
    modelBytes: number;
  };
  return { model, engine, modelBytes };
}

async function teacher(say: (line: string) => void): Promise<Contestant> {
  const source = join(repository, 'wasm/cmix');
  const build = join(source, 'build');
  const binary = join(build, 'teacher');
  if (!existsSync(binary)) {
    const tools = await Promise.allSettled(['cmake', 'c++'].map((tool) => capture(tool, ['--version'])));
    if (tools.some(({ status }) => status === 'rejected'))
      throw new Error('not built, and no cmake or C++ compiler');
    say('building the teacher with cmake …');
    await capture('cmake', ['-S', source, '-B', build, '-DCMAKE_BUILD_TYPE=Release']);
    await capture('cmake', [
      '--build',
      build,
      '--target',
      'teacher',
      '-j',
      String(Math.min(2, cpus().length)),
    ]);
  }
  return {
    name: 'teacher',
    version: 'wasm/cmix, native',
    modelBytes: 0,
    compress: (input, archive) => ({ words: [binary, 'compress', input, archive] }),
    decompress: (archive, output) => ({ words: [binary, 'decompress', archive, output] }),
  };
}
