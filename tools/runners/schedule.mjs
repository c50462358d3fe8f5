/**
 * Runs the runners, at most two at a time beside those that mostly wait (`light`), in their order as far as `after` and `alone`
 * allow, and tells how each ended. What a runner prints goes to build/logs/NAME.log and is shown only if it failed, so two at
 * once never mix their words.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../setup/command.mjs';
import { closingLine, judge, lacking } from './verdict.mjs';

/** @typedef {import('./runners.mjs').Runner} Runner */
/** @typedef {import('./verdict.mjs').Result} Result */

const together = 2;
/** Of a failed runner's log as much as a terminal holds. */
const shownLines = 250;

/**
 * @param {string} root
 * @param {Runner} runner
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Omit<Result, 'name' | 'seconds'>>}
 */
async function execute(root, { name, steps, report, minutes }, env) {
  const log = join(root, `build/logs/${name}.log`);
  rmSync(log, { force: true });
  // Yesterday's report must not speak for a program that died today.
  if (report) rmSync(report.path, { force: true });
  const end = Date.now() + minutes * 60_000;
  let outcome = { status: 0, timedOut: false };
  for (const step of steps) {
    outcome = await run(
      { ...step, env: { ...env, ...step.env } },
      { timeoutMs: Math.max(1, end - Date.now()), log },
    );
    if (outcome.status !== 0) break;
  }
  if (!report)
    return judge(
      outcome.status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 },
      outcome,
    );
  try {
    return judge(
      existsSync(report.path) ? report.read(readFileSync(report.path, 'utf8')) : undefined,
      outcome,
    );
  } catch (error) {
    return { ...judge(undefined, outcome), note: `its report cannot be read: ${String(error)}` };
  }
}

/** @param {string} root @param {Result} result */
function tell(root, result) {
  const { name, failed, seconds, note } = result;
  console.log(
    `${failed > 0 ? '✗' : '✓'} ${name}: ${closingLine(result)}, ${seconds.toFixed(1)} s${note ? ` (${note})` : ''}`,
  );
  const log = join(root, `build/logs/${name}.log`);
  if (failed === 0 || !existsSync(log)) return;
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  const left = lines.length - shownLines;
  console.log(
    `──── ${name} ${left > 0 ? `(the last ${shownLines} lines; all: build/logs/${name}.log) ` : ''}────`,
  );
  console.log(
    lines
      .slice(-shownLines)
      .map((line) => `│ ${line}`)
      .join('\n'),
  );
  console.log('────');
}

/**
 * @param {string} root
 * @param {readonly Runner[]} runners
 * @param {(runner: Runner) => string | undefined} lackOf what keeps a runner from running on this machine
 * @param {{ isCi: boolean, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<Result[]>} in the order of `runners`
 */
export async function runAll(root, runners, lackOf, { isCi, env }) {
  const waiting = [...runners];
  /** @type {Map<string, Promise<void>>} */
  const running = new Map();
  /** @type {Map<string, Result>} */
  const results = new Map();
  const names = new Set(runners.map(({ name }) => name));

  const light = new Set(runners.filter((runner) => runner.light).map(({ name }) => name));
  const isFull = () => [...running.keys()].filter((name) => !light.has(name)).length >= together;
  /** @param {Runner} runner */
  const isReady = ({ name, after = [], alone }) =>
    after.every((other) => !names.has(other) || results.has(other)) &&
    (!alone || running.size === 0) &&
    (light.has(name) || !isFull());
  /** @param {Runner} runner */
  const start = async (runner) => {
    const begin = performance.now();
    const lack = lackOf(runner);
    const verdict = lack === undefined ? await execute(root, runner, env) : lacking(lack, isCi);
    const result = { name: runner.name, seconds: (performance.now() - begin) / 1000, ...verdict };
    results.set(runner.name, result);
    tell(root, result);
  };

  while (waiting.length > 0 || running.size > 0) {
    const aloneRuns = runners.some(({ name, alone }) => alone && running.has(name));
    const next = aloneRuns ? -1 : waiting.findIndex(isReady);
    const [runner] = next >= 0 ? waiting.splice(next, 1) : [];
    if (runner)
      running.set(
        runner.name,
        start(runner).finally(() => running.delete(runner.name)),
      );
    else await Promise.race(running.values());
  }
  return runners.map(({ name }) => /** @type {Result} */ (results.get(name)));
}
