import { expect, it } from 'vitest';
import { examinationsReducer, isExamining } from './examinations.ts';

it('follows a student over the engines, and forgets what was stopped', () => {
  let state = examinationsReducer({}, { type: 'start', id: 'a' });
  expect(isExamining(state.a)).toBe(true);
  const error = { code: 'UST_ENGINE', message: 'none' };
  for (const engine of ['simd', 'webgpu', 'ort-wasm', 'ort-webgpu'] as const) {
    expect(isExamining(state.a)).toBe(true);
    state = examinationsReducer(state, { type: 'engine', id: 'a', engine, state: { is: 'failed', error } });
  }
  expect(isExamining(state.a)).toBe(false);
  state = examinationsReducer(state, { type: 'start', id: 'b' });
  expect(isExamining(state.b)).toBe(true);
  state = examinationsReducer(state, { type: 'drop', id: 'b' });
  expect(state.b).toBeUndefined();
  // A late word of what was dropped.
  expect(examinationsReducer(state, { type: 'engine', id: 'b', engine: 'simd', state: { is: 'waiting' } })).toBe(state);
});
