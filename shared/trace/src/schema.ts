/**
 * The columns of docs/TRACE.md §3: which ones a profile has, how wide they are, and which JavaScript array holds them. Everything that
 * reads or writes rows asks here.
 */
export const PROFILES = ['full', 'compact', 'target'] as const;
export type TraceProfile = (typeof PROFILES)[number];

export type ColumnType = 'u8' | 'u32' | 'u64' | 'f32' | 'bytes';

/** One column: `length` is values per row (bytes per row for `bytes`). */
export interface TraceColumn {
  name: string;
  type: ColumnType;
  length: number;
}

/** The values of one column for some rows, row after row: `rows · length` of them. */
export type ColumnData = Uint8Array | Uint32Array | BigUint64Array | Float32Array;

const VALUE_BYTES: Record<ColumnType, number> = { u8: 1, u32: 4, u64: 8, f32: 4, bytes: 1 };

/** Bytes that one row of `column` takes in the stream. */
export function columnRowBytes(column: TraceColumn): number {
  return VALUE_BYTES[column.type] * column.length;
}

/** Bytes that one row of all `columns` takes in the stream. */
export function rowBytes(columns: readonly TraceColumn[]): number {
  return columns.reduce((sum, column) => sum + columnRowBytes(column), 0);
}

/** A view of `buffer` as the values of `column`. The stream is little-endian, as are all machines that run this. */
export function columnView(column: TraceColumn, buffer: ArrayBuffer): ColumnData {
  switch (column.type) {
    case 'f32':
      return new Float32Array(buffer);
    case 'u32':
      return new Uint32Array(buffer);
    case 'u64':
      return new BigUint64Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}

/** Names of the columns that hold a distribution over the next byte, other than `final_prob`. */
function distributionNames(profile: TraceProfile): string[] {
  if (profile === 'target') return [];
  const orders = profile === 'full' ? [0, 1, 2, 3, 4, 5, 6] : [0, 1, 2];
  const names = orders.map((order) => `order${order}_prob`);
  return profile === 'full' ? [...names, 'word_prob', 'match_prob'] : names;
}

/** The columns of a profile, in the order of §3, for a teacher with `components` ICM/ISSE stages. */
export function profileColumns(profile: TraceProfile, components: number): TraceColumn[] {
  const columns: TraceColumn[] = [
    { name: 'position', type: 'u64', length: 1 },
    { name: 'context', type: 'bytes', length: 32 },
  ];
  if (profile !== 'target') columns.push({ name: 'context_hash', type: 'u64', length: 1 });
  for (const name of distributionNames(profile)) columns.push({ name, type: 'f32', length: 256 });
  if (profile === 'full') {
    columns.push({ name: 'icm_path', type: 'f32', length: 8 * components });
    columns.push({ name: 'isse_path', type: 'f32', length: 8 * components });
  }
  if (profile !== 'target') columns.push({ name: 'mixer_weights', type: 'f32', length: 8 });
  columns.push({ name: 'final_prob', type: 'f32', length: 256 });
  if (profile !== 'target') columns.push({ name: 'final_path', type: 'bytes', length: 16 });
  columns.push({ name: 'target_symbol', type: 'u8', length: 1 });
  if (profile !== 'target') {
    columns.push(
      { name: 'coder_low', type: 'u32', length: 1 },
      { name: 'coder_range', type: 'u32', length: 1 },
    );
  }
  return columns;
}

/** True for columns whose every value is a probability: §3's distributions and paths. */
export function holdsProbabilities(column: TraceColumn): boolean {
  return (
    column.type === 'f32' &&
    (column.name.endsWith('_prob') || column.name === 'icm_path' || column.name === 'isse_path')
  );
}
