import { describe, expect, it } from 'vitest';
import { createManifest, parseManifest, serialiseManifest, type Manifest } from './manifest.ts';

const manifest = createManifest(
  {
    teacher: { name: 't', version: '1', options: {} },
    profile: 'target',
    stride: 1,
    range: [0, 30],
    warmUp: 0,
    source: { name: 'Größe 日本.txt', bytes: 30, sha256: 'ab'.repeat(32) },
  },
  [
    {
      file: 'shard_0000.parquet',
      rows: 20,
      bytes: 900,
      sha256: '0'.repeat(64),
      firstPosition: 0,
      lastPosition: 19,
    },
    {
      file: 'shard_0001.parquet',
      rows: 10,
      bytes: 500,
      sha256: '1'.repeat(64),
      firstPosition: 20,
      lastPosition: 29,
    },
  ],
  17,
);

describe('parseManifest', () => {
  it('reads what serialiseManifest writes', () => {
    expect(parseManifest(serialiseManifest(manifest))).toEqual(manifest);
    expect(manifest.rows).toBe(30);
  });

  it('refuses what is no manifest, names with a path in them, and rows that do not add up', () => {
    const [first] = manifest.shards;
    const cases: [unknown, string][] = [
      [null, 'UST_MANIFEST'],
      [{ ...manifest, schema: 2 }, 'UST_TRACE_VERSION'],
      [{ ...manifest, rows: 31 }, 'UST_MANIFEST'],
      [{ ...manifest, teacher: 'x' }, 'UST_MANIFEST'],
      [{ ...manifest, profile: 'x' }, 'UST_MANIFEST'],
      [{ ...manifest, range: [3, 1] }, 'UST_MANIFEST'],
      [{ ...manifest, source: { name: 'x', bytes: 30, sha256: 'short' } }, 'UST_MANIFEST'],
      [
        { ...manifest, shards: [{ ...first, file: '../../etc/passwd' }] } satisfies Partial<
          Record<keyof Manifest, unknown>
        >,
        'UST_MANIFEST',
      ],
      [{ ...manifest, shards: [{ ...first, sha256: undefined }] }, 'UST_MANIFEST'],
    ];
    for (const [value, code] of cases) {
      expect(() => parseManifest(JSON.stringify(value)), JSON.stringify(value)).toThrow(
        expect.objectContaining({ code }) as Error,
      );
    }
    expect(() => parseManifest('{')).toThrow(/is not JSON/);
  });
});
