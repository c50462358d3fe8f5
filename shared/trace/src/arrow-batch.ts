/**
 * One row group as an Arrow IPC stream, without touching single values: typed arrays become Arrow columns as they are.
 * Each column must have an ArrayBuffer of its own: apache-arrow's IPC writer merges neighbours that share one.
 */
import {
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float32,
  RecordBatch,
  Schema,
  Struct,
  Table,
  Uint32,
  Uint64,
  Uint8,
  makeData,
  tableToIPC,
  type Data,
  type DataType,
} from 'apache-arrow';
import type { RowGroup } from './row-groups.ts';
import type { ColumnData, TraceColumn } from './schema.ts';

/** Arrow type of a column: docs/TRACE.md §3, column "Parquet". */
export function arrowType(column: TraceColumn): DataType {
  switch (column.type) {
    case 'u8':
      return new Uint8();
    case 'u32':
      return new Uint32();
    case 'u64':
      return new Uint64();
    case 'bytes':
      return new FixedSizeBinary(column.length);
    case 'f32':
      return new FixedSizeList(column.length, new Field('item', new Float32(), false));
  }
}

/** The Arrow IPC stream (schema and one batch) of a row group. */
export function rowGroupToIpc(columns: readonly TraceColumn[], group: RowGroup): Uint8Array {
  const schema = new Schema(columns.map((column) => new Field(column.name, arrowType(column), false)));
  const children = columns.map((column, index) =>
    columnData(column, group.rows, group.columns[index] ?? new Uint8Array(0)),
  );
  const batch = new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: group.rows, nullCount: 0, children }),
  );
  return tableToIPC(new Table([batch]), 'stream');
}

function columnData(column: TraceColumn, length: number, data: ColumnData): Data {
  if (column.type === 'f32' && data instanceof Float32Array) {
    const child = makeData({ type: new Float32(), length: length * column.length, nullCount: 0, data });
    return makeData({
      type: new FixedSizeList(column.length, new Field('item', new Float32(), false)),
      length,
      nullCount: 0,
      child,
    });
  }
  if (data instanceof BigUint64Array) return makeData({ type: new Uint64(), length, nullCount: 0, data });
  if (data instanceof Uint32Array) return makeData({ type: new Uint32(), length, nullCount: 0, data });
  if (column.type === 'bytes' && data instanceof Uint8Array) {
    return makeData({ type: new FixedSizeBinary(column.length), length, nullCount: 0, data });
  }
  if (data instanceof Uint8Array) return makeData({ type: new Uint8(), length, nullCount: 0, data });
  throw new TypeError(`column ${column.name} of type ${column.type} holds ${data.constructor.name}`);
}
