/** Rows of a frame as the page shows them: position, byte, its probability, the coder's state. */
import type { ColumnData, TraceFrame, TraceHeader } from '@understudy/trace';
import type { TraceRow } from './api.ts';

/** The teacher's distributions before the rows of a frame, 256 values each. */
export function finalColumn(header: TraceHeader, frame: TraceFrame): ArrayLike<number> {
  const at = header.columns.findIndex(({ name }) => name === 'final_prob');
  return frame.columns[at] as Float32Array;
}

/** The frame's rows in order. Columns that a profile leaves out are left out of the rows. */
export function rowsOf(header: TraceHeader, frame: TraceFrame): TraceRow[] {
  const column = (name: string): ColumnData | undefined =>
    frame.columns[header.columns.findIndex((candidate) => candidate.name === name)];
  const [position, symbol, final] = [column('position'), column('target_symbol'), column('final_prob')];
  const [low, range] = [column('coder_low'), column('coder_range')];
  return Array.from({ length: frame.rows }, (_, row) => {
    const byte = Number(symbol?.[row]);
    return {
      position: Number(position?.[row]),
      symbol: byte,
      probability: Number(final?.[row * 256 + byte]),
      ...(low && range ? { coder: { low: Number(low[row]), range: Number(range[row]) } } : {}),
    };
  });
}
