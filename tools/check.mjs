/**
 * `npm run check`: formatting, lint and types of every language, a line each; what a check says is printed where it fails.
 * `npm run check -- --fix` repairs formatting and what the linters can repair. Installs nothing but npm packages.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checks } from './runners/checks.mjs';
import { run } from './setup/command.mjs';
import { missingPackages } from './setup/debian-packages.mjs';
import { ensureNodePackages } from './setup/node-packages.mjs';
import { isPythonReady } from './setup/python-environment.mjs';
import { runTool } from './setup/setup-error.mjs';

const root = join(import.meta.dirname, '..');
const timeoutMs = 5 * 60_000;

await runTool('npm run check', async () => {
  const { values } = parseArgs({ options: { fix: { type: 'boolean', default: false } } });
  await ensureNodePackages(root);
  let failures = 0;
  for (const check of checks(root)) {
    if ((check.python && !isPythonReady(root)) || missingPackages(check.packages ?? []).length > 0) {
      console.log(`- ${check.name}: skipped, it is not installed here (npm test installs it)`);
      continue;
    }
    const log = join(root, `build/logs/${check.name}.log`);
    rmSync(log, { force: true });
    if (values.fix && check.fix) await run(check.fix, { timeoutMs, log: join(root, 'build/logs/fix.log') });
    const { status } = await run(check.run, { timeoutMs, log });
    console.log(`${status === 0 ? '✓' : '✗'} ${check.name}`);
    if (status === 0) continue;
    failures++;
    console.log(readFileSync(log, 'utf8'));
  }
  return failures === 0 ? 0 : 1;
});
