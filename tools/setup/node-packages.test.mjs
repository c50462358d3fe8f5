import { expect, it } from 'vitest';
import { isNodeNewEnough, packageDifferences } from './node-packages.mjs';

const wanted = {
  packages: {
    '': { version: '0.1.0' },
    'apps/web': { version: '0.1.0' },
    'node_modules/@understudy/web': { link: true },
    'node_modules/vite': { version: '8.3.8' },
    'node_modules/vite/node_modules/esbuild': { version: '0.25.0' },
    'node_modules/for-another-system': { version: '1.0.0', optional: true },
  },
};
const installed = () => {
  const {
    '': _root,
    'node_modules/for-another-system': _optional,
    ...packages
  } = structuredClone(wanted.packages);
  return { packages };
};

it('is content with what the lock file says, less the packages of other systems', () => {
  expect(packageDifferences(wanted, installed())).toEqual([]);
});

it('names packages that are missing or of another version', () => {
  const found = installed();
  found.packages['node_modules/vite'].version = '8.3.7';
  const { 'node_modules/@understudy/web': _gone, ...packages } = found.packages;
  expect(packageDifferences(wanted, { packages })).toEqual(['@understudy/web', 'vite']);
});

it('knows which Node is new enough', () => {
  expect(['18.20.4', '20.18.3'].map(isNodeNewEnough)).toEqual([false, false]);
  expect(['20.19.0', '20.20.2', '22.1.0'].map(isNodeNewEnough)).toEqual([true, true, true]);
});
