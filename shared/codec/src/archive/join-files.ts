/**
 * Files and folders on their way into an archive: one stream of all their contents, one after the other, and the table that
 * says where each of them lies. Sizes are counted, not believed: a file that grows while it is read is stored as it was read.
 */
import { RunningHash } from '../container/checksum.ts';
import { FileTableWriter, type TableEntry } from '../container/file-table.ts';

/** A file or folder to be stored. */
export interface InputEntry {
  /** Relative, parts joined by `/`. */
  readonly path: string;
  readonly kind: 'file' | 'directory';
  /** Where it is known; only for progress. */
  readonly size?: number;
  /** Milliseconds since 1970. */
  readonly mtime?: number;
  /** Permission bits of Unix, 0 … 0o7777. */
  readonly mode?: number;
  /** The contents of a file; called once, when its turn comes. */
  stream?(): ReadableStream<Uint8Array>;
}

export class JoinedFiles {
  private readonly table = new FileTableWriter();
  private current: ReadableStreamDefaultReader<Uint8Array> | undefined;
  private isCancelled = false;
  /** Of all contents, in chunks as they come. Fails with NameError, LimitError, or a file's own error. */
  readonly stream: ReadableStream<Uint8Array>;

  constructor(entries: AsyncIterable<InputEntry> | Iterable<InputEntry>) {
    const chunks = this.read(entries);
    this.stream = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const next = await chunks.next();
          if (next.done === true) controller.close();
          else controller.enqueue(next.value);
        },
        cancel: async () => {
          this.isCancelled = true;
          // Ends a read that is under way, however long it would take.
          await this.current?.cancel().catch(() => undefined);
          void chunks.return(undefined).catch(() => undefined);
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** The table, once the stream has ended. */
  get files(): readonly TableEntry[] {
    return this.table.entries;
  }

  private async *read(entries: AsyncIterable<InputEntry> | Iterable<InputEntry>): AsyncGenerator<Uint8Array> {
    const hash = await RunningHash.create();
    for await (const entry of entries) {
      if (this.isCancelled) return;
      const { path, kind, mtime, mode } = entry;
      const facts = {
        path,
        kind,
        ...(mtime === undefined ? {} : { mtime }),
        ...(mode === undefined ? {} : { mode }),
      };
      this.table.admit(facts);
      let size = 0;
      if (kind === 'file') {
        for await (const chunk of this.chunksOf(entry)) {
          hash.update(chunk);
          size += chunk.length;
          yield chunk;
        }
      }
      this.table.add({ ...facts, size, checksum: Number(hash.finish() & 0xffffffffn) });
    }
  }

  private async *chunksOf(entry: InputEntry): AsyncGenerator<Uint8Array> {
    const stream = entry.stream?.();
    if (stream === undefined) throw new TypeError(`the file ${entry.path} has no contents`);
    const reader = (this.current = stream.getReader());
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    } finally {
      this.current = undefined;
      await reader.cancel().catch(() => undefined); // a file that failed has said so
    }
  }
}
