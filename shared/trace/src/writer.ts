/**
 * Writes the trace stream (docs/TRACE.md §1), part by part: the counterpart of `reader.ts`, for programs in TypeScript that trace a
 * predictor of their own and for tests. It checks sizes only; values are the reader's to prove.
 */
import { createChecksum, type Checksum } from './checksum.ts';
import { END_TAG, MAX_FRAME_ROWS, ROWS_TAG, TRACE_MAGIC, TRACE_VERSION } from './constants.ts';
import { TraceFrameError } from './errors.ts';
import type { TraceHeader } from './header.ts';
import type { ColumnData } from './schema.ts';

export class TraceWriter {
  private rows = 0;

  private constructor(
    private readonly header: TraceHeader,
    private readonly checksum: Checksum,
  ) {}

  static async create(header: TraceHeader): Promise<TraceWriter> {
    return new TraceWriter(header, await createChecksum());
  }

  /** Magic, version and header: the first bytes of the stream. */
  begin(): Uint8Array {
    const json = new TextEncoder().encode(JSON.stringify(this.header));
    return concatenate([
      Uint8Array.from(TRACE_MAGIC),
      u32(TRACE_VERSION),
      u32(json.length),
      json,
      u32(this.checksum(json)),
    ]);
  }

  /** One frame of `rows` rows; `columns` in the header's order, each `rows · length` values. Throws TraceFrameError for other sizes. */
  frame(rows: number, columns: readonly ColumnData[]): Uint8Array {
    if (rows < 1 || rows > MAX_FRAME_ROWS)
      throw new TraceFrameError({ offset: 0, reason: `a frame of ${rows} rows` });
    this.header.columns.forEach((column, index) => {
      if (columns[index]?.length !== rows * column.length) {
        throw new TraceFrameError({
          offset: 0,
          reason: `column ${column.name} does not hold ${rows} × ${column.length} values`,
        });
      }
    });
    const payload = concatenate(
      columns.map((data) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    );
    this.rows += rows;
    return concatenate([
      ascii(ROWS_TAG),
      u32(rows),
      u32(payload.length),
      payload,
      u32(this.checksum(payload)),
    ]);
  }

  /** The end frame; `archiveBytes` is 0 if unknown. */
  finish(archiveBytes: number): Uint8Array {
    const facts = new Uint8Array(16);
    const view = new DataView(facts.buffer);
    view.setBigUint64(0, BigInt(this.rows), true);
    view.setBigUint64(8, BigInt(archiveBytes), true);
    return concatenate([ascii(END_TAG), facts, u32(this.checksum(facts))]);
  }
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
