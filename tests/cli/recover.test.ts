/** `--recover`: what is intact comes out, what is lost is said, and the exit code says so too. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, tinyModel, usePlace } from './understudy.ts';

const blockBytes = 4 << 20;
/** Noise is stored, so the damage is where it is put, and nothing of this waits for a model. */
const original = randomBytes(3 * blockBytes - 5000);

function damaged(archive: Buffer, at: number): Buffer {
  const copy = Buffer.from(archive);
  copy.fill(0x55, at, at + 20);
  return copy;
}

describe('a damaged archive of one file', () => {
  const place = usePlace();
  let archive: Buffer;

  beforeAll(async () => {
    writeFileSync(place.at('noise'), original);
    expect((await place.run(['compress', '-q', '--no-verify', '-m', tinyModel, 'noise'])).code).toBe(0);
    archive = readFileSync(place.at('noise.ust'));
  });

  const recovered = async (
    bytes: Buffer,
  ): Promise<{ code: number | null; stderr: string; record: Record<string, unknown> }> => {
    writeFileSync(place.at('bad.ust'), bytes);
    const { code, stdout, stderr } = await place.run([
      'decompress',
      '--recover',
      '-f',
      '--json',
      '-m',
      tinyModel,
      'bad.ust',
    ]);
    return { code, stderr, record: jsonLines(stdout)[0] ?? {} };
  };

  it('gives all blocks but the damaged one, whose place is kept', async () => {
    const bytes = damaged(archive, blockBytes + 70_000);
    writeFileSync(place.at('plain.ust'), bytes);
    const refused = await place.run(['decompress', '-m', tinyModel, 'plain.ust']);
    expect(refused.code).toBe(1);
    expect(readdirSync(place.at('.'))).not.toContain('plain');

    const { code, stderr, record } = await recovered(bytes);
    expect(code).toBe(1);
    expect(stderr).toMatch(/lost: bytes 4194304 to 8388607 of noise \(block 1\): .*checksum/);
    expect(stderr).toMatch(
      /^understudy: bad\.ust: 4\.19 MB are lost and are zeros now; 2 blocks are intact \(of 3\)$/m,
    );
    expect(record).toMatchObject({
      verified: false,
      recovered: {
        complete: false,
        blocksIntact: 2,
        blocksTotal: 3,
        lost: [{ start: blockBytes, end: 2 * blockBytes, block: 1 }],
      },
    });
    const expected = Buffer.from(original).fill(0, blockBytes, 2 * blockBytes);
    expect(readFileSync(place.at('bad')).equals(expected)).toBe(true);
  });

  it('gives its beginning where the end is cut off', async () => {
    const { code, record } = await recovered(archive.subarray(0, 2 * blockBytes + 1000));
    expect(code).toBe(1);
    expect(record).toMatchObject({
      recovered: { complete: false, blocksIntact: 2, blocksTotal: null, damaged: ['tail'] },
    });
    expect(readFileSync(place.at('bad')).equals(original.subarray(0, 2 * blockBytes))).toBe(true);
  });

  it('comes back whole with exit code 0 where nothing but its header is damaged', async () => {
    const { code, stderr, record } = await recovered(damaged(archive, 12));
    expect([code, stderr]).toEqual([0, 'warning: the header of the archive is damaged\n']);
    expect(record).toMatchObject({ verified: true, recovered: { complete: true, damaged: ['header'] } });
    expect(readFileSync(place.at('bad')).equals(original)).toBe(true);
  });

  it('leaves nothing where nothing can be had', async () => {
    mkdirSync(place.at('gone'));
    writeFileSync(place.at('gone/short.ust'), archive.subarray(0, 3000));
    writeFileSync(place.at('gone/text.ust'), 'no archive at all, but a text that is long enough to be one');
    const { code, stderr } = await place.run([
      'decompress',
      '--recover',
      '-m',
      tinyModel,
      'gone/short.ust',
      'gone/text.ust',
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/short\.ust: no block is intact, so nothing can be had of it/);
    expect(stderr).toMatch(/text\.ust: this is not a \.ust archive/);
    expect(readdirSync(place.at('gone')).sort()).toEqual(['short.ust', 'text.ust']);
  });
});

describe('a damaged archive of many files', () => {
  const place = usePlace();

  it('gives every file, and says which of them lost what', async () => {
    mkdirSync(place.at('in'));
    const [a, b, c] = [100_000, 2 * blockBytes, 50_000].map((length) => randomBytes(length)) as [
      Buffer,
      Buffer,
      Buffer,
    ];
    const files = { a, b, c };
    for (const [name, bytes] of Object.entries(files)) writeFileSync(place.at(`in/${name}`), bytes);
    expect((await place.run(['compress', '-q', '--no-verify', '-m', tinyModel, 'in'])).code).toBe(0);
    writeFileSync(place.at('in.ust'), damaged(readFileSync(place.at('in.ust')), blockBytes + 70_000));
    const { code, stderr } = await place.run([
      'decompress',
      '--recover',
      '-o',
      'out',
      '-m',
      tinyModel,
      'in.ust',
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/lost: bytes \d+ to \d+ of in\/b \(block 1\)/);
    expect(stderr).not.toMatch(/of in\/[ac] /);
    expect(readFileSync(place.at('out/in/a')).equals(files.a)).toBe(true);
    expect(readFileSync(place.at('out/in/c')).equals(files.c)).toBe(true);
    const start = blockBytes - files.a.length;
    const expected = Buffer.from(files.b).fill(0, start, start + blockBytes);
    expect(readFileSync(place.at('out/in/b')).equals(expected)).toBe(true);
  });
});
