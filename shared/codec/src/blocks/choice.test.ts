/** What zstd's full level is spared must not matter, and what memory allows is what threads there are. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { levelRules, ruleOf } from '../level.ts';
import { noise, tinyCodec } from '../testing/test-kit.ts';
import { fullZstdCanWin, fullZstdLevel, quickZstdLevel } from './choice.ts';
import { threadsFor } from './threads.ts';

describe('the full level of zstd', () => {
  it('is spared only where it would lose', async () => {
    const zstd = await (await tinyCodec()).codec.zstd();
    const spec = readFileSync(new URL('../../../../docs/FORMAT.md', import.meta.url));
    const wasm = readFileSync(new URL('../../../../public/wasm/coder.wasm', import.meta.url));
    const table = Uint8Array.from({ length: 300_000 }, (_, i) =>
      i % 12 < 4 ? (i / 12) >> (8 * (i % 12)) : i % 12,
    );
    const cases = [
      ['text', spec],
      ['text', spec.subarray(0, 3000)],
      ['binary', wasm],
      ['record', table],
      ['binary', noise(200_000).map((byte) => byte & 0x1f)],
    ] as const;
    for (const [kind, bytes] of cases) {
      const quick = zstd.compress(bytes, quickZstdLevel).length;
      const full = zstd.compress(bytes, fullZstdLevel).length;
      // Half a percent and 64 bytes is what a file may lose by the rule.
      let worst = bytes.length;
      while (worst > 0 && fullZstdCanWin(kind, bytes.length, worst, quick)) worst--;
      expect(worst).toBeLessThanOrEqual(full * 1.005 + 64);
      expect(fullZstdCanWin(kind, bytes.length, full, quick)).toBe(true);
    }
  });
});

describe('threads', () => {
  const GiB = 2 ** 30;
  it('are as many as cores, as long as memory lasts, and at least one', () => {
    const fast = ruleOf(1);
    expect(threadsFor(fast, 8, 64 * GiB)).toBe(8);
    expect(threadsFor(fast, 8, GiB)).toBeLessThan(8);
    expect(threadsFor(fast, 8, 0)).toBe(1);
    expect(threadsFor(fast, 1, 64 * GiB)).toBe(1);
    for (const rule of levelRules)
      expect(threadsFor(rule, 64, 16 * GiB) * rule.memoryMiB * 2 ** 20).toBeLessThan(16 * GiB);
  });
});
