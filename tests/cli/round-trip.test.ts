/** What goes in comes out again: kinds of content, kinds of names, pipes, and what is said about it. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { likelyText } from './likely-text.ts';
import { jsonLines, tinyModel, usePlace } from './understudy.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const text = readFileSync(join(repository, 'docs/MODEL.md'));
const likely = await likelyText(3000);
/** A counter, a slowly changing value and noise: what sensors and tables write. */
const records = Buffer.alloc(16 * 400);
for (let row = 0; row < 400; row++) {
  records.writeUInt32LE(row * 7, row * 16);
  records.writeDoubleLE(Math.sin(row / 40), row * 16 + 4);
  records.writeUInt16LE((row * 40503) & 0xffff, row * 16 + 12);
}
const contents: Record<string, Buffer> = {
  empty: Buffer.alloc(0),
  'one byte': Buffer.from('x'),
  'text.md': text.subarray(0, 6000),
  likely,
  random: randomBytes(20_000),
  zeros: Buffer.alloc(300_000),
  'data.json': Buffer.from(
    JSON.stringify(Array.from({ length: 150 }, (_, id) => ({ id, name: `entry ${id % 7}`, ok: id % 2 > 0 }))),
  ),
  'program.wasm': readFileSync(join(repository, 'public/wasm/coder.wasm')).subarray(0, 5000),
  'records.bin': records,
  'packed.gz': gzipSync(text),
  'größe 文 🗜️.txt': text.subarray(0, 1000),
  '-leading dash': text.subarray(0, 100),
  'utf-16': Buffer.from(text.toString('utf8').slice(0, 2000), 'utf16le'),
  'two..dots.': text.subarray(0, 50),
  'mixed: text, noise, zeros': Buffer.concat([text.subarray(0, 3000), randomBytes(9000), Buffer.alloc(9000)]),
};
const names = Object.keys(contents);

/** As the JSON output rounds it. */
const rounded = (value: number): number => Number(value.toFixed(4));

describe.each([
  [1, 'fast', 'student'],
  [5, 'balanced', 'blend'],
  [8, 'best', 'teacher'],
] as const)('files of every kind at level %d', (level, levelName, method) => {
  const place = usePlace();
  const archives = names.map((name) => `${name}.ust`);

  it('are compressed in one call, each to its archive, sources kept', async () => {
    for (const [name, content] of Object.entries(contents)) writeFileSync(place.at(name), content);
    utimesSync(place.at('text.md'), 1e9, 1e9);
    const words = ['compress', '--each', `-${level}`, '-m', tinyModel, '--json', '--', ...names];
    const { code, stdout, stderr } = await place.run(words);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(readdirSync(place.at('.')).sort()).toEqual([...names, ...archives].sort());
    const all = jsonLines(stdout);
    expect(all.map(({ file }) => file)).toEqual(names);
    for (const [index, record] of all.entries()) {
      const name = names[index] ?? '';
      expect(readFileSync(place.at(name))).toEqual(contents[name]);
      const archiveBytes = statSync(place.at(`${name}.ust`)).size;
      const originalBytes = contents[name]?.length ?? 0;
      expect(record).toMatchObject({
        schema: 1,
        command: 'compress',
        output: `${name}.ust`,
        level: levelName,
        levelNumber: level,
        model: 'tiny-swift',
        inputBytes: originalBytes,
        outputBytes: archiveBytes,
        percent: originalBytes > 0 ? rounded((100 * archiveBytes) / originalBytes) : null,
        ratio: rounded(originalBytes / archiveBytes),
        blocks: 1,
        verified: true,
      });
      expect(record.seconds).toBeGreaterThan(0);
      expect(record.threads).toBeGreaterThan(0);
      if (name === 'likely') expect(record).toMatchObject({ engine: 'simd', segments: { [method]: 1 } });
      // No file grows by more than 0.1 % + 64 bytes, its stored name not counted.
      expect(archiveBytes, name).toBeLessThanOrEqual(originalBytes * 1.001 + 64 + Buffer.byteLength(name));
    }
  });

  it('come back bit for bit, with time and mode, into a folder', async () => {
    mkdirSync(place.at('back'));
    const words = ['decompress', '-m', tinyModel, '--json', '-o', 'back', '--', ...archives];
    const { code, stdout } = await place.run(words);
    expect(code).toBe(0);
    expect(jsonLines(stdout).map(({ verified }) => verified)).toEqual(names.map(() => true));
    expect(readdirSync(place.at('back')).sort()).toEqual([...names].sort());
    for (const name of names) expect(readFileSync(place.at(`back/${name}`)), name).toEqual(contents[name]);
    expect(statSync(place.at('back/text.md')).mtimeMs).toBe(1e12);
  });

  it('are found intact by test, which writes nothing', async () => {
    const before = readdirSync(place.at('.'));
    const { code, stderr } = await place.run(['test', '-m', tinyModel, '--', ...archives]);
    expect(code).toBe(0);
    expect(stderr.match(/ intact\n/g)).toHaveLength(names.length);
    expect(readdirSync(place.at('.'))).toEqual(before);
  });

  it('are described by list and info without any model', async () => {
    const list = await place.run(['list', '--json', '--', ...archives]);
    expect(list.code).toBe(0);
    const described = jsonLines(list.stdout);
    expect(described.map(({ originalBytes }) => originalBytes)).toEqual(
      names.map((name) => contents[name]?.length),
    );
    expect(described.map(({ storedName }) => storedName)).toEqual(names);
    expect(described[names.indexOf('text.md')]?.storedTime).toBe('2001-09-09T01:46:40.000Z');
    const info = await place.run(['info', 'likely.ust']);
    expect(info.code).toBe(0);
    expect(info.stdout.toString()).toMatch(/model +[0-9a-f]{16}/);
    expect(info.stdout.toString()).toMatch(new RegExp(`${method} \\(1 lane\\) 3000 → `));
  });
});

