/**
 * Long files: through compress, test and decompress in flat memory, with the released model. 64 MB here; 2.5 GB where the long
 * tests run (`npm run test:long`).
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeGenerated, type GeneratedFile } from './generated-file.ts';
import { finished, jsonLines, usePlace, type Finished, type Place } from './understudy.ts';

const isLong = process.env.UNDERSTUDY_LONG === '1';
const mostBytes = 700e6;

interface Measured extends Finished {
  /** The most memory that the process had at once, all threads together. */
  peakBytes: number;
  /** SHA-256 of standard output. */
  sha256: string;
}

async function runMeasured(place: Place, words: readonly string[], limitMs: number): Promise<Measured> {
  const child = place.start(words, limitMs);
  child.stdin.end();
  let peakBytes = 0;
  const look = (): void => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      // The kernel's own high-water mark, so nothing between two looks is missed.
      const kB = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
      peakBytes = Math.max(peakBytes, kB * 1024);
    } catch {
      // It has just ended.
    }
  };
  const timer = setInterval(look, 20);
  const digest = createHash('sha256');
  child.stdout.on('data', (chunk: Buffer) => digest.update(chunk));
  // Of a long original only the digest is kept: `finished` would keep it all.
  const keeps = !words.includes('-c');
  try {
    const ended = keeps ? await finished(child) : await finishedWithoutOutput(child);
    return { ...ended, peakBytes, sha256: digest.digest('hex') };
  } finally {
    clearInterval(timer);
  }
}

async function finishedWithoutOutput(child: ReturnType<Place['start']>): Promise<Finished> {
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...ending) => resolve(ending));
  });
  return { code, signal, stdout: Buffer.alloc(0), stderr };
}

describe.each([
  ['64 MB', 64_000_000, 1_100_000, 170_000, true],
  ['2.5 GB', 2_500_000_000, 8_400_000, 3_000_000, isLong],
] as const)('a file of %s', (_, bytes, textBytes, limitMs, runs) => {
  const place = usePlace();

  // The kernel tells of a process's peak through /proc alone.
  it.skipIf(!runs || !existsSync('/proc/self/status'))(
    'goes through compress, test and decompress in less than 700 MB of memory',
    async () => {
      const made: GeneratedFile = await writeGenerated(place.at('long'), bytes, textBytes);
      expect(made.bytes).toBe(bytes);

      const compressed = await runMeasured(place, ['compress', '--json', 'long'], limitMs);
      expect([compressed.code, compressed.stderr]).toEqual([0, '']);
      const [record] = jsonLines(compressed.stdout);
      expect(record).toMatchObject({
        inputBytes: bytes,
        level: 'balanced',
        blocks: Math.ceil(bytes / 2 ** 22),
      });
      // Zeros and all but the first of the repeats in a block vanish, noise stays as it is, text becomes a third or less.
      expect(statSync(place.at('long.ust')).size).toBeLessThan(0.6 * bytes);
      const segments = record?.segments as Record<string, number>;
      expect(segments.blend).toBeGreaterThan(0);
      expect(segments.stored).toBeGreaterThan(0);

      const tested = await runMeasured(place, ['test', '--json', 'long.ust'], limitMs);
      expect([tested.code, tested.stderr]).toEqual([0, '']);
      expect(jsonLines(tested.stdout)).toMatchObject([{ outputBytes: bytes, verified: true }]);

      const back = await runMeasured(place, ['decompress', '-c', '-q', 'long.ust'], limitMs);
      expect([back.code, back.stderr]).toEqual([0, '']);
      expect(back.sha256).toBe(made.sha256);

      for (const { peakBytes } of [compressed, tested, back]) {
        expect(peakBytes).toBeGreaterThan(20e6);
        expect(peakBytes).toBeLessThan(mostBytes);
      }
    },
    3 * limitMs,
  );
});
