import { spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileDigest, readManifest } from '@understudy/trace/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { project } from '../project.ts';
import { runMain } from '../testing/run-main.ts';
import { uniformTrace } from '../testing/uniform-trace.ts';

let folder = '';
let file = '';
let out = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log Ünï '));
  file = join(folder, 'text 文.txt');
  out = join(folder, 'shards');
  await writeFile(file, text);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = await readFile(join(project.docs, 'TRACE.md')).then((bytes) => bytes.subarray(0, 3000));

/** The WASM teacher, which every checkout has, stands wherever a native one may or may not be built. */
async function log(...argv: string[]): ReturnType<typeof runMain> {
  return runMain('log', file, '-o', out, '--mem', '16', ...argv);
}

/** An executable that stands in for a native teacher: it writes `parts` to its standard output and then does what `then` says. */
async function scriptTeacher(parts: Uint8Array[], then: string): Promise<string> {
  const stream = join(folder, 'stream');
  await writeFile(stream, Buffer.concat(parts));
  const script = join(folder, 'teacher.sh');
  await writeFile(script, `#!/bin/sh\ncat '${stream}'\n${then}\n`);
  await chmod(script, 0o755);
  return script;
}

describe('trainer log', () => {
  it('traces with our own teacher, and the rows code to its archive again', async () => {
    const ran = await log(
      '--profile',
      'full',
      '--range',
      '500:1500',
      '--warm-up',
      '300',
      '--rows-per-shard',
      '600',
      '--verify',
    );
    expect(ran.stderr).toMatch(/verified: 1,000 rows code to the bytes/);
    expect(ran.code).toBe(0);
    const manifest = await readManifest(out);
    expect(manifest).toMatchObject({
      profile: 'full',
      rows: 1000,
      range: [500, 1500],
      warmUp: 300,
      source: { name: 'text 文.txt', bytes: 3000, sha256: await fileDigest(file) },
    });
    expect(manifest?.shards.map(({ rows }) => rows)).toEqual([600, 400]);
  });

  it('skips whole shards, traces anew from an altered one on, and gets the same bytes', async () => {
    expect((await log('--rows-per-shard', '1200')).code).toBe(0);
    const digests = async (): Promise<string[]> =>
      Promise.all(
        ['shard_0000', 'shard_0001', 'shard_0002'].map((name) => fileDigest(join(out, `${name}.parquet`))),
      );
    const before = await digests();
    expect((await log('--rows-per-shard', '1200')).stderr).toMatch(
      /3,000 rows are there already, every digest right/,
    );
    const handle = await open(join(out, 'shard_0001.parquet'), 'r+');
    await handle.write(Buffer.from('altered'), 0, 7, 2000);
    await handle.close();
    const repaired = await log('--rows-per-shard', '1200');
    expect(repaired.stderr).toMatch(/shard_0001.parquet: was altered/);
    expect(repaired.stderr).toMatch(/1 shards stand, going on at row 1,200/);
    expect(await digests()).toEqual(before);
  });

  it('keeps shards of another trace unless forced', async () => {
    expect((await log('--range', ':200')).code).toBe(0);
    for (const other of [
      ['--range', ':100'],
      ['--range', ':200', '--stride', '2'],
      ['--range', ':200', '--profile', 'compact'],
    ]) {
      const ran = await log(...other);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toMatch(/already holds shards of another trace .* or --force to replace them/);
    }
    expect((await log('--range', ':100', '--force')).code).toBe(0);
    expect((await readManifest(out))?.rows).toBe(100);
  });

  it('gives each file of a folder a folder of its own', async () => {
    await mkdir(join(folder, 'texts'));
    for (const name of ['a', 'b']) await writeFile(join(folder, 'texts', name), text.subarray(0, 150));
    const ran = await runMain('log', join(folder, 'texts'), '-o', out, '--mem', '16');
    expect(ran.code).toBe(0);
    expect((await readdir(out)).sort()).toEqual(['a', 'b']);
    expect((await readManifest(join(out, 'b')))?.source.name).toBe('b');
  });

  it('refuses a range beyond the file and a memory the teacher does not have', async () => {
    expect(await log('--range', ':4000')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has 3000 bytes, --range ends at 4000') as string,
    });
    const ran = await runMain('log', file, '-o', out, '--mem', '3');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/from 16 to 4096/);
  });

  it('passes on what a teacher says that fails, and leaves no shard of it', async () => {
    const parts = await uniformTrace(text);
    const failing = await scriptTeacher(parts.slice(0, 5), 'echo "teacher: the sky fell" >&2; exit 1');
    expect(await log('--teacher', failing)).toMatchObject({
      code: 1,
      stderr: 'trainer: teacher: the sky fell\n',
    });
    const lying = await scriptTeacher(parts.slice(0, 5), 'exit 0');
    expect(await log('--teacher', lying)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is truncated') as string,
    });
    expect(await readdir(out).catch(() => [])).toEqual([]);
  });

  it('interrupted, leaves whole shards only, and goes on where it stopped', async () => {
    const parts = await uniformTrace(text);
    const slow = await scriptTeacher(parts.slice(0, 17), 'exec sleep 60');
    const bin = fileURLToPath(new URL('../../bin/trainer.mjs', import.meta.url));
    const argv = [bin, 'log', file, '-o', out, '--teacher', slow, '--rows-per-shard', '1000'];
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    const ended = new Promise((done) => child.once('close', done));
    while ((await readManifest(out, true)) === undefined) await new Promise((done) => setTimeout(done, 50));
    child.kill('SIGTERM');
    expect(await ended).toBe(130);
    expect(stderr).toMatch(/interrupted; nothing half-written is left/);
    expect((await readdir(out)).sort()).toEqual(['manifest.partial.json', 'shard_0000.parquet']);

    await copyFile(join(out, 'shard_0000.parquet'), join(folder, 'before'));
    const rest = await uniformTrace(text, 100, 1000);
    const whole = await scriptTeacher(rest, '');
    expect(await log('--teacher', whole, '--rows-per-shard', '1000')).toMatchObject({ code: 0 });
    expect((await readManifest(out))?.shards.map(({ firstPosition, rows }) => [firstPosition, rows])).toEqual(
      [
        [0, 1000],
        [1000, 1000],
        [2000, 1000],
      ],
    );
    expect(await fileDigest(join(out, 'shard_0000.parquet'))).toBe(await fileDigest(join(folder, 'before')));
  });
});
