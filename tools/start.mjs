/**
 * `npm start`: installs the npm packages if they are missing, builds the page if a source changed, serves it and prints the
 * address. Needs no compiler and no Python: the WASM modules and the models are part of the repository. `--port N` serves elsewhere.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from './setup/command.mjs';
import { ensureNodePackages } from './setup/node-packages.mjs';
import { SetupError, runTool } from './setup/setup-error.mjs';
import { digestOf, isStamped, removeStamp, writeStamp } from './setup/stamp.mjs';

const root = join(import.meta.dirname, '..');

/** Everything the built page is made from. */
const pageSources = [
  'apps/web',
  'shared',
  'public',
  'models',
  'tests/models',
  'vite.config.ts',
  'tsconfig.base.json',
  'package.json',
  'package-lock.json',
];

function readPort() {
  const usage = 'Usage: npm start [-- --port N] (default 4173)';
  try {
    const { values } = parseArgs({ options: { port: { type: 'string', default: '4173' } } });
    const port = Number(values.port);
    if (/^\d+$/.test(values.port) && port >= 1 && port <= 65535) return port;
    throw new SetupError(`--port takes a number from 1 to 65535, not '${values.port}'. ${usage}`);
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw new SetupError(`${error instanceof Error ? error.message.split('.')[0] : String(error)}. ${usage}`);
  }
}

/** @param {number} port @returns {Promise<boolean>} whether a program answers there */
function isBusy(port) {
  return new Promise((answer) => {
    const socket = connect({ host: 'localhost', port });
    socket.once('connect', () => (socket.destroy(), answer(true)));
    socket.once('error', () => answer(false));
  });
}

async function build() {
  const stamp = join(root, '.cache/page.stamp');
  // A folder of models of one's own (UNDERSTUDY_MODELS) is a source like any other, its contents included.
  const chosen = process.env.UNDERSTUDY_MODELS;
  const digest = digestOf(
    root,
    chosen ? [...pageSources, relative(root, resolve(chosen))] : pageSources,
    chosen ?? '',
  );
  if (isStamped(stamp, digest) && existsSync(join(root, 'dist/index.html'))) return;
  console.log('Building the page …');
  removeStamp(stamp);
  const log = join(root, 'build/logs/page.log');
  rmSync(log, { force: true });
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const command = { command: process.execPath, args: [vite, 'build', '--logLevel', 'warn'], cwd: root };
  const { status } = await run(command, { timeoutMs: 5 * 60_000, log });
  if (status !== 0) {
    console.error(readFileSync(log, 'utf8'));
    throw new SetupError('the page could not be built; what Vite says stands above.');
  }
  writeStamp(stamp, digest);
}

await runTool('npm start', async () => {
  const port = readPort();
  const busy = `port ${port} is busy: end the program that uses it, or choose another: npm start -- --port ${port + 1}`;
  if (await isBusy(port)) throw new SetupError(busy);
  await ensureNodePackages(root);
  await build();
  const { preview } = await import('vite');
  try {
    await preview({
      configFile: join(root, 'vite.config.ts'),
      logLevel: 'error',
      preview: { port, strictPort: true },
    });
  } catch (error) {
    if (error instanceof Error && /in use|EADDRINUSE/.test(error.message)) throw new SetupError(busy);
    throw error;
  }
  console.log(`\nUnderstudy is served at http://localhost:${port} (Ctrl-C ends it).`);
  return 0;
});
