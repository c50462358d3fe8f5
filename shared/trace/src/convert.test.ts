import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  FOOTER_KEY,
  MANIFEST_FILE,
  MemoryStore,
  TraceReader,
  convertTrace,
  openShard,
  parseManifest,
  type TraceFrame,
} from './index.ts';
import { rowsPerGroup } from './row-groups.ts';
import { chunksOf, syntheticText, syntheticTrace } from './testing/synthetic-trace.ts';

const source = { name: 'synthetic.txt', bytes: 5000, sha256: 'ab'.repeat(32) };

async function framesOf(parts: Uint8Array[]): Promise<TraceFrame[]> {
  const frames: TraceFrame[] = [];
  for await (const frame of (await TraceReader.open(chunksOf(parts))).frames()) frames.push(frame);
  return frames;
}

describe('convertTrace', () => {
  it('writes shards whose every value hyparquet reads back, in all profiles', async () => {
    for (const profile of ['full', 'compact', 'target'] as const) {
      const { header, parts } = await syntheticTrace(syntheticText(300), { profile, rowsPerFrame: 64 });
      const store = new MemoryStore();
      await convertTrace(await TraceReader.open(chunksOf(parts)), { store, source, rowsPerShard: 130 });
      const rows: Record<string, unknown>[] = [];
      for (const name of ['shard_0000.parquet', 'shard_0001.parquet', 'shard_0002.parquet']) {
        const file = await store.files.get(name)?.arrayBuffer();
        rows.push(
          ...(await parquetReadObjects({ file: file ?? new ArrayBuffer(0), compressors, utf8: false })),
        );
      }
      expect(rows.length).toBe(300);
      for (const frame of await framesOf(parts)) {
        header.columns.forEach((column, index) => {
          const values = frame.columns[index] ?? [];
          for (let row = 0; row < frame.rows; row++) {
            const expected = Array.from<unknown>(
              values.slice(row * column.length, (row + 1) * column.length),
            );
            const found = rows[frame.firstRow + row]?.[column.name];
            const flat = typeof found === 'object' ? Array.from(found as ArrayLike<unknown>) : [found];
            if (JSON.stringify(flat, big) !== JSON.stringify(expected, big))
              expect(flat, `${profile} ${column.name} row ${frame.firstRow + row}`).toEqual(expected);
          }
        });
      }
    }
  });

  it('uses zstd, BYTE_STREAM_SPLIT for floats and PLAIN for all others, and one entry in the footer', async () => {
    const { parts } = await syntheticTrace(syntheticText(50));
    const store = new MemoryStore();
    await convertTrace(await TraceReader.open(chunksOf(parts)), { store, source });
    const file = (await store.files.get('shard_0000.parquet')?.arrayBuffer()) ?? new ArrayBuffer(0);
    const metadata = await parquetMetadataAsync(file);
    for (const { meta_data: column } of metadata.row_groups[0]?.columns ?? []) {
      const float = column?.type === 'FLOAT';
      expect(column?.codec).toBe('ZSTD');
      expect(column?.encodings).toContain(float ? 'BYTE_STREAM_SPLIT' : 'PLAIN');
      expect(column?.encodings).not.toContain(float ? 'PLAIN' : 'BYTE_STREAM_SPLIT');
      expect(column?.encodings.filter((encoding) => encoding.includes('DICTIONARY'))).toEqual([]);
    }
    const entries = metadata.key_value_metadata?.filter(({ key }) => key !== 'ARROW:schema') ?? [];
    expect(entries.map(({ key }) => key)).toEqual([FOOTER_KEY]);
    expect(JSON.parse(entries[0]?.value ?? '')).toMatchObject({ schema: 1, profile: 'full', source });
  });

  it('gives a manifest with rows, positions and digests of the files', async () => {
    const { parts, archive } = await syntheticTrace(syntheticText(900), {
      profile: 'target',
      range: [100, 900],
      stride: 4,
    });
    const store = new MemoryStore();
    const manifest = await convertTrace(await TraceReader.open(chunksOf(parts)), {
      store,
      source,
      rowsPerShard: 150,
    });
    expect(parseManifest((await store.files.get(MANIFEST_FILE)?.text()) ?? '')).toEqual(manifest);
    expect(manifest).toMatchObject({
      rows: 200,
      stride: 4,
      range: [100, 900],
      archiveBytes: archive.length,
      source,
    });
    expect(
      manifest.shards.map(({ rows, firstPosition, lastPosition }) => [rows, firstPosition, lastPosition]),
    ).toEqual([
      [150, 100, 696],
      [50, 700, 896],
    ]);
    for (const { file, bytes, sha256 } of manifest.shards) {
      const content = Buffer.from((await store.files.get(file)?.arrayBuffer()) ?? new ArrayBuffer(0));
      expect(content.length).toBe(bytes);
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
  });

  it('fills row groups from frames of any size and gives the same bytes again', async () => {
    const digests: string[] = [];
    for (const rowsPerFrame of [700, 4096]) {
      const { header, parts } = await syntheticTrace(syntheticText(5000), {
        profile: 'compact',
        rowsPerFrame,
      });
      const store = new MemoryStore();
      const manifest = await convertTrace(await TraceReader.open(chunksOf(parts)), { store, source });
      digests.push(manifest.shards[0]?.sha256 ?? '');
      const shard = await openShard('shard', store.files.get('shard_0000.parquet') ?? new Blob());
      expect(shard.groups).toEqual([rowsPerGroup(header.columns), 5000 - rowsPerGroup(header.columns)]);
      const [positions] = await shard.readGroup(1, ['position']);
      expect(positions?.[0]).toBe(BigInt(rowsPerGroup(header.columns)));
      shard.close();
    }
    expect(digests[0]).toBe(digests[1]);
  });

  it('leaves nothing of the shard in which the stream turned out bad, and keeps those before it', async () => {
    const { parts } = await syntheticTrace(syntheticText(400), { profile: 'target', rowsPerFrame: 50 });
    const store = new MemoryStore();
    const cut = parts.slice(0, 6);
    const conversion = convertTrace(await TraceReader.open(chunksOf(cut)), {
      store,
      source,
      rowsPerShard: 100,
    });
    await expect(conversion).rejects.toMatchObject({ code: 'UST_TRACE_TRUNCATED' });
    expect([...store.files.keys()]).toEqual(['shard_0000.parquet', 'shard_0001.parquet']);
  });

  it('refuses a shard that does not read back as it was written', async () => {
    class LossyStore extends MemoryStore {
      override async create(file: string): ReturnType<MemoryStore['create']> {
        const sink = await super.create(file);
        return { ...sink, write: (bytes) => sink.write(bytes.subarray(0, bytes.length - 1)) };
      }
    }
    const { parts } = await syntheticTrace(syntheticText(60), { profile: 'target' });
    const store = new LossyStore();
    const conversion = convertTrace(await TraceReader.open(chunksOf(parts)), { store, source });
    await expect(conversion).rejects.toMatchObject({ code: 'UST_SHARD' });
    expect(store.files.size).toBe(0);
  });

  it('stops when the signal says so, with nothing half-written', async () => {
    const { parts } = await syntheticTrace(syntheticText(400), { profile: 'target', rowsPerFrame: 50 });
    const store = new MemoryStore();
    const abort = new AbortController();
    const conversion = convertTrace(await TraceReader.open(chunksOf(parts)), {
      store,
      source,
      rowsPerShard: 100,
      signal: abort.signal,
      onProgress: ({ rows }) => {
        if (rows >= 200) abort.abort();
      },
    });
    await expect(conversion).rejects.toThrow(/abort/);
    expect(store.files.has(MANIFEST_FILE)).toBe(false);
  });

  it('opens only shards', async () => {
    await expect(
      openShard('a.parquet', new Blob(['no parquet at all, but long enough'])),
    ).rejects.toMatchObject({ code: 'UST_SHARD' });
    await expect(openShard('empty.parquet', new Blob([]))).rejects.toMatchObject({ code: 'UST_SHARD' });
  });
});

function big(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
