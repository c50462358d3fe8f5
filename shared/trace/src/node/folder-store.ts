/**
 * Shards in a folder. A file is written under a temporary name, flushed to the disk, read back and renamed: a folder never shows half a
 * shard or half a manifest. After each shard `manifest.partial.json` says what stands, so that an interrupted run can go on.
 */
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST_FILE, PARTIAL_MANIFEST_FILE } from '../constants.ts';
import type { ShardSink, ShardStore } from '../convert.ts';
import { serialiseManifest, type Manifest } from '../manifest.ts';
import { FileAccess } from './file-access.ts';

const TEMPORARY_SUFFIX = '.partial';

export class FolderStore implements ShardStore {
  constructor(private readonly folder: string) {}

  async create(file: string): Promise<ShardSink> {
    await mkdir(this.folder, { recursive: true });
    const path = join(this.folder, file);
    return new FileSink(path, await open(path + TEMPORARY_SUFFIX, 'w'));
  }

  async saveManifest(manifest: Manifest, whole: boolean): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const path = join(this.folder, whole ? MANIFEST_FILE : PARTIAL_MANIFEST_FILE);
    const handle = await open(path + TEMPORARY_SUFFIX, 'w');
    try {
      await handle.writeFile(serialiseManifest(manifest));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(path + TEMPORARY_SUFFIX, path);
    if (whole) await rm(join(this.folder, PARTIAL_MANIFEST_FILE), { force: true });
  }
}

class FileSink implements ShardSink {
  private access: FileAccess | undefined;
  private closed = false;

  constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  async write(bytes: Uint8Array): Promise<void> {
    let written = 0;
    while (written < bytes.length) written += (await this.handle.write(bytes, written)).bytesWritten;
  }

  async readBack(): Promise<FileAccess> {
    await this.handle.sync();
    await this.closeHandle();
    this.access = await FileAccess.open(this.path + TEMPORARY_SUFFIX);
    return this.access;
  }

  async commit(): Promise<void> {
    await this.access?.close();
    await rename(this.path + TEMPORARY_SUFFIX, this.path);
  }

  async abort(): Promise<void> {
    await this.closeHandle();
    await this.access?.close().catch(() => undefined);
    await rm(this.path + TEMPORARY_SUFFIX, { force: true });
  }

  private async closeHandle(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.handle.close();
  }
}
