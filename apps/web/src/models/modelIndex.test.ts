import { describe, expect, it } from 'vitest';
import { defaultModel, downloadBytes, modelById, type ModelIndexEntry } from './modelIndex.ts';

const entry = (name: string, id: string): ModelIndexEntry => ({ name, id, studentBytes: 10, parityBytes: 5 });
const index = { models: [entry('deep-1', 'ab01'), entry('swift-1', 'cd02'), entry('swift-2', 'ef03')] };

describe('model index', () => {
  it('compresses with the newest swift student, by number', () => {
    const later = { models: [...index.models, entry('swift-10', 'aa'), entry('tiny-swift', 'bb')] };
    expect(defaultModel(later)?.name).toBe('swift-10');
    expect(defaultModel(index)?.name).toBe('swift-2');
    expect(defaultModel({ models: [entry('transformer32-1', 'aa')] })?.name).toBe('transformer32-1');
    expect(defaultModel({ ...later, preferred: 'tiny-swift' })?.name).toBe('tiny-swift');
    expect(defaultModel({ models: [] })).toBeUndefined();
  });

  it('finds the student of an archive by the start of its id', () => {
    expect(modelById(index, 'CD')?.name).toBe('swift-1');
    expect(modelById(index, '99')).toBeUndefined();
  });

  it('counts the parity vectors into the download', () => {
    expect(downloadBytes(entry('swift-1', 'cd'))).toBe(15);
  });
});
