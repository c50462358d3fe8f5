/** What goes in comes out again: kinds of content, kinds of names, pipes, and what is said about it. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { likelyText } from './likely-text.ts';
import { jsonLines, tinyModel, usePlace } from './understudy.ts';

const text = readFileSync(fileURLToPath(new URL('../../docs/MODEL.md', import.meta.url)));
const likely = await likelyText(3000);
const contents: Record<string, Buffer> = {
  empty: Buffer.alloc(0),
  'one byte': Buffer.from('x'),
  'text.md': text,
  likely,
  random: randomBytes(20_000),
  zeros: Buffer.alloc(300_000),
  'größe 文 🗜️.txt': text.subarray(0, 1000),
  '-leading dash': text.subarray(0, 100),
  'utf-16': Buffer.from(text.toString('utf8').slice(0, 2000), 'utf16le'),
  'two..dots.': text.subarray(0, 50),
};
const names = Object.keys(contents);

/** As the JSON output rounds it. */
const rounded = (value: number): number => Number(value.toFixed(4));

describe('files of every kind', () => {
  const place = usePlace();
  const archives = names.map((name) => `${name}.ust`);

  it('are compressed in one call, each to its archive, sources kept', async () => {
    for (const [name, content] of Object.entries(contents)) writeFileSync(place.at(name), content);
    utimesSync(place.at('text.md'), 1e9, 1e9);
    const { code, stdout, stderr } = await place.run(['compress', '-m', tinyModel, '--json', '--', ...names]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(readdirSync(place.at('.')).sort()).toEqual([...names, ...archives].sort());
    const records = jsonLines(stdout);
    expect(records.map(({ file }) => file)).toEqual(names);
    for (const [index, record] of records.entries()) {
      const name = names[index] ?? '';
      expect(readFileSync(place.at(name))).toEqual(contents[name]);
      const archiveBytes = statSync(place.at(`${name}.ust`)).size;
      const originalBytes = contents[name]?.length ?? 0;
      expect(record).toMatchObject({
        schema: 1,
        command: 'compress',
        output: `${name}.ust`,
        level: 'fast',
        model: 'tiny-swift',
        inputBytes: originalBytes,
        outputBytes: archiveBytes,
        percent: originalBytes > 0 ? rounded((100 * archiveBytes) / originalBytes) : null,
        ratio: rounded(originalBytes / archiveBytes),
        verified: true,
      });
      expect(record.seconds).toBeGreaterThan(0);
      const blocks = Object.values(record.segments as Record<string, number>).reduce(
        (sum, count) => sum + count,
        0,
      );
      expect(record.blocks).toBe(blocks);
      if (name === 'likely') expect(record).toMatchObject({ engine: 'ort-wasm', segments: { student: 1 } });
      // No file grows by more than 0.1 % + 64 bytes.
      expect(archiveBytes).toBeLessThanOrEqual(originalBytes * 1.001 + 64);
    }
  });

  it('come back bit for bit, with time and mode, into a folder', async () => {
    mkdirSync(place.at('back'));
    const { code, stdout } = await place.run([
      'decompress',
      '-m',
      tinyModel,
      '--json',
      '-o',
      'back',
      '--',
      ...archives,
    ]);
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
    expect(jsonLines(list.stdout).map(({ originalBytes }) => originalBytes)).toEqual(
      names.map((name) => contents[name]?.length),
    );
    const info = await place.run(['info', 'likely.ust']);
    expect(info.code).toBe(0);
    expect(info.stdout.toString()).toMatch(/model +[0-9a-f]{16}/);
  });
});

describe('pipes', () => {
  const place = usePlace();

  it('give the same archive as a file, verified beside the writing', async () => {
    writeFileSync(place.at('text'), likely);
    writeFileSync(place.at('zeros'), Buffer.alloc(1_000_000));
    const toFiles = await place.run(['compress', '-m', tinyModel, '-q', '--no-verify', 'text', 'zeros']);
    expect([toFiles.code, toFiles.stderr]).toEqual([0, '']);
    const { code, stdout, stderr } = await place.run(['compress', '-m', tinyModel, '--json'], likely);
    expect(code).toBe(0);
    expect(stdout.equals(readFileSync(place.at('text.ust')))).toBe(true);
    expect(jsonLines(stderr)).toMatchObject([{ file: '-', output: 'standard output', verified: true }]);
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
