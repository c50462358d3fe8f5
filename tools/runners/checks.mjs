/**
 * The checks of form: formatting, lint and types of every language. Each is one command whose exit status is the verdict;
 * `fix` is the command that repairs what can be repaired. Used by `npm run check` and, one test each, by `npm test`.
 */
import { join } from 'node:path';
import { filesBelow } from '../setup/stamp.mjs';
import { pythonOf } from '../setup/python-environment.mjs';

/** @typedef {import('../setup/command.mjs').Command} Command */
/**
 * @typedef {{ name: string, run: Command, fix?: Command, packages?: import('../setup/debian-packages.mjs').DebianPackage[],
 *   python?: boolean }} Check
 */

/** @param {string} root @returns {Check[]} */
export function checks(root) {
  /** @param {string} program @param {string[]} args @returns {Command} */
  const node = (program, ...args) => ({
    command: process.execPath,
    args: [join(root, 'node_modules', program), ...args],
    cwd: root,
  });
  /** @param {string} module @param {string[]} args @returns {Command} */
  const python = (module, ...args) => ({
    command: pythonOf(root),
    args: ['-m', module, ...args],
    cwd: join(root, 'apps/trainer-cli/python'),
  });
  const cpp = filesBelow(join(root, 'wasm')).filter((path) => /\.(h|cc)$/.test(path));
  /** @param {string[]} options @returns {Command} */
  const clangFormat = (...options) => ({
    command: 'clang-format',
    args: ['--style=file', ...options, ...cpp],
    cwd: root,
  });
  const ruffCache = ['--cache-dir', join(root, '.cache/ruff')];
  // Scripts outside the package (tests/, tools/) are Python of this project too.
  const pythonFiles = [root, '--config', join(root, 'apps/trainer-cli/python/pyproject.toml')];
  return [
    {
      name: 'prettier',
      run: node('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
      fix: node('prettier/bin/prettier.cjs', '--write', '--log-level', 'warn', '.'),
    },
    { name: 'tsc', run: node('typescript/bin/tsc', '-b') },
    {
      name: 'eslint',
      run: node('eslint/bin/eslint.js', '.'),
      fix: node('eslint/bin/eslint.js', '--fix', '.'),
    },
    {
      name: 'clang-format',
      packages: ['clang-format'],
      run: clangFormat('--dry-run', '--Werror'),
      fix: clangFormat('-i'),
    },
    {
      name: 'ruff',
      python: true,
      run: python('ruff', 'check', ...ruffCache, ...pythonFiles),
      fix: python('ruff', 'check', '--fix', ...ruffCache, ...pythonFiles),
    },
    {
      name: 'ruff-format',
      python: true,
      run: python('ruff', 'format', '--check', ...ruffCache, ...pythonFiles),
      fix: python('ruff', 'format', ...ruffCache, ...pythonFiles),
    },
    { name: 'mypy', python: true, run: python('mypy', '--cache-dir', join(root, '.cache/mypy')) },
  ];
}
