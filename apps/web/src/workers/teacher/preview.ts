/** Opens a shard that was just written, as any reader would, and takes a look at its first row. */
import { openShard } from '@understudy/trace';
import type { ShardPreview } from './api.ts';

const shownValues = 4;

export async function previewOf(name: string, shard: Blob): Promise<ShardPreview> {
  const opened = await openShard(name, shard);
  try {
    const { rows, groups, header } = opened;
    const columns: ShardPreview['columns'] = [];
    for (const { name: column, type, length } of header.columns) {
      const [values] = groups.length > 0 ? await opened.readGroup(0, [column]) : [];
      const shown = Math.min(length, shownValues);
      const first = Array.from({ length: values ? shown : 0 }, (_, at) => {
        const value = values?.[at];
        return type === 'f32' ? Number(value).toPrecision(3) : String(value);
      });
      columns.push({ name: column, type, length, first });
    }
    return { rows, groups, columns };
  } finally {
    opened.close();
  }
}
