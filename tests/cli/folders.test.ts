/** Folders and several files: one archive, and back; one file out of many; links and strange names; what is in the way. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { jsonLines, tinyModel, usePlace, type Place } from './understudy.ts';

/** Paths and contents of all files below `folder`; folders with a slash at their end. */
function treeOf(folder: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(folder, below)).sort()) {
    const path = join(below, name);
    if (lstatSync(join(folder, path)).isDirectory())
      Object.assign(found, { [`${path}/`]: '' }, treeOf(folder, path));
    else found[path] = readFileSync(join(folder, path), 'latin1');
  }
  return found;
}

function write(place: Place, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(place.at(path)), { recursive: true });
    writeFileSync(place.at(path), content);
  }
}

describe('a folder', () => {
  const place = usePlace();
  const files: Record<string, string> = {
    'docs/notes.md': 'notes '.repeat(100),
    'docs/a b/größe 文 🗜️.txt': 'emoji',
    'docs/a b/-rf': 'a dash',
    'docs/a b/..two dots': 'dots',
    'docs/z/empty': '',
  };

  it('becomes one archive, in an order that does not depend on the disk', async () => {
    write(place, files);
    mkdirSync(place.at('docs/nothing here'));
    symlinkSync('notes.md', place.at('docs/alias'));
    execFileSync('mkfifo', [place.at('docs/pipe')]);
    chmodSync(place.at('docs/notes.md'), 0o640);
    utimesSync(place.at('docs/notes.md'), 1e9, 1e9);
    utimesSync(place.at('docs/z'), 1e9, 1e9);
    const { code, stdout, stderr } = await place.run(['compress', '-m', tinyModel, '--json', 'docs/']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/docs\/alias is left out: it is a symbolic link/);
    expect(stderr).toMatch(/docs\/pipe is left out: it is a pipe or socket/);
    expect(jsonLines(stdout)).toMatchObject([{ output: 'docs.ust', files: 9, verified: true }]);
    const again = await place.run(['compress', '-m', tinyModel, '-q', '-c', './docs/../docs']);
    expect(again.stdout.equals(readFileSync(place.at('docs.ust')))).toBe(true);
  });

  it('is listed file by file', async () => {
    const { code, stdout } = await place.run(['list', 'docs.ust']);
    expect(code).toBe(0);
    expect(stdout.toString()).toMatch(/^-rw-r----- {5}600 B {2}2001-09-09 01:46:40 {2}docs\/notes\.md$/m);
    expect(stdout.toString()).toMatch(/ docs\/nothing here\/$/m);
    const [record] = jsonLines((await place.run(['list', '--json', 'docs.ust'])).stdout);
    const paths = (record?.files as { path: string }[]).map(({ path }) => path);
    expect(paths).toEqual([
      'docs',
      'docs/a b',
      'docs/a b/-rf',
      'docs/a b/..two dots',
      'docs/a b/größe 文 🗜️.txt',
      'docs/notes.md',
      'docs/nothing here',
      'docs/z',
      'docs/z/empty',
    ]);
  });

  it('comes back beside its archive, with times and permissions', async () => {
    rmSync(place.at('docs/alias'));
    rmSync(place.at('docs/pipe'));
    renameSync(place.at('docs'), place.at('before'));
    utimesSync(place.at('before/z'), 1e9, 1e9);
    const { code, stderr } = await place.run(['decompress', '-m', tinyModel, 'docs.ust']);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^docs\.ust {2}9 entries .* verified\n$/)]);
    expect(treeOf(place.at('docs'))).toEqual(treeOf(place.at('before')));
    expect(statSync(place.at('docs/notes.md')).mode & 0o777).toBe(0o640);
    expect(statSync(place.at('docs/notes.md')).mtimeMs).toBe(1e12);
    expect(statSync(place.at('docs/z')).mtimeMs).toBe(1e12);
    expect(readdirSync(place.at('.')).sort()).toEqual(['before', 'docs', 'docs.ust']);
  });

  it('that is there already is refused, and merged with -f', async () => {
    writeFileSync(place.at('docs/mine'), 'mine');
    writeFileSync(place.at('docs/notes.md'), 'changed');
    const refused = await place.run(['decompress', '-m', tinyModel, 'docs.ust']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/docs exists already; -f replaces it, -o gives another folder/);
    expect(readFileSync(place.at('docs/notes.md'), 'utf8')).toBe('changed');
    const merged = await place.run(['decompress', '-f', '-m', tinyModel, 'docs.ust']);
    expect(merged.code).toBe(0);
    expect(readFileSync(place.at('docs/notes.md'), 'utf8')).toBe(files['docs/notes.md']);
    expect(readFileSync(place.at('docs/mine'), 'utf8')).toBe('mine');
  });

  it('is never written through a link, -f or not', async () => {
    mkdirSync(place.at('elsewhere'));
    rmSync(place.at('docs'), { recursive: true });
    symlinkSync('elsewhere', place.at('docs'));
    const { code, stderr } = await place.run(['decompress', '-f', '-m', tinyModel, 'docs.ust']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/docs is a folder in the archive, but none here/),
    ]);
    expect(readdirSync(place.at('elsewhere'))).toEqual([]);
    rmSync(place.at('docs'));
  });

  it('gives one file, or one folder of it, alone', async () => {
    const one = await place.run([
      'decompress',
      '-m',
      tinyModel,
      '-c',
      '--extract',
      'docs/notes.md',
      'docs.ust',
    ]);
    expect([one.code, one.stdout.toString()]).toEqual([0, files['docs/notes.md']]);
    const some = await place.run([
      'decompress',
      '-m',
      tinyModel,
      '--json',
      '-o',
      'some',
      '--extract',
      'docs/a b/',
      '--extract',
      'docs/z/empty',
      'docs.ust',
    ]);
    expect(some.code).toBe(0);
    expect(jsonLines(some.stdout)).toMatchObject([{ files: 5, percent: null }]);
    expect(Object.keys(treeOf(place.at('some')))).toEqual([
      'a b/',
      'a b/-rf',
      'a b/..two dots',
      'a b/größe 文 🗜️.txt',
      'empty',
    ]);
    const none = await place.run(['decompress', '-m', tinyModel, '--extract', 'docs/note', 'docs.ust']);
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/holds nothing called docs\/note;/)]);
  });

  it('comes through a pipe into a folder, and is refused where it would be one stream', async () => {
    const archive = readFileSync(place.at('docs.ust'));
    const piped = await place.run(['decompress', '-m', tinyModel, '-q', '-o', 'new/piped', '-'], archive);
    expect([piped.code, piped.stderr]).toEqual([0, '']);
    expect(treeOf(place.at('new/piped/docs'))).toEqual(treeOf(place.at('before')));
    const refused = await place.run(['decompress', '-m', tinyModel], archive);
    expect([refused.code, refused.stdout.length]).toEqual([2, 0]);
    expect(refused.stderr).toMatch(/holds many files, which one pipe cannot give: .* with -o/);
    const tested = await place.run(['test', '-m', tinyModel, '-q'], archive);
    expect([tested.code, tested.stderr]).toEqual([0, '']);
  });
});

