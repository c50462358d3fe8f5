import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Kept } from './kept.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'understudy-kept-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what a benchmark keeps', () => {
  it('is measured once, over an interruption too, and forgotten at the end', async () => {
    const file = join(folder, 'deep/measured.json');
    let count = 0;
    const measure = (): Promise<number> => Promise.resolve(++count);
    expect(await new Kept(file, false).get(['xz', 1], measure)).toBe(1);
    const resumed = new Kept(file, true);
    expect(await resumed.get(['xz', 1], measure)).toBe(1);
    expect(await resumed.get(['xz', 2], measure)).toBe(2);
    expect(await new Kept(file, false).get(['xz', 1], measure)).toBe(3);
    new Kept(file, true).forget();
    expect(await new Kept(file, true).get(['xz', 1], measure)).toBe(4);
  });

  it('starts anew where the file is damaged', async () => {
    const file = join(folder, 'damaged.json');
    writeFileSync(file, '[["xz",');
    expect(await new Kept(file, true).get(['xz'], () => Promise.resolve('new'))).toBe('new');
  });
});
