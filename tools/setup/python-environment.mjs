/**
 * The Python side of the tests: a virtual environment in .venv with the exact versions of
 * apps/trainer-cli/python/requirements.txt, and the project's own package on its path (a .pth file, so sources are used as they are).
 * Its stamp is the digest of the requirements; a changed pin installs anew.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, run } from './command.mjs';
import { findPython } from './debian-packages.mjs';
import { digestOf, isStamped, removeStamp, writeStamp } from './stamp.mjs';

const packageFolder = 'apps/trainer-cli/python';
const requirements = `${packageFolder}/requirements.txt`;

/** @param {string} root */
export const pythonOf = (root) => join(root, '.venv/bin/python');

/** @param {string} root @returns {boolean} whether the environment is there and fits the requirements */
export function isPythonReady(root) {
  return (
    existsSync(pythonOf(root)) &&
    isStamped(join(root, '.venv/requirements.stamp'), digestOf(root, [requirements], root))
  );
}

/**
 * @param {string} root
 * @param {string} log file for what pip prints
 * @returns {Promise<string | undefined>} why there is no environment and what to run, or nothing
 */
export async function ensurePythonEnvironment(root, log) {
  if (isPythonReady(root)) return undefined;
  const stamp = join(root, '.venv/requirements.stamp');
  removeStamp(stamp);
  console.log('Installing Python packages into .venv (PyTorch is large: minutes the first time) …');
  const python = findPython();
  if (!python)
    return 'no Python 3.11 that can make virtual environments; run: apt-get install -y python3 python3-venv';
  const steps = [
    { command: python, args: ['-m', 'venv', '.venv'], cwd: root },
    {
      command: '.venv/bin/python',
      args: ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '-r', requirements],
      cwd: root,
    },
  ];
  for (const step of steps) {
    const { status, timedOut } = await run(step, { timeoutMs: 30 * 60_000, log });
    if (status === 0) continue;
    const what = timedOut ? 'took more than 30 minutes' : `failed (its words: ${log})`;
    return `the Python packages of ${requirements} are missing and their installation ${what}; run: ${steps.map(commandLine).join(' && ')}`;
  }
  const library = join(root, '.venv/lib');
  for (const version of readdirSync(library)) {
    writeFileSync(
      join(library, version, 'site-packages/understudy_trainer.pth'),
      `${join(root, packageFolder, 'src')}\n`,
    );
  }
  writeStamp(stamp, digestOf(root, [requirements], root));
  return undefined;
}
