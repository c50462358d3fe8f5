import { describe, expect, it } from 'vitest';
import { levelRules, ruleOf } from './level.ts';
import { releasedFor } from './released.ts';

const released = ['swift-1', 'deep-1', 'swift-10', 'swift-9', 'deep-2', 'records', 'tiny-swift', 'swift-0'];

describe('the released student of a level', () => {
  it.each([
    ['fast', 'swift-10'],
    ['balanced', 'swift-10'],
    ['deep', 'deep-2'],
    ['best', 'deep-2'],
    ['teacher', 'deep-2'],
  ] as const)('%s takes %s, by family and number', (level, name) => {
    expect(releasedFor(ruleOf(level), released)).toBe(name);
  });

  it('falls back to a swift student where there is no deep one, but for the level that is made of it', () => {
    const names = ['swift-2', 'swift-1'];
    expect(releasedFor(ruleOf('best'), names)).toBe('swift-2');
    expect(releasedFor(ruleOf('teacher'), names)).toBe('swift-2');
    expect(releasedFor(ruleOf('deep'), names)).toBeUndefined();
  });

  it('never takes what is no release', () => {
    for (const rule of levelRules)
      expect(
        releasedFor(rule, ['records', 'tiny-swift', 'swift-x', 'my-swift-3', 'swift-3b']),
      ).toBeUndefined();
  });
});
