/** Payloads of runs: both forms, and what a decoder refuses. */
import { describe, expect, it } from 'vitest';
import { noise, tinyCodec } from '../testing/test-kit.ts';
import { LocalGroundwork } from './groundwork.ts';
import { decodeRunsPayload, encodeRunsPayload } from './runs-payload.ts';

const zstd = async (): ReturnType<Awaited<ReturnType<typeof tinyCodec>>['codec']['zstd']> =>
  await (await tinyCodec()).codec.zstd();
const groundwork = new LocalGroundwork(zstd);

describe('a payload of runs', () => {
  it('comes back, as tokens or as a frame of tokens', async () => {
    const few = new Uint8Array(70_000);
    few.set(noise(50), 30_000);
    const many = Uint8Array.from({ length: 90_000 }, (_, i) => (i % 1000 < 20 ? i % 1000 : 255));
    for (const [bytes, first] of [
      [few, 0],
      [many, 1],
    ] as const) {
      const payload = await encodeRunsPayload(bytes, groundwork);
      expect(payload[0]).toBe(first);
      expect(payload.length).toBeLessThan(200);
      expect(Buffer.compare(await decodeRunsPayload(payload, bytes.length, zstd), bytes)).toBe(0);
    }
  });

  it('is refused where it is damaged, before anything large is allocated', async () => {
    const large = (await zstd()).compress(new Uint8Array(5000));
    const cases = [
      [[], 'UST_CORRUPT'],
      [[2, 0], 'UST_CORRUPT'],
      [[1, 1, 2, 3], 'UST_CORRUPT'],
      [[0, 200, 1], 'UST_CORRUPT'],
      [[1, ...large], 'UST_LIMIT'],
    ] as const;
    for (const [payload, code] of cases)
      await expect(decodeRunsPayload(Uint8Array.from(payload), 1000, zstd)).rejects.toMatchObject({ code });
  });
});
