import { expect, it } from 'vitest';
import { enoughRuns } from './repeats.ts';

it('repeats what is quick, and runs once what is slow', () => {
  expect(enoughRuns(1, 0.001)).toBe(false);
  expect(enoughRuns(3, 0.003)).toBe(false);
  expect(enoughRuns(15, 0.015)).toBe(true);
  expect(enoughRuns(3, 0.4)).toBe(true);
  expect(enoughRuns(2, 1)).toBe(false);
  expect(enoughRuns(1, 3.5)).toBe(true);
});
