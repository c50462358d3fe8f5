/**
 * What the test runners' machine-readable reports say, as counts. Every reader takes the text of a report and gives
 * `{ passed, failed, skipped }`; a report that cannot be read is an error, which the caller counts as a failure.
 */

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @param {unknown} value @param {string} what @returns {number} */
function whole(value, what) {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0)
    throw new Error(`${what} is no count: ${String(value)}`);
  return number;
}

/**
 * Vitest's `json` reporter. A test file that cannot be loaded has no tests of its own and counts as one failure.
 *
 * @param {string} text
 * @returns {Counts}
 */
export function readVitestReport(text) {
  const report = JSON.parse(text);
  /** @type {{ status: string, assertionResults: unknown[] }[]} */
  const files = report.testResults;
  const unloadable = files.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    passed: whole(report.numPassedTests, 'numPassedTests'),
    failed: whole(report.numFailedTests, 'numFailedTests') + unloadable.length,
    skipped: whole(report.numPendingTests, 'numPendingTests') + whole(report.numTodoTests, 'numTodoTests'),
  };
}

/**
 * Playwright's `json` reporter. A test that passed only when tried again counts as failed; so does an error outside all tests.
 *
 * @param {string} text
 * @returns {Counts}
 */
export function readPlaywrightReport(text) {
  const { stats, errors } = JSON.parse(text);
  return {
    passed: whole(stats.expected, 'stats.expected'),
    failed: whole(stats.unexpected, 'stats.unexpected') + whole(stats.flaky, 'stats.flaky') + errors.length,
    skipped: whole(stats.skipped, 'stats.skipped'),
  };
}

/**
 * JUnit XML as pytest (`--junitxml`) and CTest (`--output-junit`) write it: the figures of the outermost suites, summed.
 *
 * @param {string} text
 * @returns {Counts}
 */
export function readJunitReport(text) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const suites = [...text.matchAll(/<testsuite\s([^>]*)>/g)];
  if (suites.length === 0) throw new Error('no <testsuite> in the report');
  for (const [, attributes = ''] of suites) {
    /** @param {string} name @param {string} [missing] */
    const figure = (name, missing) =>
      whole(new RegExp(`\\b${name}="(\\d+)"`).exec(attributes)?.[1] ?? missing, name);
    const failed = figure('failures') + figure('errors', '0');
    const skipped = figure('skipped', '0') + figure('disabled', '0');
    counts.failed += failed;
    counts.skipped += skipped;
    counts.passed += figure('tests') - failed - skipped;
  }
  return counts;
}

/**
 * The house's own form: `{ "passed", "failed", "skipped" }`, as tools/build-wasm.mjs writes it.
 *
 * @param {string} text
 * @returns {Counts}
 */
export function readHouseReport(text) {
  const { passed, failed, skipped } = JSON.parse(text);
  return {
    passed: whole(passed, 'passed'),
    failed: whole(failed, 'failed'),
    skipped: whole(skipped, 'skipped'),
  };
}
