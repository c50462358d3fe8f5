/** Bad input: one clear sentence, the right exit code, and no file that was not there before. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { likelyText } from './likely-text.ts';
import { jsonLines, tinyModel, usePlace } from './understudy.ts';

const text = readFileSync(fileURLToPath(new URL('../../docs/MODEL.md', import.meta.url)));
const isRoot = process.getuid?.() === 0;

describe('damaged archives', () => {
  const place = usePlace();
  let archive: Buffer;
  let likely: Buffer;

  beforeAll(async () => {
    likely = await likelyText(3000);
    writeFileSync(place.at('text'), likely);
    expect((await place.run(['compress', '-m', tinyModel, '-q', 'text'])).code).toBe(0);
    archive = readFileSync(place.at('text.ust'));
  });

  it('that are cut short are named one by one, and nothing is written', async () => {
    mkdirSync(place.at('cut'));
    const lengths = [0, 1, 5, 12, 20, Math.floor(archive.length / 2), archive.length - 9, archive.length - 1];
    for (const length of lengths) writeFileSync(place.at(`cut/${length}.ust`), archive.subarray(0, length));
    const files = lengths.map((length) => `cut/${length}.ust`);
    const { code, stdout, stderr } = await place.run(['decompress', '-m', tinyModel, '--json', ...files]);
    expect(code).toBe(1);
    const records = jsonLines(stdout) as { file: string; error: { code: string; message: string } }[];
    expect(records.map(({ file }) => file)).toEqual(files);
    // A short archive's payload reaches to its end: cut there, only the checksum differs.
    const codes = ['UST_TRUNCATED', 'UST_NOT_ARCHIVE', 'UST_CHECKSUM', 'UST_CORRUPT'];
    for (const { error } of records) expect(codes).toContain(error.code);
    expect(stderr.trim().split('\n')).toHaveLength(files.length);
    expect(stderr).toMatch(/^understudy: cut\/5\.ust: /m);
    expect(readdirSync(place.at('cut')).sort()).toEqual(files.map((file) => file.slice(4)).sort());
  });

  it('with one altered byte are refused, and the files after them still done', async () => {
    mkdirSync(place.at('altered'));
    const offsets = [0, 4, 9, 20, Math.floor(archive.length / 2), archive.length - 1];
    for (const offset of offsets) {
      const altered = Buffer.from(archive);
      altered.writeUInt8(altered.readUInt8(offset) ^ 0x10, offset);
      writeFileSync(place.at(`altered/${offset}.ust`), altered);
    }
    writeFileSync(place.at('altered/whole.ust'), archive);
    const files = [...offsets.map((offset) => `altered/${offset}.ust`), 'altered/whole.ust'];
    const { code, stdout } = await place.run(['decompress', '-m', tinyModel, '--json', ...files]);
    expect([1, 3]).toContain(code);
    const records = jsonLines(stdout);
    for (const record of records.slice(0, -1)) expect(record.error, String(record.file)).toBeDefined();
    expect(records.at(-1)).toMatchObject({ file: 'altered/whole.ust', verified: true });
    expect(readFileSync(place.at('altered/whole')).equals(likely)).toBe(true);
    expect(readdirSync(place.at('altered'))).toHaveLength(files.length + 1);
  });

  it('that are no archives at all are said to be none', async () => {
    writeFileSync(place.at('text.txt.ust'), text);
    for (const command of ['list', 'info']) {
      const { code, stderr } = await place.run([command, 'text.txt.ust']);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^understudy: text\.txt\.ust: this is not a \.ust archive: [^\n]+\n$/);
    }
  });

  it('of a model that is not here are refused with the id it needs', async () => {
    const { code, stdout, stderr } = await place.run(['test', '--json', 'text.ust']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/needs the model [0-9a-f]{16}/);
    expect(jsonLines(stdout)).toMatchObject([{ file: 'text.ust', error: { code: 'UST_MODEL_UNKNOWN' } }]);
  });
});

describe('what cannot be done', () => {
  const place = usePlace();

  beforeAll(() => {
    writeFileSync(place.at('text'), text);
    writeFileSync(place.at('taken.ust'), 'mine');
    writeFileSync(place.at('taken'), text);
    writeFileSync(place.at('done.ust'), 'x');
    mkdirSync(place.at('folder'));
    symlinkSync('text', place.at('alias'));
    mkdirSync(place.at('broken-model'));
    const onnx = readFileSync(join(tinyModel, 'student.onnx'));
    writeFileSync(place.at('broken-model/student.onnx'), onnx.subarray(0, onnx.length / 2));
  });

  it.each<[string, number, string[], RegExp]>([
    ['a missing file', 2, ['compress', 'nothing'], /cannot read nothing: no such file/],
    ['a folder as an archive', 2, ['test', 'folder'], /folder is a folder; a file is needed here/],
    ['a folder without a name', 2, ['compress', '.'], /the archive of \. has no name of its own/],
    [
      'a file in a folder that is not there',
      2,
      ['compress', 'no/text'],
      /cannot read no\/text: no such file/,
    ],
    [
      'a target in a missing folder',
      2,
      ['compress', '-o', 'no/x.ust', 'text'],
      /no\/x\.ust: its folder does not exist/,
    ],
    ['an existing target', 2, ['compress', 'taken'], /taken\.ust exists already; -f replaces it/],
    [
      'the source as its own target',
      2,
      ['compress', '-f', '-o', 'alias', 'text'],
      /alias is the source itself/,
    ],
    ['an archive again', 2, ['compress', 'done.ust'], /already ends in \.ust/],
    ['a name without .ust', 2, ['decompress', 'text'], /does not end in \.ust/],
    [
      'several archives on one pipe',
      2,
      ['compress', '--each', '-c', 'text', 'taken'],
      /cannot share standard output/,
    ],
    [
      'several archives to one target',
      2,
      ['compress', '--each', '-o', 'x', 'text', 'taken'],
      /needs an existing folder/,
    ],
    [
      'several files without a target',
      2,
      ['compress', 'text', 'taken'],
      /become one archive: give its name with -o/,
    ],
    [
      'several files into a folder',
      2,
      ['compress', '-o', 'folder', 'text', 'taken'],
      /folder is a folder: give a name/,
    ],
    ['a pipe among files', 2, ['compress', '-o', 'x', 'text', '-'], /cannot be one of several files/],
    [
      'level 3 with another model',
      3,
      ['compress', '-3', '-m', tinyModel, 'text'],
      /needs a student of architecture deep/,
    ],
    ['a benchmark of nothing', 2, ['bench', 'folder'], /folder is no file with bytes in it/],
    [
      'an unknown engine',
      2,
      ['compress', '-e', 'ort-wsm', 'text'],
      /unknown engine “ort-wsm”; did you mean ort-wasm\?/,
    ],
    ['an unknown model', 3, ['compress', '-m', 'nobody-7', 'text'], /no model nobody-7: models\/ has/],
    [
      'half a model',
      3,
      ['compress', '-m', 'broken-model', 'text'],
      /^understudy: broken-model: the model file/,
    ],
    [
      'a disk that is full',
      3,
      ['compress', '-m', tinyModel, '-f', '-o', '/dev/full', 'text'],
      /\/dev\/full: the disk is full/,
    ],
    [
      'a file that fails while it is read',
      3,
      ['compress', '-m', tinyModel, '-o', 'x', '/proc/self/mem'],
      /cannot read \/proc\/self\/mem/,
    ],
  ])('%s is refused with exit code %d', async (_, expected, words, sentence) => {
    const before = readdirSync(place.at('.'));
    const { code, stdout, stderr } = await place.run(words);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(expected);
    expect(stdout).toHaveLength(0);
    expect(readdirSync(place.at('.'))).toEqual(before);
    expect(readFileSync(place.at('text')).equals(text)).toBe(true);
    expect(readFileSync(place.at('taken.ust'), 'utf8')).toBe('mine');
  });

  it.skipIf(isRoot)('a file without permission is refused with exit code 3', async () => {
    writeFileSync(place.at('secret'), text);
    chmodSync(place.at('secret'), 0o000);
    const { code, stderr } = await place.run(['compress', '-m', tinyModel, 'secret']);
    expect([code, stderr]).toEqual([3, 'understudy: cannot read secret: permission denied\n']);
  });

  it('a mistyped flag is an object with a code under --json', async () => {
    const { code, stdout } = await place.run(['compress', '--json', '--forse', 'text']);
    expect(code).toBe(2);
    expect(jsonLines(stdout)).toMatchObject([{ schema: 1, error: { code: 'UST_USAGE' } }]);
  });

  it('an existing target is replaced with -f, in silence with -qq', async () => {
    const { code, stdout, stderr } = await place.run(['compress', '-m', tinyModel, '-fqq', 'taken']);
    expect([code, stdout.length, stderr]).toEqual([0, 0, '']);
    expect(readFileSync(place.at('taken.ust'), 'utf8')).not.toBe('mine');
  });
});
