/** For tests only: the trace stream of a teacher that knows nothing, every byte at 1/256. */
import { TraceWriter, profileColumns, type ColumnData, type TraceHeader } from '@understudy/trace';

/** The parts of a `target` stream over `text` from position `begin` on: head, frames of `rowsPerFrame` rows, end. */
export async function uniformTrace(text: Uint8Array, rowsPerFrame = 100, begin = 0): Promise<Uint8Array[]> {
  const columns = profileColumns('target', 0);
  const header: TraceHeader = {
    schema: 1,
    teacher: { name: 'uniform', version: '1', options: {} },
    profile: 'target',
    range: [begin, text.length],
    warmUp: begin,
    stride: 1,
    components: [],
    source: { name: 'text', bytes: text.length },
    columns,
  };
  const writer = await TraceWriter.create(header);
  const parts = [writer.begin()];
  for (let from = begin; from < text.length; from += rowsPerFrame) {
    const rows = Math.min(rowsPerFrame, text.length - from);
    const values: Record<string, ColumnData> = {
      position: BigUint64Array.from({ length: rows }, (_, row) => BigInt(from + row)),
      context: new Uint8Array(rows * 32),
      final_prob: new Float32Array(rows * 256).fill(1 / 256),
      target_symbol: text.slice(from, from + rows),
    };
    parts.push(
      writer.frame(
        rows,
        columns.map(({ name }) => values[name] ?? new Uint8Array(0)),
      ),
    );
  }
  parts.push(writer.finish(0));
  return parts;
}
