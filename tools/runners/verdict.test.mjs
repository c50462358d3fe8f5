import { describe, expect, it } from 'vitest';
import { closingLine, judge, lacking, sum, table } from './verdict.mjs';

const ended = { status: 0, timedOut: false };

describe('judge', () => {
  it('believes a report whose program ended well', () => {
    expect(judge({ passed: 3, failed: 0, skipped: 1 }, ended)).toEqual({ passed: 3, failed: 0, skipped: 1 });
  });

  it('counts a program that died after its tests passed as a failure', () => {
    expect(judge({ passed: 3, failed: 0, skipped: 0 }, { status: 139, timedOut: false })).toMatchObject({
      passed: 3,
      failed: 1,
    });
  });

  it('does not count a failing status twice', () => {
    expect(judge({ passed: 3, failed: 2, skipped: 0 }, { status: 1, timedOut: false }).failed).toBe(2);
  });

  it('counts no report, no tests and a passed time limit as failures', () => {
    expect(judge(undefined, ended)).toMatchObject({ failed: 1, note: 'left no report (status 0)' });
    expect(judge({ passed: 0, failed: 0, skipped: 0 }, ended)).toMatchObject({
      failed: 1,
      note: 'ran nothing',
    });
    expect(judge({ passed: 9, failed: 0, skipped: 0 }, { status: 143, timedOut: true })).toMatchObject({
      passed: 9,
      failed: 1,
    });
  });
});

it('what a machine lacks is a skip for a person and a failure in CI', () => {
  expect(lacking('no chromium', false)).toEqual({ passed: 0, failed: 0, skipped: 1, note: 'no chromium' });
  expect(lacking('no chromium', true)).toEqual({ passed: 0, failed: 1, skipped: 0, note: 'no chromium' });
});

it('sums runners and closes with the line that machines read', () => {
  const results = [
    { name: 'vitest', passed: 120, failed: 0, skipped: 2, seconds: 61.25 },
    { name: 'pytest', passed: 9, failed: 1, skipped: 0, seconds: 3, note: 'ended with status 1' },
  ];
  expect(closingLine(sum(results))).toBe('129 passed, 1 failed, 2 skipped');
  expect(table(results).split('\n')).toEqual([
    'runner  passed  failed  skipped  seconds',
    'vitest     120       0        2     61.3',
    'pytest       9       1        0      3.0  ended with status 1',
  ]);
});
