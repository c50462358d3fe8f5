/**
 * `npm run build:wasm`: builds the WebAssembly modules from C++ into public/wasm/. With `--check` nothing is replaced: the bytes
 * just built are compared with the committed ones, where `emcc` is the pinned version (else that is a skip, in CI a failure).
 * `--report FILE` writes the counts as JSON for `npm test`.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { lacking, sum } from './runners/verdict.mjs';
import { run } from './setup/command.mjs';
import { installCommand } from './setup/debian-packages.mjs';
import { SetupError, runTool } from './setup/setup-error.mjs';
import { byteDifference, emscriptenVersion, pinnedEmscripten, wasmModules } from './wasm/modules.mjs';

/** @typedef {import('./runners/reports.mjs').Counts} Counts */

const root = join(import.meta.dirname, '..');

/** @param {typeof wasmModules[number]} module @returns {Promise<string | undefined>} path of the built file, if it could be built */
async function build({ name, script }) {
  const output = join(root, `build/wasm/${name}.wasm`);
  mkdirSync(dirname(output), { recursive: true });
  const { status } = await run(
    { command: 'bash', args: [join(root, script), output], cwd: root },
    { timeoutMs: 5 * 60_000 },
  );
  return status === 0 && existsSync(output) ? output : undefined;
}

/** @param {typeof wasmModules[number]} module @param {boolean} isPinned @returns {Promise<Counts>} */
async function check(module, isPinned) {
  const built = await build(module);
  if (!built) {
    console.log(`✗ ${module.name}: ${module.script} failed`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  if (!isPinned) {
    const sentence = `${module.committed} is not compared: only emcc ${pinnedEmscripten} (Debian 12's) makes the same bytes`;
    console.log(`- ${sentence}`);
    return lacking(sentence, process.env.CI === 'true');
  }
  const committed = join(root, module.committed);
  const difference = byteDifference(
    readFileSync(built),
    existsSync(committed) ? readFileSync(committed) : undefined,
  );
  if (difference)
    console.log(`✗ ${module.committed}: ${difference}; run npm run build:wasm and commit the file`);
  else console.log(`✓ ${module.committed} is what ${module.script} builds`);
  return difference ? { passed: 0, failed: 1, skipped: 0 } : { passed: 1, failed: 0, skipped: 0 };
}

/** @param {typeof wasmModules[number]} module @returns {Promise<Counts>} */
async function replace(module) {
  const built = await build(module);
  if (!built) throw new SetupError(`${module.script} failed; its words stand above.`);
  const committed = join(root, module.committed);
  mkdirSync(dirname(committed), { recursive: true });
  // Copied beside, then renamed: a page that is being served never sees half a module.
  copyFileSync(built, `${committed}.new`);
  chmodSync(`${committed}.new`, 0o644);
  renameSync(`${committed}.new`, committed);
  console.log(`✓ ${module.committed}: ${readFileSync(committed).length} bytes`);
  return { passed: 1, failed: 0, skipped: 0 };
}

await runTool('npm run build:wasm', async () => {
  const { values } = parseArgs({
    options: { check: { type: 'boolean', default: false }, report: { type: 'string' } },
  });
  const { stdout, error } = spawnSync('emcc', ['--version'], { encoding: 'utf8' });
  if (error) throw new SetupError(`emcc is missing; run: ${installCommand(['emscripten'])}`);
  const version = emscriptenVersion(stdout) ?? 'of unknown version';
  const isPinned = version === pinnedEmscripten;
  if (!isPinned)
    console.log(
      `emcc is ${version}, not ${pinnedEmscripten}: the bytes will differ from the committed ones.`,
    );
  /** @type {Counts[]} */
  const counts = [];
  for (const module of wasmModules)
    counts.push(await (values.check ? check(module, isPinned) : replace(module)));
  const total = sum(counts);
  if (values.report) {
    mkdirSync(dirname(values.report), { recursive: true });
    writeFileSync(values.report, JSON.stringify(total));
  }
  return total.failed === 0 ? 0 : 1;
});
