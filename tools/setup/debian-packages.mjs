/**
 * What the tests need from Debian 12: each need is a thing that can be tried, so that a machine that has it from elsewhere is left
 * alone. What is missing is installed by apt-get where this process is root; otherwise the sentence names packages and command.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { run } from './command.mjs';

/** @typedef {'chromium' | 'emscripten' | 'cmake' | 'ninja-build' | 'g++' | 'clang' | 'libclang-rt-14-dev' | 'clang-format' | 'libvulkan1' | 'python3-venv' | 'slurm-wlm' | 'munge'} DebianPackage */

/** @param {string} program @returns {boolean} whether PATH holds it */
function isProgram(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** @param {string} command @param {readonly string[]} args @param {string} [input] */
function succeeds(command, args, input = '') {
  return (
    spawnSync(command, args, { input, stdio: ['pipe', 'ignore', 'ignore'], timeout: 60_000 }).status === 0
  );
}

/** The oldest Python that the trainer runs on; tried in this order. */
export const pythonNames = ['python3.11', 'python3', '/usr/bin/python3'];

/** @returns {string | undefined} a Python that is new enough and can make virtual environments */
export function findPython() {
  const canMakeEnvironments = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';
  return pythonNames.find((name) => succeeds(name, ['-c', canMakeEnvironments]));
}

export const chromium = process.env.UNDERSTUDY_CHROMIUM ?? '/usr/bin/chromium';

function linksSanitizers() {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'));
  const options = ['-fsanitize=address,undefined', '-x', 'c++', '-', '-o', join(folder, 'program')];
  const linked = succeeds('clang++', options, 'int main() { return 0; }\n');
  rmSync(folder, { recursive: true });
  return linked;
}

/** @type {Record<DebianPackage, () => boolean>} whether the machine has what the package gives */
const isThere = {
  chromium: () => existsSync(chromium),
  emscripten: () => isProgram('em++'),
  cmake: () => isProgram('cmake'),
  'ninja-build': () => isProgram('ninja'),
  'g++': () => isProgram('g++'),
  clang: () => isProgram('clang++'),
  'libclang-rt-14-dev': linksSanitizers,
  'clang-format': () => isProgram('clang-format'),
  libvulkan1: () =>
    succeeds('sh', ['-c', 'PATH="$PATH:/sbin:/usr/sbin" ldconfig -p | grep -q libvulkan.so.1']),
  'python3-venv': () => findPython() !== undefined,
  'slurm-wlm': () => existsSync('/usr/sbin/slurmctld') && isProgram('sbatch'),
  munge: () => existsSync('/usr/sbin/munged'),
};

/** @param {readonly DebianPackage[]} packages @returns {DebianPackage[]} */
export function missingPackages(packages) {
  return [...new Set(packages)].filter((name) => !isThere[name]());
}

/** @param {readonly string[]} packages @returns {string} the command a person can paste */
export function installCommand(packages) {
  return `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/** @returns {boolean} whether `apt-get update` has run on this machine */
function hasPackageLists() {
  const folder = '/var/lib/apt/lists';
  return existsSync(folder) && readdirSync(folder).some((name) => name.includes('_Packages'));
}

/**
 * @param {readonly DebianPackage[]} packages
 * @param {string} log file for what apt-get prints
 * @returns {Promise<Map<DebianPackage, string>>} the packages still missing afterwards, each with the reason and the command
 */
export async function ensureDebianPackages(packages, log) {
  const missing = missingPackages(packages);
  if (missing.length === 0) return new Map();
  /** @param {string} why @returns {Map<DebianPackage, string>} */
  const because = (why) =>
    new Map(
      missingPackages(packages).map((name) => [
        name,
        `${name} is missing and ${why}; run: ${installCommand([name])}`,
      ]),
    );
  if (!isProgram('apt-get'))
    return because('this is no Debian (no apt-get); what follows is the command there');
  if (process.getuid?.() !== 0) return because('only root can install it');
  console.log(`Installing Debian packages: ${missing.join(', ')} …`);
  /** @param {string[]} args */
  const aptGet = async (...args) => {
    const command = { command: 'apt-get', args, env: { DEBIAN_FRONTEND: 'noninteractive' } };
    return (await run(command, { timeoutMs: 20 * 60_000, log })).status === 0;
  };
  const install = () => aptGet('install', '-y', '--no-install-recommends', ...missing);
  const done = (hasPackageLists() && (await install())) || ((await aptGet('update')) && (await install()));
  return because(done ? 'is still not found after its installation' : `apt-get failed (its words: ${log})`);
}
