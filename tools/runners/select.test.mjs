import { expect, it } from 'vitest';
import { selectRunners } from './select.mjs';

const runners = ['tsc', 'eslint', 'vitest', 'pytest'].map((name) => ({ name }));
/** @param {string | undefined} only */
const select = (only) => selectRunners(runners, only, { check: ['tsc', 'eslint'] }).map(({ name }) => name);

it('takes all, some, or a group, in the order they run', () => {
  expect(select(undefined)).toEqual(['tsc', 'eslint', 'vitest', 'pytest']);
  expect(select('pytest, tsc')).toEqual(['tsc', 'pytest']);
  expect(select('check,vitest')).toEqual(['tsc', 'eslint', 'vitest']);
});

it('refuses a name it does not know, and no name at all', () => {
  expect(() => select('jest')).toThrow("no runner is called 'jest'; there are check, tsc");
  expect(() => select('')).toThrow('no runner is called');
});
