/**
 * From what a runner's report counts and how its program ended to what is believed: a runner that ended badly, ran too long, left
 * no report or ran nothing has failed, whatever it counted. Pure; the table and the closing line are made here too.
 */

/** @typedef {import('./reports.mjs').Counts} Counts */
/** @typedef {Counts & { name: string, seconds: number, note?: string }} Result */

/**
 * @param {Counts | undefined} counts what the report says; undefined where it is missing or cannot be read
 * @param {{ status: number, timedOut: boolean }} outcome
 * @returns {Counts & { note?: string }}
 */
export function judge(counts, { status, timedOut }) {
  const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: 0 };
  if (timedOut) return { passed, failed: Math.max(failed, 1), skipped, note: 'ran past its time limit' };
  if (!counts) return { passed, failed: 1, skipped, note: `left no report (status ${status})` };
  if (passed + failed + skipped === 0) return { passed, failed: 1, skipped, note: 'ran nothing' };
  if (status !== 0 && failed === 0)
    return { passed, failed: 1, skipped, note: `ended with status ${status}` };
  return { passed, failed, skipped };
}

/**
 * A runner that cannot run here for want of something: a skip on a person's machine, a failure in CI, where all must run.
 *
 * @param {string} sentence what is missing and what to do
 * @param {boolean} isCi
 * @returns {Counts & { note: string }}
 */
export function lacking(sentence, isCi) {
  return { passed: 0, failed: isCi ? 1 : 0, skipped: isCi ? 0 : 1, note: sentence };
}

/** @param {readonly Counts[]} results @returns {Counts} */
export function sum(results) {
  /** @param {keyof Counts} key */
  const total = (key) => results.reduce((before, result) => before + result[key], 0);
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
}

/** @param {readonly Result[]} results @returns {string} the summary, a line per runner */
export function table(results) {
  const rows = [
    ['runner', 'passed', 'failed', 'skipped', 'seconds', ''],
    ...results.map(({ name, passed, failed, skipped, seconds, note = '' }) => [
      name,
      ...[passed, failed, skipped].map(String),
      seconds.toFixed(1),
      note,
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .map((line) => line.trimEnd())
    .join('\n');
}

/** The last line of all, in the form that machines read. @param {Counts} counts */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
