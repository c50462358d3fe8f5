/** Makes teacher/golden.json from the native teacher: `npx tsx shared/trace/src/node/make-teacher-goldens.ts wasm/cmix/build/teacher`. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { goldenInputs } from '../teacher/golden-inputs.ts';

const binary = resolve(process.argv[2] ?? 'wasm/cmix/build/teacher');
const folder = mkdtempSync(join(tmpdir(), 'teacher-goldens-'));
const files: Record<string, unknown> = {};
let version = '';

function digest(path: string): { bytes: number; sha256: string } {
  const bytes = readFileSync(path);
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

for (const [name, bytes] of Object.entries(goldenInputs)) {
  const input = join(folder, name);
  writeFileSync(input, bytes);
  const archive = join(folder, 'archive');
  execFileSync(binary, ['compress', input, archive, '--mem', '16']);
  version = [...readFileSync(archive).subarray(8, 11)].join('.');
  const trace = join(folder, 'trace');
  const range = ['--range', '1000:1600', '--warm-up', '700', '--stride', '2'];
  execFileSync(binary, ['trace', input, trace, '--mem', '16', ...range]);
  const withLstm = join(folder, 'with-lstm');
  execFileSync(binary, ['compress', input, withLstm, '--mem', '16', '--lstm']);
  files[name] = { archive: digest(archive), withLstm: digest(withLstm), trace: digest(trace) };
}
rmSync(folder, { recursive: true });
const target = new URL('../teacher/golden.json', import.meta.url);
writeFileSync(target, `${JSON.stringify({ version, files }, null, 2)}\n`);
console.log(`${target.pathname}: version ${version}`);
