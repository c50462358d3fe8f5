/**
 * Lint rules of the house: typescript-eslint's strict, type-checked set, React's hooks, and who may import whom. What is
 * switched off is off because it fights the numeric code (typed arrays under noUncheckedIndexedAccess) or plain style.
 */
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { roomImports } from './tools/lint/room-imports.mjs';

const house = { rules: { 'room-imports': roomImports(import.meta.dirname) } };
const runsAnywhere = ['shared/*/src/**/*.ts', 'apps/web/src/**/*.{ts,tsx}'];
const runsInNode = ['shared/*/src/node/**', '**/*.test.{ts,tsx}', '**/testing/**'];

export default defineConfig(
  {
    ignores: [
      '**/dist/',
      '**/build/',
      '.cache/',
      '.venv/',
      '.scratch/',
      '**/test-results/',
      'playwright-report/',
      'public/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      // An index into a typed array inside its bounds is never undefined; `!` says so without costing a branch.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      // Plain records of functions are passed around on purpose; `return next()` and `void (x as never)` are idioms.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-useless-default-assignment': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: globals.node },
    rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }] },
  },
  { files: ['apps/web/**/*.{ts,tsx}'], ...reactHooks.configs.flat['recommended-latest'] },
  {
    files: ['**/*.{ts,tsx,js,mjs}'],
    plugins: { house },
    rules: {
      'house/room-imports': 'error',
      // Control characters are what some expressions are about: names of files, bytes of magic numbers.
      'no-control-regex': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-constant-condition': ['error', { checkLoops: false }],
    },
  },
  {
    files: runsAnywhere,
    ignores: runsInNode,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['node:*'], message: 'This file also runs in a browser; Node parts live in src/node/.' },
          ],
        },
      ],
    },
  },
);
