import { describe, expect, it } from 'vitest';
import { styleFor, wantsColor } from './style.ts';

describe('colour', () => {
  it.each([
    ['auto', true, {}, true],
    ['auto', false, {}, false],
    ['auto', true, { NO_COLOR: '1' }, false],
    ['auto', true, { NO_COLOR: '' }, true],
    ['auto', true, { TERM: 'dumb' }, false],
    ['always', false, { NO_COLOR: '1' }, true],
    ['never', true, {}, false],
  ] as const)('--color=%s, terminal %s, %j: %s', (when, isTerminal, environment, expected) => {
    expect(wantsColor(when, isTerminal, environment)).toBe(expected);
  });

  it('is absent from plain text', () => {
    expect(styleFor(false).error('understudy:')).toBe('understudy:');
    expect(styleFor(true).error('understudy:')).toContain('\u001b[');
  });
});
