/** The teacher's native binary, built on the spot where there is a compiler. */
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, type Contestant } from '@understudy/cli/bench';

export const repository = fileURLToPath(new URL('../../', import.meta.url));

/** @throws Error that says why there is none */
export async function teacherAlone(say: (line: string) => void): Promise<Contestant> {
  const source = join(repository, 'wasm/cmix');
  const build = join(source, 'build');
  const binary = join(build, 'teacher');
  if (!existsSync(binary)) {
    const tools = await Promise.allSettled(['cmake', 'c++'].map((tool) => capture(tool, ['--version'])));
    if (tools.some(({ status }) => status === 'rejected'))
      throw new Error('not built, and no cmake or C++ compiler');
    say('building the teacher with cmake …');
    await capture('cmake', ['-S', source, '-B', build, '-DCMAKE_BUILD_TYPE=Release']);
    const jobs = String(Math.min(2, cpus().length));
    await capture('cmake', ['--build', build, '--target', 'teacher', '-j', jobs]);
  }
  return {
    name: 'teacher alone',
    version: 'wasm/cmix, native, one core',
    modelBytes: 0,
    compress: (input, archive) => ({ words: [binary, 'compress', input, archive] }),
    decompress: (archive, output) => ({ words: [binary, 'decompress', archive, output] }),
  };
}
