/**
 * The npm packages: installed by `npm ci` when what lies in node_modules is not what package-lock.json says. npm itself keeps the
 * stamp, node_modules/.package-lock.json, and writes it last; so an install cut short, or one of another lock file, is seen.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, run } from './command.mjs';
import { SetupError } from './setup-error.mjs';

/** @typedef {{ packages: Record<string, { version?: string, optional?: boolean, link?: boolean, resolved?: string }> }} Lock */

/**
 * @param {Lock} wanted package-lock.json
 * @param {Lock} found node_modules/.package-lock.json
 * @returns {string[]} packages that are missing, or there in another version; optional ones (for other systems) may be missing
 */
export function packageDifferences(wanted, found) {
  return Object.entries(wanted.packages)
    .filter(([path, { version, optional }]) => {
      if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return false;
      const there = found.packages[path];
      return there ? there.version !== version : !optional;
    })
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
}

/** @param {string} root @returns {string[] | undefined} what differs; undefined where nothing is installed */
function differences(root) {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return undefined;
  /** @param {string} path @returns {Lock} */
  const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
  return packageDifferences(read(join(root, 'package-lock.json')), read(hidden));
}

/** Vite, ESLint and Playwright need this much. */
const oldestNode = /** @type {const} */ ([20, 19]);

/** @param {string} version such as `20.20.2` */
export function isNodeNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}

/**
 * @param {string} root
 * @throws {SetupError} if Node is too old or npm fails
 */
export async function ensureNodePackages(root) {
  if (!isNodeNewEnough(process.versions.node)) {
    throw new SetupError(
      `Node ${process.versions.node} is too old; install Node ${oldestNode.join('.')} or newer.`,
    );
  }
  const differing = differences(root);
  if (differing?.length === 0) return;
  const why = differing
    ? `${differing.length} packages differ from package-lock.json`
    : 'nothing is installed yet';
  console.log(`Installing npm packages (${why}) …`);
  const install = { command: 'npm', args: ['ci', '--no-audit', '--no-fund', '--loglevel=error'], cwd: root };
  const { status, timedOut } = await run(install, { timeoutMs: 10 * 60_000 });
  if (status !== 0) {
    const what = timedOut ? 'took more than 10 minutes' : `failed with status ${status}`;
    throw new SetupError(
      `npm packages are missing and \`npm ci\` ${what}; with a network, run: ${commandLine(install)}`,
    );
  }
}
