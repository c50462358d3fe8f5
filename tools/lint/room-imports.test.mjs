import { join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import { refusal } from './room-imports.mjs';

const root = join(import.meta.dirname, '../..');
/** @param {string} importer @param {string} specifier */
const verdict = (importer, specifier) => refusal(root, join(root, importer), specifier);

describe('refuses', () => {
  it.each([
    [
      'apps/web/src/a.ts',
      '@understudy/codec/src/errors.ts',
      'only @understudy/codec and @understudy/codec/node may be imported',
    ],
    [
      'apps/web/src/a.ts',
      '../../../shared/codec/src/errors.ts',
      'enter @understudy/codec by its package name',
    ],
    ['apps/web/src/a.ts', '../../cli/src/main.ts', 'apps never import each other'],
    ['apps/web/src/a.ts', '@understudy/cli', 'apps never import each other'],
    ['apps/cli/src/a.ts', '@understudy/trace', 'does not name @understudy/trace in its package.json'],
    ['shared/codec/src/a.ts', '../../../apps/cli/src/main.ts', 'shared/* never imports apps/*'],
    ['shared/codec/src/a.ts', '@understudy/web', 'shared/* never imports apps/*'],
    ['shared/codec/src/a.ts', '../../trace/src/index.ts', 'enter @understudy/trace by its package name'],
    ['shared/codec/src/a.ts', '@understudy/codec', 'inside a package, import by relative path'],
    ['tests/x.test.ts', '../shared/codec/src/errors.ts', 'enter @understudy/codec by its package name'],
    ['tests/x.test.ts', '@understudy/nothing', 'there is no package'],
  ])('%s importing %s', (importer, specifier, why) => {
    expect(verdict(importer, specifier)).toContain(why);
  });
});

describe('allows', () => {
  it.each([
    ['apps/web/src/deep/a.ts', '../b.ts'],
    ['apps/web/src/a.ts', '@understudy/codec'],
    ['apps/trainer-cli/src/a.ts', '@understudy/trace/node'],
    ['shared/codec/src/node/a.ts', '../errors.ts'],
    ['tests/x.test.ts', '@understudy/codec/node'],
    ['vite.config.ts', './apps/web/vite-plugins/models-plugin.ts'],
    ['apps/web/src/a.ts', 'react'],
  ])('%s importing %s', (importer, specifier) => {
    expect(verdict(importer, specifier)).toBeUndefined();
  });
});

describe('the linter as configured', () => {
  const eslint = new ESLint({ cwd: root, overrideConfigFile: join(root, 'eslint.config.js') });
  /** @param {string} text @param {string} path an existing file, whose place in the house counts */
  const ruleIds = async (text, path) => {
    const [result] = await eslint.lintText(text, { filePath: join(root, path) });
    return result?.messages.map(({ ruleId }) => ruleId);
  };

  it('refuses a forbidden import in every form of importing', async () => {
    const deep = `'@understudy/codec/src/errors.ts'`;
    const text = `import x from ${deep};\nexport { y } from ${deep};\nexport * from ${deep};\nexport const z = [x, import(${deep})];\n`;
    const rules = await ruleIds(text, 'tools/bench.mjs');
    expect(rules?.filter((rule) => rule === 'house/room-imports')).toHaveLength(4);
  });

  it('refuses Node parts where the browser runs too', async () => {
    const text = `import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n`;
    expect(await ruleIds(text, 'shared/codec/src/index.ts')).toContain('no-restricted-imports');
    expect(await ruleIds(text, 'shared/codec/src/node/index.ts')).not.toContain('no-restricted-imports');
  });

  it('refuses any', async () => {
    expect(await ruleIds('export const x: any = 1;\n', 'shared/codec/src/index.ts')).toContain(
      '@typescript-eslint/no-explicit-any',
    );
  });
});
