/** Shards kept in memory: what the page saves from, and what tests look into. */
import type { ShardSink, ShardStore } from './convert.ts';
import { serialiseManifest, type Manifest } from './manifest.ts';
import { MANIFEST_FILE } from './constants.ts';

export class MemoryStore implements ShardStore {
  /** Whole files by name; the manifest only once all shards are there. */
  readonly files = new Map<string, Blob>();

  create(file: string): Promise<ShardSink> {
    const parts: BlobPart[] = [];
    return Promise.resolve({
      write: (bytes) => Promise.resolve(void parts.push(bytes as BlobPart)),
      readBack: () => Promise.resolve(new Blob(parts)),
      commit: () =>
        Promise.resolve(
          void this.files.set(file, new Blob(parts, { type: 'application/vnd.apache.parquet' })),
        ),
      abort: () => Promise.resolve(void parts.splice(0)),
    });
  }

  saveManifest(manifest: Manifest, whole: boolean): Promise<void> {
    if (whole)
      this.files.set(MANIFEST_FILE, new Blob([serialiseManifest(manifest)], { type: 'application/json' }));
    return Promise.resolve();
  }
}
