import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileDigest, readManifest } from '@understudy/trace/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runMain } from '../testing/run-main.ts';
import { strangersTrace } from '../testing/independent-writer.ts';
import { uniformTrace } from '../testing/uniform-trace.ts';
import { verifyShards } from './verify.ts';

let folder = '';
let out = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convert Ünï '));
  out = join(folder, 'shards');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = new TextEncoder().encode(
  'All the world’s a stage, and all the men and women merely players. '.repeat(12),
);

async function writeStream(name: string, parts: Uint8Array[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, Buffer.concat(parts));
  return path;
}

describe('trainer convert', () => {
  it('makes shards and a manifest that names the source by digest', async () => {
    const stream = await writeStream('text.trace', await uniformTrace(text));
    const source = join(folder, 'text');
    await writeFile(source, text);
    const ran = await runMain('convert', stream, '-o', out, '--source', source, '--rows-per-shard', '500');
    expect(ran.stderr).toMatch(/828 rows in 2 shard\(s\)/);
    expect(ran.code).toBe(0);
    expect((await readdir(out)).sort()).toEqual([
      'manifest.json',
      'shard_0000.parquet',
      'shard_0001.parquet',
    ]);
    expect(await readManifest(out)).toMatchObject({
      rows: 828,
      source: { name: 'text', bytes: 828, sha256: await fileDigest(source) },
    });
  });

  it('takes a stream of a stranger who only read the document, and its rows code to its archive again', async () => {
    const { stream, code } = strangersTrace(text, 90);
    const path = await writeStream('stranger.trace', [stream]);
    const ran = await runMain('convert', path, '-o', out, '--rows-per-shard', '400');
    expect(ran.stderr).toMatch(/828 rows in 3 shard\(s\)/);
    expect(ran.code).toBe(0);
    const manifest = await readManifest(out);
    expect(manifest).toMatchObject({ rows: 828, teacher: { name: 'stranger' }, source: { sha256: null } });
    if (manifest) await verifyShards(out, manifest, code);
  });

  it('refuses broken streams in one sentence and leaves nothing half-written', async () => {
    const parts = await uniformTrace(text);
    const altered = (await uniformTrace(text)).map((part, index) =>
      index === 5 ? part.map((byte, at) => (at === 99 ? byte ^ 1 : byte)) : part,
    );
    const cases: [string, Uint8Array[], RegExp][] = [
      ['no trace.txt', [text], /^trainer: not a trace stream/],
      [
        'cut.trace',
        parts.slice(0, 4),
        /^trainer: trace stream is truncated: the next frame or the end frame at byte \d+/,
      ],
      ['altered.trace', altered, /^trainer: trace stream is damaged: a frame at byte \d+ has checksum/],
      ['longer.trace', [...parts, text], /^trainer: trace stream is malformed .* bytes follow the end frame/],
    ];
    for (const [name, stream, sentence] of cases) {
      const ran = await runMain('convert', await writeStream(name, stream), '-o', out);
      expect(ran.code, name).toBe(1);
      expect(ran.stderr, name).toMatch(sentence);
      expect(ran.stderr.trim().split('\n')).toHaveLength(1);
      const left = await readdir(out).catch(() => []);
      expect(
        left.filter((file) => file !== 'manifest.partial.json' && !/^shard_\d{4}\.parquet$/.test(file)),
        name,
      ).toEqual([]);
      expect(left, name).not.toContain('manifest.json');
      await rm(out, { recursive: true, force: true });
    }
  });

  it('keeps shards that are there unless forced, and refuses a source of another size', async () => {
    const stream = await writeStream('text.trace', await uniformTrace(text));
    expect((await runMain('convert', stream, '-o', out)).code).toBe(0);
    const before = await readFile(join(out, 'manifest.json'), 'utf8');
    expect(JSON.parse(before)).toMatchObject({ source: { sha256: null } });
    const again = await runMain('convert', stream, '-o', out);
    expect(again).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('holds shards already') as string,
    });
    expect(await readFile(join(out, 'manifest.json'), 'utf8')).toBe(before);
    expect((await runMain('convert', stream, '-o', out, '--force')).code).toBe(0);
    const wrong = await runMain('convert', stream, '-o', join(folder, 'other'), '--source', stream);
    expect(wrong).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the trace was made of 828') as string,
    });
  });
});
