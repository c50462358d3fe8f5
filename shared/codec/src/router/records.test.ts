import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detectRecordLength } from './records.ts';
import { audio, picture, prose, random, table, widened } from './test-data.ts';

describe('detectRecordLength', () => {
  it.each([22, 24, 28, 37, 64, 108, 300])('finds rows of %i bytes, also in few of them', (width) => {
    expect(detectRecordLength(table(Math.ceil(400_000 / width), width))?.length).toBe(width);
    expect(detectRecordLength(table(120, width, 3))?.length).toBe(width);
  });

  it.each([
    ['mono', audio(100_000, 1), 2],
    ['stereo', audio(60_000, 2), 4],
    ['24-bit picture of 1,024 bytes a row', picture(342, 400, 1, 3).subarray(0, 400_000), 1026],
    ['rows longer than the longest: a pixel', picture(900, 150, 1, 3), 3],
    ['grey picture', picture(640, 400, 1, 1), 640],
    ['medical picture, 512 samples of 16 bits a row', picture(512, 400, 2, 1), 1024],
    ['another', picture(512, 300, 2, 1, 9), 1024],
    ['UTF-16', widened(prose(100_000), 2), 2],
    ['UTF-32', widened(prose(50_000), 4), 4],
  ])('finds samples, pixels and rows: %s', (_, bytes, length) => {
    expect(detectRecordLength(bytes)?.length).toBe(length);
  });

  it('finds none where there is none', () => {
    // Node's own machine code, as compiled as any.
    const program = readFileSync(process.execPath);
    const code = program.subarray(program.length >> 2, (program.length >> 2) + (1 << 19));
    for (const bytes of [prose(200_000), random(200_000), new Uint8Array(100_000), code]) {
      expect(detectRecordLength(bytes)).toBeUndefined();
    }
  });

  it('says nothing about too little', () => {
    for (const size of [0, 1, 5, 100, 1023]) {
      expect(detectRecordLength(table(50, 28).subarray(0, size))).toBeUndefined();
    }
  });

  it('is surer of a plain table than of noisy samples', () => {
    const sure = detectRecordLength(table(5000, 28))?.confidence ?? 0;
    const noisy = detectRecordLength(audio(100_000, 1))?.confidence ?? 0;
    expect(sure).toBeGreaterThan(300);
    expect(noisy).toBeGreaterThan(49);
    expect(noisy).toBeLessThan(sure);
  });
});
