import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isLeftOver, releaseTemporary, removeAllTemporaries, temporaryName } from './temporary.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-temporary-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('temporary files', () => {
  it('are removed together, except those released', () => {
    const dropped = temporaryName(folder);
    const kept = temporaryName(folder);
    writeFileSync(dropped, '');
    writeFileSync(kept, '');
    releaseTemporary(kept);
    removeAllTemporaries();
    expect(readdirSync(folder)).toEqual([basename(kept)]);
  });

  it('of killed processes are recognised, others never', () => {
    const name = basename(temporaryName(folder));
    expect(isLeftOver(name, () => false)).toBe(true);
    expect(isLeftOver(name, () => true)).toBe(false);
    expect(isLeftOver(name.replace(/-[0-9a-f]{8}-/, '-00000000-'), () => false)).toBe(false);
    expect(isLeftOver('.understudy-notes.tmp', () => false)).toBe(false);
    removeAllTemporaries();
  });

  it('of killed processes are tidied by the next run in that folder', () => {
    const name = basename(temporaryName(folder));
    const fresh = mkdtempSync(join(folder, 'next-'));
    // No process has a number that large.
    const stale = join(fresh, name.replace(/-\d+-(?=[0-9a-f]{12}\.tmp)/, '-99999999-'));
    writeFileSync(join(folder, 'x'), '');
    renameSync(join(folder, 'x'), stale);
    temporaryName(fresh);
    expect(existsSync(stale)).toBe(false);
    removeAllTemporaries();
  });
});
