/**
 * Runs the PyTorch half of the trainer (`understudy_trainer`): finds the project's Python, starts one process or, for several ranks,
 * torchrun, and hands its output, signals and exit code through.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { constants } from 'node:os';
import { promisify } from 'node:util';
import { EnvironmentError, UsageError, exitCodes } from './errors.ts';
import { project } from './project.ts';

const FORWARDED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGUSR1'] as const;

/** $UNDERSTUDY_PYTHON, else the project's virtual environment. Throws EnvironmentError that says how to set it up. */
export function findPython(): string {
  const chosen = process.env['UNDERSTUDY_PYTHON'];
  if (chosen) return chosen;
  if (existsSync(project.virtualEnvironment)) return project.virtualEnvironment;
  throw new EnvironmentError(
    'no Python with PyTorch is set up for this project; `npm test` makes .venv with all it needs, or set UNDERSTUDY_PYTHON to a Python that has the packages of apps/trainer-cli/python/requirements.txt',
  );
}

/**
 * Standard output of `understudy_trainer` with `args`. Throws UsageError with its words when it refuses them, EnvironmentError when it
 * cannot be run or fails otherwise.
 */
export async function readPython(args: readonly string[]): Promise<string> {
  const python = findPython();
  const env = { ...process.env, PYTHONPATH: pythonPath() };
  try {
    return (await promisify(execFile)(python, ['-m', 'understudy_trainer', ...args], { env })).stdout;
  } catch (cause) {
    const said = (cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '').replace(
      /^trainer: /,
      '',
    );
    if (said !== '' && cause instanceof Error && 'code' in cause && cause.code === exitCodes.usage)
      throw new UsageError(said, { cause });
    throw new EnvironmentError(
      said || `${python}: cannot be run; check UNDERSTUDY_PYTHON or run \`npm test\` once`,
      { cause },
    );
  }
}

function pythonPath(): string {
  return [project.pythonSources, process.env['PYTHONPATH']].filter(Boolean).join(delimiter);
}

/** Runs `understudy_trainer` with `args` on `ranks` processes and gives its exit code. Throws EnvironmentError when Python cannot start. */
export function runPython(args: readonly string[], ranks = 1): Promise<number> {
  const python = findPython();
  const torchrun = ['-m', 'torch.distributed.run', '--standalone', '--nproc-per-node', String(ranks)];
  const command = [...(ranks > 1 ? torchrun : []), '-m', 'understudy_trainer', ...args];
  const env = {
    ...process.env,
    PYTHONPATH: pythonPath(),
    // torchrun would set it too, with a warning.
    ...(ranks > 1 ? { OMP_NUM_THREADS: process.env['OMP_NUM_THREADS'] ?? '1' } : {}),
  };
  return new Promise((done, fail) => {
    const child = spawn(python, command, { stdio: 'inherit', env });
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
    for (const signal of FORWARDED_SIGNALS) process.on(signal, forward);
    const leave = (): void => FORWARDED_SIGNALS.forEach((signal) => process.off(signal, forward));
    child.once('error', (cause) => {
      leave();
      fail(
        new EnvironmentError(
          `${python}: cannot be run (${cause.message}); check UNDERSTUDY_PYTHON or run \`npm test\` once`,
          { cause },
        ),
      );
    });
    child.once('close', (code, signal) => {
      leave();
      done(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
