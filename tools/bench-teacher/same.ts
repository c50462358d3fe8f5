/**
 * `--parts same`: on a sample of each file, the native teacher and the WebAssembly one must write the same archives (with the LSTM and
 * without) and the same trace, and each must read the other's archive.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Teacher } from '@understudy/trace';

const memory = 16;
const tracedBytes = 300;

function native(binary: string, args: readonly string[]): void {
  const done = spawnSync(binary, args, { encoding: 'utf8' });
  if (done.status !== 0)
    throw new Error(`${basename(binary)} ${args.join(' ')}: ${done.stderr || String(done.error)}`);
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @returns the jobs whose results differ; empty when all agree */
async function differences(
  teacher: Teacher,
  binary: string,
  folder: string,
  sample: Uint8Array,
): Promise<string[]> {
  const differing: string[] = [];
  const [input, output] = [join(folder, 'sample'), join(folder, 'output')];
  const mine = (...args: string[]): Uint8Array => {
    native(binary, [args[0] ?? '', input, output, ...args.slice(1)]);
    return new Uint8Array(readFileSync(output));
  };
  const agree = (job: string, one: Uint8Array, other: Uint8Array): void => {
    if (digest(one) !== digest(other)) differing.push(job);
  };
  for (const lstm of [false, true]) {
    const job = lstm ? 'archive with the LSTM' : 'archive';
    writeFileSync(input, sample);
    const here = mine('compress', '--mem', String(memory), ...(lstm ? ['--lstm'] : []));
    const there = await teacher.compress(sample, { memory, lstm });
    agree(job, here, there);
    agree(`${job}, read by WebAssembly`, await teacher.decompress(here), sample);
    writeFileSync(input, there);
    agree(`${job}, read natively`, mine('decompress'), sample);
  }
  writeFileSync(input, sample);
  const range: [number, number] = [0, Math.min(tracedBytes, sample.length)];
  const pieces: Uint8Array[] = [];
  for await (const piece of teacher.trace(sample, { memory, range, sourceName: basename(input) }))
    pieces.push(piece);
  agree('trace', mine('trace', '--mem', String(memory), '--range', range.join(':')), Buffer.concat(pieces));
  return differing;
}

/**
 * Samples come from the middle of each file.
 *
 * @returns one line a file
 */
export async function compareBuilds(
  teacher: Teacher,
  binary: string,
  files: readonly string[],
  sampleBytes: number,
): Promise<{ lines: string[]; equal: boolean }> {
  const folder = mkdtempSync(join(tmpdir(), 'teacher-same-'));
  const lines: string[] = [];
  let equal = true;
  try {
    for (const file of files) {
      const whole = new Uint8Array(readFileSync(file));
      const from = Math.max(0, Math.floor((whole.length - sampleBytes) / 2));
      const sample = whole.slice(from, from + sampleBytes);
      const differing = await differences(teacher, binary, folder, sample);
      equal &&= differing.length === 0;
      const verdict = differing.length === 0 ? 'the same' : `different: ${differing.join('; ')}`;
      lines.push(`${basename(file)}, ${sample.length} bytes: ${verdict}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { lines, equal };
}
