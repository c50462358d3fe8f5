/**
 * Reads a trace stream (docs/TRACE.md §1) frame by frame: magic, version, header, checksums, end frame and row counts are checked here,
 * values by `check-rows.ts`. Nothing unproved leaves this reader, and memory stays at one frame.
 */
import { ByteSource, type ByteStream } from './byte-source.ts';
import { checkRows } from './check-rows.ts';
import { createChecksum, type Checksum } from './checksum.ts';
import {
  END_TAG,
  MAX_FRAME_ROWS,
  MAX_HEADER_BYTES,
  MAX_PAYLOAD_BYTES,
  ROWS_TAG,
  TRACE_MAGIC,
  TRACE_VERSION,
} from './constants.ts';
import {
  TraceChecksumError,
  TraceFrameError,
  TraceMagicError,
  TraceRowCountError,
  TraceTruncatedError,
  TraceVersionError,
} from './errors.ts';
import { expectedRows, parseHeader, type TraceHeader } from './header.ts';
import { columnRowBytes, columnView, rowBytes, type ColumnData } from './schema.ts';

/** Some consecutive rows. `columns` follows the order of `header.columns`; every array has an ArrayBuffer of its own. */
export interface TraceFrame {
  /** Rows of the stream before this frame. */
  firstRow: number;
  rows: number;
  columns: ColumnData[];
}

/** What the end frame states. */
export interface TraceEnd {
  rows: number;
  /** Bytes of the archive that plain compression of the same range makes; 0 if unknown. */
  archiveBytes: number;
}

export class TraceReader {
  /** Set once `frames()` has run to its end. */
  end: TraceEnd | undefined;

  private constructor(
    readonly header: TraceHeader,
    private readonly source: ByteSource,
    private readonly checksum: Checksum,
  ) {}

  /** Reads up to the end of the header. Throws a TraceError that says what is wrong. */
  static async open(stream: ByteStream): Promise<TraceReader> {
    const source = new ByteSource(stream);
    try {
      const checksum = await createChecksum();
      return new TraceReader(await readHeader(source, checksum), source, checksum);
    } catch (error) {
      await source.cancel();
      throw error;
    }
  }

  /** All frames, in order, once. Throws a TraceError at the first thing wrong; the stream is cancelled when the caller stops early. */
  async *frames(): AsyncGenerator<TraceFrame, void, undefined> {
    let row = 0;
    try {
      for (;;) {
        const offset = this.source.offset;
        const tag = latin1(
          await this.source.read(4, row === 0 ? 'the first frame' : 'the next frame or the end frame'),
        );
        if (tag === END_TAG) {
          this.end = await this.readEnd(row);
          return;
        }
        if (tag !== ROWS_TAG)
          throw new TraceFrameError({ offset, reason: `no frame begins with ${JSON.stringify(tag)}` });
        const frame = await this.readRows(row, offset);
        checkRows(this.header, frame);
        row += frame.rows;
        yield frame;
      }
    } finally {
      if (!this.end) await this.source.cancel();
    }
  }

  /** Ends reading early; the producer of the stream is told. */
  close(): Promise<void> {
    return this.source.cancel();
  }

  private async readRows(firstRow: number, offset: number): Promise<TraceFrame> {
    const sizes = view(await this.source.read(8, 'a frame header'));
    const rows = sizes.getUint32(0, true);
    const bytes = sizes.getUint32(4, true);
    const expected = rows * rowBytes(this.header.columns);
    if (rows < 1 || rows > MAX_FRAME_ROWS)
      throw new TraceFrameError({ offset, reason: `a frame of ${rows} rows` });
    if (bytes !== expected || bytes > MAX_PAYLOAD_BYTES) {
      throw new TraceFrameError({
        offset,
        reason: `a frame of ${rows} rows states ${bytes} bytes, its columns take ${expected}`,
      });
    }
    if (firstRow + rows > expectedRows(this.header)) {
      throw new TraceRowCountError({
        what: 'its range',
        expected: expectedRows(this.header),
        found: firstRow + rows,
      });
    }
    const payload = await this.source.read(bytes, 'a frame');
    await this.check(payload, 'a frame', offset);
    let at = 0;
    const columns = this.header.columns.map((column) => {
      const from = at;
      at += rows * columnRowBytes(column);
      return columnView(column, payload.buffer.slice(from, at));
    });
    return { firstRow, rows, columns };
  }

  private async readEnd(rows: number): Promise<TraceEnd> {
    const offset = this.source.offset;
    const bytes = await this.source.read(16, 'the end frame');
    await this.check(bytes, 'the end frame', offset);
    const end = {
      rows: Number(view(bytes).getBigUint64(0, true)),
      archiveBytes: Number(view(bytes).getBigUint64(8, true)),
    };
    if (end.rows !== rows)
      throw new TraceRowCountError({ what: 'its end frame', expected: end.rows, found: rows });
    if (expectedRows(this.header) !== rows) {
      throw new TraceRowCountError({ what: 'its range', expected: expectedRows(this.header), found: rows });
    }
    if (!(await this.source.atEnd()))
      throw new TraceFrameError({ offset: this.source.offset, reason: 'bytes follow the end frame' });
    return end;
  }

  private async check(bytes: Uint8Array, part: string, offset: number): Promise<void> {
    const stored = view(await this.source.read(4, `the checksum of ${part}`)).getUint32(0, true);
    const computed = this.checksum(bytes);
    if (stored !== computed) throw new TraceChecksumError({ part, offset, stored, computed });
  }
}

async function readHeader(source: ByteSource, checksum: Checksum): Promise<TraceHeader> {
  const magic = await source.read(TRACE_MAGIC.length, 'the magic number').catch((error: unknown) => {
    // A file of a few bytes is more likely no trace at all than one cut in its first 8.
    throw error instanceof TraceTruncatedError && source.offset === 0 ? new TraceMagicError() : error;
  });
  if (TRACE_MAGIC.some((byte, index) => magic[index] !== byte)) throw new TraceMagicError();
  const fixed = view(await source.read(8, 'version and header length'));
  const version = fixed.getUint32(0, true);
  if (version !== TRACE_VERSION)
    throw new TraceVersionError({ what: 'trace stream', found: version, expected: TRACE_VERSION });
  const length = fixed.getUint32(4, true);
  if (length > MAX_HEADER_BYTES) {
    throw new TraceFrameError({
      offset: 12,
      reason: `a header of ${length} bytes; at most ${MAX_HEADER_BYTES} are allowed`,
    });
  }
  const offset = source.offset;
  const bytes = await source.read(length, 'the header');
  const stored = view(await source.read(4, 'the header checksum')).getUint32(0, true);
  const computed = checksum(bytes);
  if (stored !== computed) throw new TraceChecksumError({ part: 'the header', offset, stored, computed });
  return parseHeader(new TextDecoder().decode(bytes));
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
