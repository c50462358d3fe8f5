/**
 * Regroups frames, whatever their size, into row groups of a fixed number of rows: the step between the trace stream and Parquet.
 * One set of buffers is reused for all groups, so memory does not grow with the trace.
 */
import { ROW_GROUP_BYTES } from './constants.ts';
import type { TraceFrame } from './reader.ts';
import { columnRowBytes, columnView, rowBytes, type ColumnData, type TraceColumn } from './schema.ts';

/** Consecutive rows. The arrays are valid until the next group is asked for. */
export interface RowGroup {
  rows: number;
  columns: ColumnData[];
}

/** Rows of a full row group: the largest power of two within ROW_GROUP_BYTES, as runs of consecutive rows train recurrent students. */
export function rowsPerGroup(columns: readonly TraceColumn[]): number {
  return 2 ** Math.floor(Math.log2(ROW_GROUP_BYTES / rowBytes(columns)));
}

export class RowGrouper {
  private readonly capacity: number;
  private readonly buffers: ColumnData[];
  private frame: TraceFrame | undefined;
  private used = 0;

  constructor(
    private readonly columns: readonly TraceColumn[],
    private readonly frames: AsyncIterator<TraceFrame, void>,
  ) {
    this.capacity = rowsPerGroup(columns);
    this.buffers = columns.map((column) =>
      columnView(column, new ArrayBuffer(this.capacity * columnRowBytes(column))),
    );
  }

  /** The next rows, at most `limit` and a full group; undefined when the trace is over. */
  async next(limit: number): Promise<RowGroup | undefined> {
    const wanted = Math.min(limit, this.capacity);
    let rows = 0;
    while (rows < wanted) {
      if (!this.frame || this.used === this.frame.rows) {
        const step = await this.frames.next();
        if (step.done) break;
        this.frame = step.value;
        this.used = 0;
      }
      const taken = Math.min(wanted - rows, this.frame.rows - this.used);
      this.copy(this.frame, rows, taken);
      this.used += taken;
      rows += taken;
    }
    if (rows === 0) return undefined;
    return {
      rows,
      columns: this.columns.map((column, index) => this.buffer(index).subarray(0, rows * column.length)),
    };
  }

  private copy(frame: TraceFrame, row: number, rows: number): void {
    this.columns.forEach((column, index) => {
      const data = frame.columns[index];
      const from = this.used * column.length;
      const target = this.buffer(index);
      // The arrays of a column always have one type; the branches only tell the compiler so.
      if (target instanceof BigUint64Array) {
        if (data instanceof BigUint64Array)
          target.set(data.subarray(from, from + rows * column.length), row * column.length);
      } else if (data && !(data instanceof BigUint64Array)) {
        target.set(data.subarray(from, from + rows * column.length), row * column.length);
      }
    });
  }

  private buffer(index: number): ColumnData {
    return this.buffers[index] ?? new Uint8Array(0);
  }
}
