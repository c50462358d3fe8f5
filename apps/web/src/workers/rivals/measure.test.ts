import { describe, expect, it } from 'vitest';
import { measure } from './measure.ts';
import { gzip } from './gzip.ts';

describe('measuring a compressor', () => {
  it('really compresses, and checks', async () => {
    const input = new TextEncoder().encode('to be or not to be, '.repeat(200));
    const result = await measure(gzip, input);
    expect(result.compressedBytes).toBeLessThan(200);
    expect(Math.min(...result.compressSeconds)).toBeGreaterThan(0);
    expect(result.decompressSeconds.length).toBe(result.compressSeconds.length);
  });

  it('keeps the times of every run', async () => {
    const times = [0, 90, 90, 160, 160, 210, 210, 310, 310, 400, 400, 500];
    const result = await measure(
      { compress: async (x) => x, decompress: async (x) => x },
      Uint8Array.of(1),
      () => times.shift() ?? 1e6,
    );
    expect(result).toEqual({
      compressedBytes: 1,
      compressSeconds: [0.09, 0.05, 0.09],
      decompressSeconds: [0.07, 0.1, 0.1],
    });
  });

  it('refuses a compressor that loses a byte', async () => {
    const lossy = {
      compress: async (x: Uint8Array<ArrayBuffer>) => x,
      decompress: async (x: Uint8Array<ArrayBuffer>) => x.slice(1),
    };
    await expect(measure(lossy, Uint8Array.of(1, 2))).rejects.toThrow('same bytes');
  });
});
