/** Runs one compressor over a file: once for the bytes and the check, then again until the times mean something. */
import type { Measurement } from './api.ts';
import { enoughRuns } from './repeats.ts';
import type { Rival } from './rival.ts';

/** Run once before the clock starts, so that small files do not pay for compilation and first allocations. */
const warmUpBytes = 1024;

/** Rejects if the bytes do not come back. `clock` counts milliseconds. */
export async function measure(
  rival: Rival,
  input: Uint8Array<ArrayBuffer>,
  clock: () => number = () => performance.now(),
): Promise<Measurement> {
  const timed = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
    const start = clock();
    const value = await work();
    // Clocks are coarse; no work takes no time.
    return [value, Math.max((clock() - start) / 1000, 5e-6)];
  };
  await rival.decompress(await rival.compress(input.slice(0, warmUpBytes)));
  const compressSeconds: number[] = [];
  const decompressSeconds: number[] = [];
  for (let spent = 0; ;) {
    const [archive, compressTime] = await timed(() => rival.compress(input));
    const [output, decompressTime] = await timed(() => rival.decompress(archive));
    if (spent === 0 && !sameBytes(input, output))
      throw new Error('decompression did not give the same bytes');
    compressSeconds.push(compressTime);
    decompressSeconds.push(decompressTime);
    spent += compressTime + decompressTime;
    if (enoughRuns(compressSeconds.length, spent))
      return { compressedBytes: archive.length, compressSeconds, decompressSeconds };
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