describe('several files', () => {
  const place = usePlace();
  afterEach(() => {
    rmSync(place.at('out'), { recursive: true, force: true });
  });

  it('become one archive in sorted order, which unpacks into a folder of its name', async () => {
    write(place, { 'b.txt': 'b', 'a/x.txt': 'x', 'a/y.txt': 'y' });
    const words = ['compress', '-m', tinyModel, '-q', '-o', 'all.ust'];
    expect((await place.run([...words, 'b.txt', place.at('a/x.txt'), 'a/y.txt'])).code).toBe(0);
    const { stdout } = await place.run(['list', '--json', 'all.ust']);
    const [record] = jsonLines(stdout);
    expect((record?.files as { path: string }[]).map(({ path }) => path)).toEqual([
      'a/y.txt',
      'b.txt',
      'x.txt',
    ]);
    expect((await place.run(['decompress', '-m', tinyModel, '-q', 'all.ust'])).code).toBe(0);
    expect(treeOf(place.at('all'))).toEqual({ 'a/': '', 'a/y.txt': 'y', 'b.txt': 'b', 'x.txt': 'x' });
    const again = await place.run(['decompress', '-m', tinyModel, 'all.ust']);
    expect([again.code, again.stderr]).toEqual([
      2,
      expect.stringMatching(/all exists already; -f unpacks into it/),
    ]);
  });

  it('that would get one name are refused', async () => {
    write(place, { 'c/b.txt': 'other' });
    const words = ['compress', '-m', tinyModel, '-o', 'two.ust', 'b.txt', place.at('c/b.txt')];
    const { code, stderr } = await place.run(words);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/would both be called b\.txt/)]);
    expect(readdirSync(place.at('.'))).not.toContain('two.ust');
  });

  it('go without an archive that lies among them', async () => {
    mkdirSync(place.at('in'));
    write(place, { 'in/file': 'file' });
    const words = ['compress', '-f', '-m', tinyModel, '-q', '-o', 'in/self.ust', 'in'];
    for (const _ of ['new', 'again']) expect((await place.run(words)).code).toBe(0);
    const [record] = jsonLines((await place.run(['list', '--json', 'in/self.ust'])).stdout);
    expect((record?.files as { path: string }[]).map(({ path }) => path)).toEqual(['in', 'in/file']);
  });

  it('of two hundred come back, all and one by one', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`many/${i % 7}/file ${i}.txt`, `file ${i} `.repeat(i % 40)]),
    );
    write(place, many);
    expect((await place.run(['compress', '-m', tinyModel, '-q', 'many'])).code).toBe(0);
    expect((await place.run(['decompress', '-m', tinyModel, '-q', '-o', 'out', 'many.ust'])).code).toBe(0);
    expect(treeOf(place.at('out/many'))).toEqual(treeOf(place.at('many')));
    const last = await place.run([
      'decompress',
      '-m',
      tinyModel,
      '-c',
      '--extract',
      'many/3/file 199.txt',
      'many.ust',
    ]);
    expect(last.stdout.toString()).toBe(many['many/3/file 199.txt']);
  });
});
