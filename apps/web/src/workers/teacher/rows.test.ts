import { describe, expect, it } from 'vitest';
import {
  profileColumns,
  type ColumnData,
  type TraceColumn,
  type TraceHeader,
  type TraceProfile,
} from '@understudy/trace';
import { rowsOf } from './rows.ts';

function frameOf(profile: TraceProfile): { header: TraceHeader; columns: ColumnData[] } {
  const columns = profileColumns(profile, 2);
  const values = ({ name, type, length }: TraceColumn): ColumnData => {
    if (type === 'u64') return BigUint64Array.of(40n, 41n);
    if (type === 'u32') return name === 'coder_low' ? Uint32Array.of(1, 2) : Uint32Array.of(3, 0xffffffff);
    if (name === 'target_symbol') return Uint8Array.of(65, 200);
    if (type === 'u8' || type === 'bytes') return new Uint8Array(2 * length);
    const floats = new Float32Array(2 * length);
    if (name === 'final_prob') {
      floats[65] = 0.5;
      floats[256 + 200] = 0.25;
    }
    return floats;
  };
  const header: TraceHeader = {
    schema: 1,
    teacher: { name: 't', version: '1', options: {} },
    profile,
    range: [40, 42],
    warmUp: 0,
    stride: 1,
    components: ['a', 'b'],
    source: { name: 's', bytes: 42 },
    columns,
  };
  return { header, columns: columns.map(values) };
}

describe('rows for the page', () => {
  it('takes the probability of the byte that came, row by row', () => {
    const { header, columns } = frameOf('compact');
    expect(rowsOf(header, { firstRow: 0, rows: 2, columns })).toEqual([
      { position: 40, symbol: 65, probability: 0.5, coder: { low: 1, range: 3 } },
      { position: 41, symbol: 200, probability: 0.25, coder: { low: 2, range: 0xffffffff } },
    ]);
  });

  it('leaves out what the profile leaves out', () => {
    const { header, columns } = frameOf('target');
    expect(rowsOf(header, { firstRow: 0, rows: 2, columns })[0]).toEqual({
      position: 40,
      symbol: 65,
      probability: 0.5,
    });
  });
});
