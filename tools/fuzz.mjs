/**
 * `npm run fuzz [-- --seconds 60] [--only NAME]`: builds the libFuzzer targets of wasm/*\/fuzz with clang's address and
 * undefined-behaviour checks and runs each for so long; then mutated archives through the whole decoder in TypeScript, 200,000 of
 * them, and mutated traces through their reader. What was learnt stays in build/fuzz/NAME and is where the next run begins. An input that breaks a target is kept there
 * and named. Status 1 if any was found.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cppRooms, fuzzPackages } from './runners/runners.mjs';
import { commandLine, run } from './setup/command.mjs';
import { ensureDebianPackages } from './setup/debian-packages.mjs';
import { ensureNodePackages } from './setup/node-packages.mjs';
import { runTool, SetupError } from './setup/setup-error.mjs';

const root = join(import.meta.dirname, '..');
const usage = 'Usage: npm run fuzz [-- --seconds N] [--only NAME]';
/** The TypeScript side; both read UNDERSTUDY_LONG. */
const typescript = [
  { name: 'archives', test: 'shared/codec/src/fuzz.test.ts' },
  { name: 'traces', test: 'shared/trace/src/fuzz.test.ts' },
];

function readOptions() {
  try {
    const { values } = parseArgs({
      options: { seconds: { type: 'string', default: '60' }, only: { type: 'string' } },
    });
    const seconds = Number(values.seconds);
    if (!Number.isInteger(seconds) || seconds < 1)
      throw new Error('--seconds wants a whole number from 1 on');
    return { seconds, only: values.only };
  } catch (error) {
    const what = error instanceof Error ? error.message.split('.')[0] : String(error);
    throw new SetupError(`${what}. ${usage}`);
  }
}

/** @param {import('./setup/command.mjs').Command} command @param {number} minutes */
async function need(command, minutes) {
  const { status } = await run(command, { timeoutMs: minutes * 60_000 });
  if (status !== 0) throw new SetupError(`this failed: ${commandLine(command)}`);
}

/** @param {string} room @returns {Promise<{ name: string, program: string }[]>} its targets, built */
async function build(room) {
  const folder = join(root, `build/${room}-fuzz`);
  const generator = existsSync(join(folder, 'CMakeCache.txt')) ? [] : ['-G', 'Ninja'];
  const source = join(root, 'wasm', room, 'fuzz');
  await need(
    { command: 'cmake', args: ['-S', source, '-B', folder, ...generator, '-DCMAKE_CXX_COMPILER=clang++'] },
    5,
  );
  await need({ command: 'cmake', args: ['--build', folder, '--parallel', '2'] }, 15);
  return readdirSync(source)
    .filter((file) => file.endsWith('_fuzz.cc'))
    .map((file) => ({
      name: file.slice(0, -'.cc'.length),
      program: join(folder, file.slice(0, -'.cc'.length)),
    }));
}

await runTool('npm run fuzz', async () => {
  const { seconds, only } = readOptions();
  await ensureNodePackages(root);
  const lacking = await ensureDebianPackages(fuzzPackages, join(root, 'build/logs/apt-get.log'));
  for (const sentence of lacking.values()) throw new SetupError(sentence);

  const targets = [];
  for (const room of cppRooms) targets.push(...(await build(room)));
  const names = [...targets, ...typescript].map(({ name }) => name);
  if (only !== undefined && !names.includes(only)) {
    throw new SetupError(`there is no target '${only}'; there are ${names.join(', ')}. ${usage}`);
  }

  /** @type {string[]} */
  const broken = [];
  for (const { name, program } of targets.filter(({ name }) => only === undefined || name === only)) {
    const folder = join(root, 'build/fuzz', name);
    const corpus = join(folder, 'corpus');
    mkdirSync(corpus, { recursive: true });
    console.log(`\n${name}: ${seconds} s, what breaks it goes to ${folder}`);
    const limits = ['-max_len=2048', '-timeout=20', '-rss_limit_mb=2048', `-max_total_time=${seconds}`];
    const args = [...limits, '-print_final_stats=1', '-verbosity=0', `-artifact_prefix=${folder}/`, corpus];
    const { status } = await run({ command: program, args }, { timeoutMs: (seconds + 120) * 1000 });
    if (status !== 0) broken.push(name);
  }
  for (const { name, test } of typescript.filter(({ name }) => only === undefined || name === only)) {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const { status } = await run(
      {
        command: process.execPath,
        args: [vitest, 'run', test],
        cwd: root,
        env: { UNDERSTUDY_LONG: '1' },
      },
      { timeoutMs: 4 * 3_600_000 },
    );
    if (status !== 0) broken.push(name);
  }
  console.log(broken.length === 0 ? '\nnothing found' : `\nbroken: ${broken.join(', ')}`);
  return broken.length === 0 ? 0 : 1;
});
