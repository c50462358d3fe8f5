/**
 * What an earlier `trainer log` left in a folder: the shards that still stand for the same request, so that work done is not done again.
 * Only an unbroken run from the first shard counts; everything behind the first missing or altered one is traced anew.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  MANIFEST_FILE,
  PARTIAL_MANIFEST_FILE,
  ShardError,
  type Manifest,
  type ManifestShard,
  type TraceSubject,
} from '@understudy/trace';
import { checkShardFile, readManifest } from '@understudy/trace/node';
import { DataError } from '../errors.ts';

/** Shards of `folder` that belong to `subject`, and whether the folder is whole. */
export interface Standing {
  shards: ManifestShard[];
  whole: boolean;
  manifest: Manifest;
}

/**
 * Throws DataError when the folder holds shards of something else, ManifestError when its manifest cannot be read.
 * `complain` hears of each shard that does not stand.
 */
export async function standingShards(
  folder: string,
  subject: TraceSubject,
  rowsPerShard: number,
  complain: (sentence: string) => void,
): Promise<Standing | undefined> {
  const finished = await readManifest(folder);
  const manifest = finished ?? (await readManifest(folder, true));
  if (!manifest) return undefined;
  const difference = firstDifference(manifest, subject, rowsPerShard);
  if (difference)
    throw new DataError(
      `${folder}: already holds shards of another trace (${difference}); choose another --out, or --force to replace them`,
    );
  const shards: ManifestShard[] = [];
  try {
    for (const shard of manifest.shards) {
      await checkShardFile(folder, shard);
      shards.push(shard);
    }
  } catch (error) {
    if (!(error instanceof ShardError)) throw error;
    complain(`${error.message}; tracing again from there`);
  }
  return { shards, manifest, whole: finished !== undefined && shards.length === finished.shards.length };
}

/** Removes all that a trace leaves in `folder`, and nothing else. */
export async function removeShards(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const ours = (name: string): boolean =>
    /^shard_\d{4,}\.parquet(\.partial)?$/.test(name) ||
    [MANIFEST_FILE, PARTIAL_MANIFEST_FILE].some((file) => name.startsWith(file));
  await Promise.all(names.filter(ours).map((name) => rm(join(folder, name))));
}

function firstDifference(
  manifest: Manifest,
  subject: TraceSubject,
  rowsPerShard: number,
): string | undefined {
  const facts: (keyof TraceSubject)[] = ['source', 'teacher', 'profile', 'range', 'warmUp', 'stride'];
  for (const fact of facts) {
    const there = canonical(manifest[fact]);
    const wanted = canonical(subject[fact]);
    if (there !== wanted) return `${fact} ${there}, not ${wanted}`;
  }
  const short = manifest.shards.findIndex((shard, index) => {
    const expected = Math.min(
      rowsPerShard,
      Math.ceil((subject.range[1] - subject.range[0]) / subject.stride) - index * rowsPerShard,
    );
    return shard.rows !== expected;
  });
  return short < 0
    ? undefined
    : `${manifest.shards[short]?.rows ?? 0} rows in shard ${short}, not ${rowsPerShard}`;
}

/** JSON with sorted keys: the same for equal facts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
