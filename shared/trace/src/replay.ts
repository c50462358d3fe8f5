/**
 * The replay check of docs/TRACE.md §5: coding each row's symbol with its `final_path` must give the archive's coder bytes again, and meet
 * the recorded coder states on the way. It proves that the rows are what the compressor really did, not a story about it.
 */
import { CarrylessEncoder } from './carryless-coder.ts';
import { ReplayError } from './errors.ts';
import type { Shard } from './shard-reader.ts';

export class ReplayCheck {
  private readonly encoder = new CarrylessEncoder();

  /** `coderBytes`: what the coder wrote for exactly the rows that will be added, without any archive header. */
  constructor(private readonly coderBytes: Uint8Array) {}

  /** Codes all rows of one row group. Throws ReplayError at the first row whose recorded coder state differs. */
  async addGroup(shard: Shard, group: number): Promise<void> {
    const { stride, profile } = shard.header;
    if (stride !== 1) throw new ReplayError(`stride ${stride} leaves bytes out; trace with --stride 1`);
    if (profile === 'target')
      throw new ReplayError('profile target leaves the coded probabilities out; trace with full or compact');
    const [positions, symbols, paths, lows, ranges] = await shard.readGroup(group, [
      'position',
      'target_symbol',
      'final_path',
      'coder_low',
      'coder_range',
    ]);
    for (let row = 0; row < (symbols?.length ?? 0); row++) {
      if (this.encoder.low !== lows?.[row] || this.encoder.range !== ranges?.[row]) {
        throw new ReplayError(
          `at position ${String(positions?.[row])} the coder's state differs from the recorded one`,
        );
      }
      const symbol = Number(symbols?.[row]);
      for (let bit = 0; bit < 8; bit++) {
        const at = row * 16 + bit * 2;
        this.encoder.encode((symbol >> (7 - bit)) & 1, Number(paths?.[at]) | (Number(paths?.[at + 1]) << 8));
      }
    }
  }

  /** Throws ReplayError when the bytes of all rows differ from the archive's. */
  finish(): void {
    const replayed = this.encoder.finish();
    const expected = this.coderBytes;
    const at = replayed.findIndex((byte, index) => byte !== expected[index]);
    if (at >= 0) throw new ReplayError(`byte ${at} of the code differs from the archive's`);
    if (replayed.length !== expected.length) {
      throw new ReplayError(
        `the rows code to ${replayed.length} bytes, the archive holds ${expected.length}`,
      );
    }
  }
}
