/** The replay check of `trainer log --verify`: the shards on the disk, coded again, against the code in an archive the teacher made without tracing. */
import { join } from 'node:path';
import { ReplayCheck, openShard, type Manifest } from '@understudy/trace';
import { FileAccess, checkShardFile } from '@understudy/trace/node';

/** Throws ShardError for an altered shard, ReplayError where the rows do not code to `coderBytes`. */
export async function verifyShards(
  folder: string,
  manifest: Manifest,
  coderBytes: Uint8Array,
): Promise<void> {
  const check = new ReplayCheck(coderBytes);
  for (const facts of manifest.shards) {
    await checkShardFile(folder, facts);
    const path = join(folder, facts.file);
    const access = await FileAccess.open(path);
    try {
      const shard = await openShard(path, access);
      for (let group = 0; group < shard.groups.length; group++) await check.addGroup(shard, group);
      shard.close();
    } finally {
      await access.close();
    }
  }
  check.finish();
}
