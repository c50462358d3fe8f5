/** Runs one compressor over a file: once for the bytes and the check, then again until the times mean something. */
import type { Measurement } from './api.ts';
import type { Rival } from './rival.ts';

/** Run once before the clock starts, so that small files do not pay for compilation and first allocations. */
const warmUpBytes = 4096;
/** Runs are repeated until they took this long in all, so that one interruption does not decide a small file's time. */
const minimumSeconds = 0.3;
const maximumRuns = 15;

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
  let compressSeconds = Infinity;
  let decompressSeconds = Infinity;
  let compressedBytes = 0;
  let runs = 0;
  for (let spent = 0; runs === 0 || (spent < minimumSeconds && runs < maximumRuns); runs++) {
    const [archive, compressTime] = await timed(() => rival.compress(input));
    const [output, decompressTime] = await timed(() => rival.decompress(archive));
    if (runs === 0 && !sameBytes(input, output)) throw new Error('decompression did not give the same bytes');
    compressedBytes = archive.length;
    compressSeconds = Math.min(compressSeconds, compressTime);
    decompressSeconds = Math.min(decompressSeconds, decompressTime);
    spent += compressTime + decompressTime;
  }
  return { compressedBytes, compressSeconds, decompressSeconds, runs };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
