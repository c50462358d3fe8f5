import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  END_TAG,
  MAX_FRAME_ROWS,
  MAX_HEADER_BYTES,
  MAX_PAYLOAD_BYTES,
  ROWS_TAG,
  ROW_GROUP_BYTES,
  TRACE_MAGIC,
} from './constants.ts';
import { PROFILES, profileColumns, rowBytes } from './schema.ts';
import { rowsPerGroup } from './row-groups.ts';

const document = readFileSync(new URL('../../../docs/TRACE.md', import.meta.url), 'utf8');

describe('the schema', () => {
  it('has the columns of docs/TRACE.md with their types, in its order, for each profile', () => {
    const section = document.slice(document.indexOf('## 3.'), document.indexOf('## 4.'));
    const rows = [...section.matchAll(/^\| (`[^|]+) \| ([^|]+) \| [^|]+ \| ([^|]+) \|/gm)];
    for (const profile of PROFILES) {
      const documented = rows.flatMap(([, names = '', type = '', profiles = '']) => {
        const listed = [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
        const all = names.includes('…')
          ? [...[0, 1, 2, 3, 4, 5, 6].map((order) => `order${order}_prob`), ...listed.slice(2)]
          : listed;
        const narrowed =
          profile === 'compact' && profiles.includes('compact: order 0, 1, 2') ? all.slice(0, 3) : all;
        return profiles.includes('all') || profiles.includes(profile)
          ? narrowed.map((name) => `${name} ${type.trim()}`)
          : [];
      });
      const width = (type: string, length: number): string =>
        length === 1 ? type : `${type}[${length === 24 ? '8·C' : length}]`;
      const built = profileColumns(profile, 3).map(
        (column) => `${column.name} ${width(column.type, column.length)}`,
      );
      expect(built).toEqual(documented);
    }
  });

  it('has the constants of docs/TRACE.md', () => {
    const hex = TRACE_MAGIC.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
    for (const text of [hex, ROWS_TAG, END_TAG]) expect(document).toContain('`' + text + '`');
    for (const number of [MAX_FRAME_ROWS, MAX_HEADER_BYTES, MAX_PAYLOAD_BYTES, ROW_GROUP_BYTES]) {
      expect(document).toContain(number.toLocaleString('en-US'));
    }
  });

  it('keeps row groups between 8 and 18 MiB, and those of profile full at most 2000 rows', () => {
    for (const profile of PROFILES) {
      const columns = profileColumns(profile, 8);
      const bytes = rowsPerGroup(columns) * rowBytes(columns);
      expect(bytes).toBeGreaterThan(8 << 20);
      expect(bytes).toBeLessThanOrEqual(ROW_GROUP_BYTES);
    }
    expect(rowsPerGroup(profileColumns('full', 8))).toBe(1024);
    expect(rowsPerGroup(profileColumns('target', 8))).toBe(16384);
  });
});
