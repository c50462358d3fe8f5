import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTree, storedName } from './tree.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-tree-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a stored name', () => {
  it.each([
    ['a.txt', 'a.txt'],
    ['./docs/', 'docs'],
    ['docs//sub/../x y', 'docs/x y'],
    ['/var/log/syslog', 'syslog'],
    ['../up/file', 'file'],
    ['..two dots', '..two dots'],
    ['.', basename(process.cwd())],
  ])('of %s is %s: never absolute, never above the folder', (path, name) => {
    expect(storedName(path)).toBe(name);
  });

  it('is refused for the root, which has none', () => {
    expect(() => storedName('/')).toThrow('has no name');
  });
});

describe('a tree', () => {
  it('is sorted part by part, with its folder before what lies in it', async () => {
    mkdirSync(join(folder, 'a'));
    for (const name of ['a/z', 'a-b', 'a.b', 'B']) writeFileSync(join(folder, name), name);
    const entries = await readTree([folder], { skip: expect.unreachable });
    const root = basename(folder);
    expect(entries.map(({ path }) => path)).toEqual([
      root,
      `${root}/B`,
      `${root}/a`,
      `${root}/a/z`,
      `${root}/a-b`,
      `${root}/a.b`,
    ]);
  });

  it('says what it leaves out, keeps no temporary file, and follows a link only where it is named', async () => {
    writeFileSync(join(folder, 'file'), 'text');
    symlinkSync('file', join(folder, 'link'));
    writeFileSync(join(folder, '.understudy-00000000-1-000000000000.tmp'), '');
    const skipped: string[] = [];
    const all = await readTree([folder], { skip: (sentence) => skipped.push(sentence) });
    expect(all.map(({ path }) => basename(path))).toEqual([basename(folder), 'file']);
    expect(skipped).toEqual([`${join(folder, 'link')} is left out: it is a symbolic link`]);
    const named = await readTree([join(folder, 'link')], { skip: expect.unreachable });
    expect(named).toMatchObject([{ path: 'link', kind: 'file', size: 4 }]);
  });
});
