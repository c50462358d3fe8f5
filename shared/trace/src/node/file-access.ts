/** An open file seen as the RandomAccess that shards are read from. */
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { RandomAccess } from '../shard-reader.ts';

export class FileAccess implements RandomAccess {
  private constructor(
    private readonly handle: FileHandle,
    readonly size: number,
  ) {}

  static async open(path: string): Promise<FileAccess> {
    const handle = await open(path, 'r');
    return new FileAccess(handle, (await handle.stat()).size);
  }

  slice(start: number, end: number): { size: number; arrayBuffer(): Promise<ArrayBuffer> } {
    const size = Math.max(0, Math.min(end, this.size) - start);
    return {
      size,
      arrayBuffer: async () => {
        const out = new Uint8Array(size);
        let filled = 0;
        while (filled < size) {
          const { bytesRead } = await this.handle.read(out, filled, size - filled, start + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return out.buffer;
      },
    };
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
