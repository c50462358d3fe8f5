/**
 * `npm test`: installs what the tests need (npm, Debian and Python packages; nothing where it is there already), runs every
 * runner, prints a table and, as the very last line, `N passed, N failed, N skipped`. Status 1 if anything failed, died or ran
 * nothing. `--only vitest,pytest` runs some (`check` stands for all checks of form), `--long` adds the long tests (`npm run test:long`).
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checks } from './runners/checks.mjs';
import { runners } from './runners/runners.mjs';
import { runAll } from './runners/schedule.mjs';
import { selectRunners } from './runners/select.mjs';
import { closingLine, sum, table } from './runners/verdict.mjs';
import { ensureDebianPackages } from './setup/debian-packages.mjs';
import { ensureNodePackages } from './setup/node-packages.mjs';
import { ensurePythonEnvironment, pythonOf } from './setup/python-environment.mjs';
import { SetupError, runTool } from './setup/setup-error.mjs';

const root = join(import.meta.dirname, '..');

/** Needed by no single runner alone: Dawn in Node looks for Vulkan's loader. */
const always = /** @type {const} */ (['libvulkan1']);

function readOptions() {
  try {
    return parseArgs({ options: { only: { type: 'string' }, long: { type: 'boolean', default: false } } })
      .values;
  } catch (error) {
    const what = error instanceof Error ? error.message.split('.')[0] : String(error);
    throw new SetupError(`${what}. Usage: npm test [-- --only NAME,NAME] [--long]`);
  }
}

await runTool('npm test', async () => {
  const { only, long } = readOptions();
  const selected = selectRunners(runners(root, long), only, { check: checks(root).map(({ name }) => name) });

  await ensureNodePackages(root);
  mkdirSync(join(root, 'build/reports'), { recursive: true });
  const needsPython = selected.some(({ python }) => python);
  const packages = selected.flatMap((runner) => runner.packages);
  const lacking = await ensureDebianPackages(
    [...packages, ...(needsPython ? [/** @type {const} */ ('python3-venv')] : []), ...(only ? [] : always)],
    join(root, 'build/logs/apt-get.log'),
  );
  for (const sentence of lacking.values()) console.log(`! ${sentence}`);
  const noPython = needsPython
    ? await ensurePythonEnvironment(root, join(root, 'build/logs/pip.log'))
    : undefined;
  if (noPython) console.log(`! ${noPython}`);

  const results = await runAll(
    root,
    selected,
    (runner) =>
      runner.packages.map((name) => lacking.get(name)).find(Boolean) ??
      (runner.python ? noPython : undefined),
    {
      isCi: process.env.CI === 'true',
      env: {
        NO_COLOR: '1',
        FORCE_COLOR: undefined,
        UNDERSTUDY_PYTHON: pythonOf(root),
        ...(long ? { UNDERSTUDY_LONG: '1' } : {}),
      },
    },
  );
  const total = sum(results);
  console.log(`\n${table(results)}\n`);
  console.log(closingLine(total));
  return total.failed === 0 ? 0 : 1;
});
