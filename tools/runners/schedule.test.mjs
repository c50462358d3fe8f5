import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readHouseReport } from './reports.mjs';
import { runAll } from './schedule.mjs';

/** @type {string} */
let root;
/** @type {string[]} */
let printed;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'understudy-schedule-'));
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(line));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

/** @param {string} name @param {string} script @param {Partial<import('./runners.mjs').Runner>} [more] @returns {import('./runners.mjs').Runner} */
const shell = (name, script, more) => ({
  name,
  packages: [],
  python: false,
  minutes: 1,
  steps: [{ command: 'sh', args: ['-c', script], cwd: root }],
  ...more,
});

/** @param {import('./runners.mjs').Runner[]} runners @param {boolean} [isCi] */
const runHere = (runners, isCi = false) =>
  runAll(root, runners, ({ packages }) => (packages.length > 0 ? `${packages[0]} is missing` : undefined), {
    isCi,
    env: {},
  });

/** @param {string} pid @returns {boolean} false too for one that ended and was not yet waited for */
function isRunning(pid) {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'));
}

it('runs every runner, keeps the order in its results and shows the words of the failed one only', async () => {
  const report = { path: join(root, 'report.json'), read: readHouseReport };
  const results = await runHere([
    shell('good', `echo quiet; echo '{"passed":5,"failed":0,"skipped":1}' > report.json`, { report }),
    shell('bad', 'echo loud; exit 3'),
    shell('unreachable', 'true', { packages: ['chromium'] }),
  ]);
  expect(results.map(({ name, passed, failed, skipped }) => [name, passed, failed, skipped])).toEqual([
    ['good', 5, 0, 1],
    ['bad', 0, 1, 0],
    ['unreachable', 0, 0, 1],
  ]);
  expect(printed.join('\n')).toContain('│ loud');
  expect(printed.join('\n')).not.toContain('quiet');
});

it('fails in CI what a person may skip', async () => {
  const [result] = await runHere([shell('unreachable', 'true', { packages: ['chromium'] })], true);
  expect(result).toMatchObject({ failed: 1, skipped: 0, note: 'chromium is missing' });
});

it("does not believe an earlier run's report", async () => {
  const path = join(root, 'report.json');
  writeFileSync(path, '{"passed":5,"failed":0,"skipped":0}');
  const [result] = await runHere([shell('died', 'true', { report: { path, read: readHouseReport } })]);
  expect(result).toMatchObject({ passed: 0, failed: 1, note: 'left no report (status 0)' });
});

it('ends a runner and what it started at its time limit', async () => {
  const [result] = await runHere([shell('endless', 'sleep 60 & echo $! > pid; wait', { minutes: 0.02 })]);
  expect(result).toMatchObject({ failed: 1, note: 'ran past its time limit' });
  // A killed process is gone a moment after the signal, not with it.
  const pid = readFileSync(join(root, 'pid'), 'utf8').trim();
  await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
});

it('keeps what must come after, and what must run alone', async () => {
  await runHere([
    shell('alone', 'echo alone >> order', { alone: true, after: ['first', 'second'] }),
    shell('second', 'echo second >> order', { after: ['first'] }),
    shell('first', 'sleep 0.2; echo first >> order'),
  ]);
  expect(readFileSync(join(root, 'order'), 'utf8')).toBe('first\nsecond\nalone\n');
});

it('runs what mostly waits beside two others, and not beside what must run alone', async () => {
  await runHere([
    shell('one', 'until [ -e waited ]; do sleep 0.02; done; echo one >> order'),
    shell('two', 'until [ -e waited ]; do sleep 0.02; done; echo two >> order'),
    shell('waits', 'touch waited; sleep 0.5; echo waits >> order', { light: true }),
    shell('alone', 'echo alone >> order', { alone: true }),
  ]);
  const order = readFileSync(join(root, 'order'), 'utf8').trim().split('\n');
  expect(order.slice(0, 2).sort()).toEqual(['one', 'two']);
  expect(order.slice(2)).toEqual(['waits', 'alone']);
});