describe('pipes', () => {
  const place = usePlace();

  it('give the same archive as a file, verified beside the writing', async () => {
    writeFileSync(place.at('text'), likely);
    writeFileSync(place.at('zeros'), Buffer.alloc(1_000_000));
    // A pipe has no name; without one a file gives the same archive.
    const words = ['compress', '--each', '-n', '-m', tinyModel, '-q', '--no-verify', 'text', 'zeros'];
    const toFiles = await place.run(words);
    expect([toFiles.code, toFiles.stderr]).toEqual([0, '']);
    const { code, stdout, stderr } = await place.run(['compress', '-m', tinyModel, '--json'], likely);
    expect(code).toBe(0);
    expect(stdout.equals(readFileSync(place.at('text.ust')))).toBe(true);
    expect(jsonLines(stderr)).toMatchObject([{ file: '-', output: 'standard output', verified: true }]);
  });

  it('depend neither on threads nor on the engine', async () => {
    const archive = readFileSync(place.at('text.ust'));
    for (const settings of [['-T1'], ['-e', 'ort-wasm']]) {
      const { stdout } = await place.run(['compress', '-m', tinyModel, '-q', ...settings], likely);
      expect(stdout.equals(archive), settings.join(' ')).toBe(true);
    }
  });

  it('are verified only where that is asked for or small', async () => {
    const long = Buffer.alloc((4 << 20) + 1);
    const of = async (...words: string[]): Promise<unknown> => {
      const { stderr } = await place.run(['compress', '-m', tinyModel, '--json', ...words], long);
      return jsonLines(stderr)[0]?.verified;
    };
    expect(await of()).toBe(false);
    expect(await of('--verify')).toBe(true);
    writeFileSync(place.at('long'), long);
    const { stdout } = await place.run(['compress', '--json', '-o', 'long.ust', 'long']);
    expect(jsonLines(stdout)).toMatchObject([{ verified: false, blocks: 2 }]);
    rmSync(place.at('long'));
    rmSync(place.at('long.ust'));
  });

  it('give the text back, with nothing but data on standard output', async () => {
    const archive = readFileSync(place.at('text.ust'));
    const { code, stdout, stderr } = await place.run(['decompress', '-m', tinyModel, '--json', '-'], archive);
    expect(code).toBe(0);
    expect(stdout.equals(likely)).toBe(true);
    expect(jsonLines(stderr)).toMatchObject([{ command: 'decompress', outputBytes: likely.length }]);
  });

  it('that close early end the work in silence', async () => {
    const child = place.start(['decompress', '-c', 'zeros.ust']);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.stdin.end();
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, stderr]).toEqual([0, '']);
    expect(readdirSync(place.at('.')).sort()).toEqual(['text', 'text.ust', 'zeros', 'zeros.ust']);
  });
});
