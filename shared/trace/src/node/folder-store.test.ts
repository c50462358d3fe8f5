import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TraceReader, convertTrace } from '../index.ts';
import { chunksOf, syntheticText, syntheticTrace } from '../testing/synthetic-trace.ts';
import { FileAccess, FolderStore, checkShardFile, fileDigest, readManifest } from './index.ts';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'understudy trace ä-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const source = { name: 'x', bytes: 400, sha256: null };

describe('FolderStore', () => {
  it('writes whole shards and a manifest whose digests are those of the files', async () => {
    const { parts } = await syntheticTrace(syntheticText(400), { profile: 'target' });
    const target = join(folder, 'new', 'shards');
    const manifest = await convertTrace(await TraceReader.open(chunksOf(parts)), {
      store: new FolderStore(target),
      source,
      rowsPerShard: 250,
    });
    expect((await readdir(target)).sort()).toEqual([
      'manifest.json',
      'shard_0000.parquet',
      'shard_0001.parquet',
    ]);
    expect(await readManifest(target)).toEqual(manifest);
    for (const shard of manifest.shards) {
      await checkShardFile(target, shard);
      expect(await fileDigest(join(target, shard.file))).toBe(shard.sha256);
    }
  });

  it('after a failure leaves whole shards and a partial manifest, and no other file', async () => {
    const { parts } = await syntheticTrace(syntheticText(400), { profile: 'target', rowsPerFrame: 50 });
    const conversion = convertTrace(await TraceReader.open(chunksOf(parts.slice(0, 7))), {
      store: new FolderStore(folder),
      source,
      rowsPerShard: 150,
    });
    await expect(conversion).rejects.toMatchObject({ code: 'UST_TRACE_TRUNCATED' });
    expect((await readdir(folder)).sort()).toEqual([
      'manifest.partial.json',
      'shard_0000.parquet',
      'shard_0001.parquet',
    ]);
    expect(await readManifest(folder)).toBeUndefined();
    expect((await readManifest(folder, true))?.rows).toBe(300);
  });
});

describe('checkShardFile', () => {
  it('notices a missing, a longer and an altered shard', async () => {
    const facts = { file: 'shard_0000.parquet', rows: 1, bytes: 4, firstPosition: 0, lastPosition: 0 };
    const path = join(folder, facts.file);
    await writeFile(path, 'good');
    const shard = { ...facts, sha256: await fileDigest(path) };
    await checkShardFile(folder, shard);
    await writeFile(path, 'evil');
    await expect(checkShardFile(folder, shard)).rejects.toThrow(/altered/);
    await appendFile(path, '!');
    await expect(checkShardFile(folder, shard)).rejects.toThrow(/has 5 bytes/);
    await rm(path);
    await expect(checkShardFile(folder, shard)).rejects.toThrow(/not there/);
  });
});

describe('FileAccess', () => {
  it('reads slices, and nothing beyond the end', async () => {
    await writeFile(join(folder, 'f'), '0123456789');
    const access = await FileAccess.open(join(folder, 'f'));
    expect(access.size).toBe(10);
    expect(Buffer.from(await access.slice(3, 6).arrayBuffer()).toString()).toBe('345');
    expect(Buffer.from(await access.slice(8, 20).arrayBuffer()).toString()).toBe('89');
    await access.close();
  });
});
