import { describe, expect, it } from 'vitest';
import { MemoryStore, ReplayCheck, TraceReader, convertTrace, openShard, type Shard } from './index.ts';
import { chunksOf, syntheticText, syntheticTrace, type SyntheticOptions } from './testing/synthetic-trace.ts';

const text = syntheticText(3000);

async function shardOf(options: SyntheticOptions = {}): Promise<{ shard: Shard; archive: Uint8Array }> {
  const { parts, archive } = await syntheticTrace(text, options);
  const store = new MemoryStore();
  const source = { name: 'x', bytes: text.length, sha256: null };
  await convertTrace(await TraceReader.open(chunksOf(parts)), { store, source });
  return {
    shard: await openShard('shard_0000.parquet', store.files.get('shard_0000.parquet') ?? new Blob()),
    archive,
  };
}

async function replay(shard: Shard, archive: Uint8Array): Promise<void> {
  const check = new ReplayCheck(archive);
  for (let group = 0; group < shard.groups.length; group++) await check.addGroup(shard, group);
  check.finish();
}

describe('ReplayCheck', () => {
  it('gets the coder bytes of the archive from the rows of a shard', async () => {
    const { shard, archive } = await shardOf();
    expect(archive.length).toBeLessThan(text.length);
    await replay(shard, archive);
  });

  it('notices one other byte in the archive, a missing one and one too many', async () => {
    const { shard, archive } = await shardOf();
    const altered = archive.slice();
    altered[1000] = (altered[1000] ?? 0) ^ 1;
    await expect(replay(shard, altered)).rejects.toThrow('byte 1000 of the code differs');
    await expect(replay(shard, archive.subarray(0, -1))).rejects.toMatchObject({ code: 'UST_REPLAY' });
    await expect(replay(shard, new Uint8Array([...archive, 0]))).rejects.toMatchObject({
      code: 'UST_REPLAY',
    });
  });

  it('notices a symbol that was not the one coded, at the position behind it', async () => {
    const { shard, archive } = await shardOf({
      spoil: (columns, firstRow) => {
        const symbols = columns.get('target_symbol');
        if (firstRow === 500 && symbols) symbols[7] = 0x78;
      },
    });
    await expect(replay(shard, archive)).rejects.toThrow('at position 508 the coder');
  });

  it('refuses by name what cannot be replayed', async () => {
    await expect(replay((await shardOf({ stride: 2 })).shard, new Uint8Array(0))).rejects.toThrow(
      'trace with --stride 1',
    );
    await expect(replay((await shardOf({ profile: 'target' })).shard, new Uint8Array(0))).rejects.toThrow(
      'full or compact',
    );
  });
});
