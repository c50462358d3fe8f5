/**
 * Runs other programs: in a process group of their own, without standard input, under a time limit, with everything they print
 * in one log. Whatever still runs when this process ends is ended with it.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';

/** @typedef {{ command: string, args: readonly string[], cwd?: string, env?: NodeJS.ProcessEnv }} Command */
/** @typedef {{ status: number, timedOut: boolean }} Outcome `status` 127: it could not be started */

/** @type {Set<number>} process groups that run now */
const running = new Set();

/** How long a program may clean up after it was asked to end. */
const graceMs = 5_000;

/** @param {number} group @param {NodeJS.Signals} signal */
function signalGroup(group, signal) {
  try {
    process.kill(-group, signal);
  } catch {
    // It has ended already.
  }
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    for (const group of running) signalGroup(group, 'SIGTERM');
    process.exit(128 + constants.signals[signal]);
  });
}

/**
 * @param {Command} command
 * @param {{ timeoutMs: number, log?: string }} options `log`: a file that takes all output, else it goes to this terminal
 * @returns {Promise<Outcome>}
 */
export function run({ command, args, cwd, env }, { timeoutMs, log }) {
  if (log) mkdirSync(dirname(log), { recursive: true });
  const output = log ? openSync(log, 'a') : undefined;
  return new Promise((done) => {
    let timedOut = false;
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ['ignore', output ?? 'inherit', output ?? 'inherit'],
    });
    const group = child.pid;
    if (group !== undefined) running.add(group);
    const limit = setTimeout(() => {
      timedOut = true;
      if (group === undefined) return;
      signalGroup(group, 'SIGTERM');
      setTimeout(() => signalGroup(group, 'SIGKILL'), graceMs).unref();
    }, timeoutMs);
    /** @param {number} status */
    const end = (status) => {
      clearTimeout(limit);
      if (group !== undefined) {
        // What it left running would disturb the next one.
        if (timedOut) signalGroup(group, 'SIGKILL');
        running.delete(group);
      }
      if (output !== undefined) closeSync(output);
      done({ status, timedOut });
    };
    child.once('error', () => end(127));
    child.once('exit', (status, signal) => end(status ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/** @param {Command} command @returns one line as a reader can paste it */
export function commandLine({ command, args }) {
  return [command, ...args].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)).join(' ');
}
