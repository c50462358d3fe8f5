import {
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSource } from './source.ts';
import { openTarget } from './target.ts';

let folder: string;
let sourcePath: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-target-'));
  sourcePath = join(folder, 'source');
  writeFileSync(sourcePath, 'text', { mode: 0o640 });
  utimesSync(sourcePath, 1e9, 1e9);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const bytes = new TextEncoder().encode('result');

describe('a target', () => {
  it('has its name only after commit, with mode and time of the source', async () => {
    const path = join(folder, 'out');
    const target = await openTarget(path, await openSource(sourcePath), false);
    await target.write(bytes);
    await target.flush();
    expect(readdirSync(folder)).not.toContain('out');
    await target.commit();
    await target.discard();
    expect(readFileSync(path, 'utf8')).toBe('result');
    expect(statSync(path).mtimeMs).toBe(1e12);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).sort()).toEqual(['out', 'source']);
  });

  it('leaves no trace when discarded', async () => {
    const target = await openTarget(join(folder, 'out'), await openSource(sourcePath), false);
    await target.write(bytes);
    await target.discard();
    expect(readdirSync(folder)).toEqual(['source']);
  });

  it('that appears while we work is not replaced without -f', async () => {
    const path = join(folder, 'out');
    const target = await openTarget(path, await openSource(sourcePath), false);
    await target.write(bytes);
    await target.flush();
    writeFileSync(path, 'someone else');
    await expect(target.commit()).rejects.toMatchObject({ code: 'UST_TARGET_EXISTS' });
    await target.discard();
    expect(readFileSync(path, 'utf8')).toBe('someone else');
  });

  it('that exists is refused, and replaced with force', async () => {
    const path = join(folder, 'out');
    writeFileSync(path, 'old');
    await expect(openTarget(path, await openSource(sourcePath), false)).rejects.toMatchObject({
      code: 'UST_TARGET_EXISTS',
    });
    const target = await openTarget(path, await openSource(sourcePath), true);
    await target.write(bytes);
    await target.flush();
    expect(readFileSync(path, 'utf8')).toBe('old');
    await target.commit();
    expect(readFileSync(path, 'utf8')).toBe('result');
  });

  it.each(['source', 'hard', 'soft'])('is never the source itself (%s)', async (name) => {
    linkSync(sourcePath, join(folder, 'hard'));
    symlinkSync(sourcePath, join(folder, 'soft'));
    await expect(openTarget(join(folder, name), await openSource(sourcePath), true)).rejects.toThrow(
      'is the source itself',
    );
  });

  it('in a missing folder is refused with a word about the folder', async () => {
    await expect(openTarget(join(folder, 'no', 'out'), await openSource(sourcePath), false)).rejects.toThrow(
      'its folder does not exist',
    );
  });

  it('may be a device, which is written to and stays', async () => {
    const target = await openTarget('/dev/null', await openSource(sourcePath), false);
    await target.write(bytes);
    await target.flush();
    await target.commit();
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});
