/**
 * Reads a shard back, row group by row group, through parquet-wasm: for the check after writing, for replay and for `--verify`. Only the
 * pieces that are asked for are read, so a shard of any size can be looked at.
 */
import { tableFromIPC } from 'apache-arrow';
import { FOOTER_KEY } from './constants.ts';
import { ShardError } from './errors.ts';
import { parseHeader, type TraceHeader } from './header.ts';
import type { TraceSource } from './manifest.ts';
import { startParquet } from './parquet.ts';
import { columnView, type ColumnData } from './schema.ts';

/** The part of a Blob that reading needs: a Blob or File is one, and so is an open file in Node. */
export interface RandomAccess {
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

export interface Shard {
  header: TraceHeader;
  source: TraceSource;
  rows: number;
  /** Rows of each row group. */
  groups: number[];
  /** Values of the named columns in one row group, in the order of `names`. Throws ShardError when they cannot be read. */
  readGroup(group: number, names: readonly string[]): Promise<ColumnData[]>;
  /** Frees the WASM side. */
  close(): void;
}

/** Opens a shard by its footer. Throws ShardError when it is no shard, or TraceHeaderError for a footer entry that is none. */
export async function openShard(file: string, access: RandomAccess): Promise<Shard> {
  const module = await startParquet();
  const fail = (reason: string, cause?: unknown): ShardError => new ShardError({ file, reason }, { cause });
  // Of a Blob, parquet-wasm uses exactly what RandomAccess has.
  const parquet = await module.ParquetFile.fromFile(access as Blob).catch((cause: unknown) => {
    throw fail('is no whole Parquet file; delete it and run `trainer log` again', cause);
  });
  const metadata = parquet.metadata();
  const entry: unknown = metadata.fileMetadata().keyValueMetadata().get(FOOTER_KEY);
  if (typeof entry !== 'string') {
    parquet.free();
    throw fail(`is a Parquet file, but no shard: its footer has no entry "${FOOTER_KEY}"`);
  }
  const header = parseHeader(entry);
  const { source } = JSON.parse(entry) as { source: TraceSource };
  const groups = metadata.rowGroups().map((group) => group.numRows());
  return {
    header,
    source,
    rows: metadata.fileMetadata().numRows(),
    groups,
    close: () => parquet.free(),
    async readGroup(group, names) {
      const table = await parquet
        .read({ rowGroups: [group], columns: [...names], batchSize: groups[group] ?? 1 })
        .catch((cause: unknown) => {
          throw fail(
            `row group ${group} cannot be read; delete the shard and run \`trainer log\` again`,
            cause,
          );
        });
      const arrow = tableFromIPC(table.intoIPCStream());
      return names.map((name) => {
        const column = header.columns.find((candidate) => candidate.name === name);
        const data = arrow.getChild(name)?.data;
        if (!column || !data) throw fail(`has no column ${name}`);
        const parts = data.map((part) => (part.children[0] ?? part).values as ColumnData);
        return columnView(column, joined(parts));
      });
    },
  };
}

/** The bytes of all parts in one buffer. */
function joined(parts: readonly ColumnData[]): ArrayBuffer {
  const out = new Uint8Array(parts.reduce((total, part) => total + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    out.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return out.buffer;
}
