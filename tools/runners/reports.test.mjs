import { describe, expect, it } from 'vitest';
import { readHouseReport, readJunitReport, readPlaywrightReport, readVitestReport } from './reports.mjs';

describe('readVitestReport', () => {
  const report = {
    numTotalTests: 6,
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 1,
    success: false,
    testResults: [{ status: 'failed', assertionResults: [{ status: 'failed' }] }],
  };

  it('counts passed, failed, skipped and to-do tests', () => {
    expect(readVitestReport(JSON.stringify(report))).toEqual({ passed: 3, failed: 1, skipped: 2 });
  });

  it('counts a file that cannot be loaded as one failure', () => {
    const testResults = [...report.testResults, { status: 'failed', assertionResults: [] }];
    expect(readVitestReport(JSON.stringify({ ...report, testResults })).failed).toBe(2);
  });

  it('refuses a report without figures', () => {
    expect(() => readVitestReport('{"testResults":[]}')).toThrow('numPassedTests is no count');
    expect(() => readVitestReport('{"testRes')).toThrow();
  });
});

describe('readPlaywrightReport', () => {
  it('counts a flaky test and an error outside all tests as failures', () => {
    const stats = {
      startTime: '2026-01-01',
      duration: 2.5,
      expected: 4,
      skipped: 1,
      unexpected: 2,
      flaky: 1,
    };
    expect(readPlaywrightReport(JSON.stringify({ stats, errors: [{ message: 'web server' }] }))).toEqual({
      passed: 4,
      failed: 4,
      skipped: 1,
    });
  });
});

describe('readJunitReport', () => {
  it("reads pytest's form", () => {
    const text = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="2"
      skipped="3" tests="10" time="0.1" timestamp="2026-01-01T00:00:00" hostname="h"><testcase name="a" tests="99" /></testsuite></testsuites>`;
    expect(readJunitReport(text)).toEqual({ passed: 4, failed: 3, skipped: 3 });
  });

  it("reads CTest's form, where a disabled test is a skipped one", () => {
    const text = `<testsuite name="Linux-c++"\n\ttests="5"\n\tfailures="1"\n\tdisabled="1"\n\tskipped="0"\n\ttime="1">\n</testsuite>`;
    expect(readJunitReport(text)).toEqual({ passed: 3, failed: 1, skipped: 1 });
  });

  it('refuses text without a suite', () => {
    expect(() => readJunitReport('<html></html>')).toThrow('no <testsuite>');
  });
});

describe('readHouseReport', () => {
  it('refuses negative and missing figures', () => {
    expect(readHouseReport('{"passed":2,"failed":0,"skipped":0}')).toEqual({
      passed: 2,
      failed: 0,
      skipped: 0,
    });
    expect(() => readHouseReport('{"passed":-1,"failed":0,"skipped":0}')).toThrow('passed is no count');
    expect(() => readHouseReport('{"passed":1,"failed":0}')).toThrow('skipped is no count');
  });
});
