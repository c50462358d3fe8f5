/** Looking at a folder of shards: its manifests, and whether the files still are what the manifest says. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST_FILE, PARTIAL_MANIFEST_FILE } from '../constants.ts';
import { ShardError } from '../errors.ts';
import { parseManifest, type Manifest, type ManifestShard } from '../manifest.ts';
import { fileDigest } from './file-digest.ts';

/** The folder's manifest, or with `partial` the one of an interrupted run; undefined when there is none. Throws ManifestError. */
export async function readManifest(folder: string, partial = false): Promise<Manifest | undefined> {
  const path = join(folder, partial ? PARTIAL_MANIFEST_FILE : MANIFEST_FILE);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseManifest(text);
}

/** Throws ShardError when the shard is missing, or differs from the manifest in size or digest. */
export async function checkShardFile(folder: string, shard: ManifestShard): Promise<void> {
  const path = join(folder, shard.file);
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new ShardError({ file: path, reason: 'is named in the manifest, but not there' });
  if (found.size !== shard.bytes) {
    throw new ShardError({ file: path, reason: `has ${found.size} bytes, the manifest says ${shard.bytes}` });
  }
  const digest = await fileDigest(path);
  if (digest !== shard.sha256)
    throw new ShardError({ file: path, reason: 'was altered: its SHA-256 differs from the manifest’s' });
}
