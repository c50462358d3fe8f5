import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { digestOf, isStamped, removeStamp, writeStamp } from './stamp.mjs';

/** @type {string} */
let root;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'understudy-stamp-'));
  mkdirSync(join(root, 'src/deep'), { recursive: true });
  writeFileSync(join(root, 'src/a.ts'), 'a');
  writeFileSync(join(root, 'src/deep/b.ts'), 'b');
});

afterEach(() => rmSync(root, { recursive: true }));

const digest = () => digestOf(root, ['src', 'absent.json']);

it('sees a changed, a new and a renamed file', () => {
  const before = digest();
  writeFileSync(join(root, 'src/a.ts'), 'A');
  const changed = digest();
  writeFileSync(join(root, 'src/deep/c.ts'), '');
  const added = digest();
  renameSync(join(root, 'src/deep/c.ts'), join(root, 'src/deep/d.ts'));
  expect(new Set([before, changed, added, digest()]).size).toBe(4);
});

it('does not see times, nor folders that hold no sources', () => {
  const before = digest();
  utimesSync(join(root, 'src/a.ts'), 1, 1);
  mkdirSync(join(root, 'src/node_modules'));
  writeFileSync(join(root, 'src/node_modules/x.js'), 'x');
  expect(digest()).toBe(before);
});

it('depends on what else is given', () => {
  expect(digestOf(root, ['src'], 'one')).not.toBe(digestOf(root, ['src'], 'two'));
});

it('believes a stamp only if it is there and holds the digest', () => {
  const stamp = join(root, 'made/by/first/use.stamp');
  expect(isStamped(stamp, 'x')).toBe(false);
  writeStamp(stamp, digest());
  expect(isStamped(stamp, digest())).toBe(true);
  writeFileSync(join(root, 'src/a.ts'), 'other');
  expect(isStamped(stamp, digest())).toBe(false);
  removeStamp(stamp);
  removeStamp(stamp);
  expect(isStamped(stamp, digest())).toBe(false);
});
