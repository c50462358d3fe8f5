import { describe, expect, it } from 'vitest';
import { downloadBytes, levelsOf, memoryBytes, modelById, modelFor, type ModelIndexEntry } from './modelIndex.ts';

const entry = (name: string, id: string, architecture = name.split('-')[0] ?? ''): ModelIndexEntry => ({
  name,
  id,
  architecture,
  studentBytes: 10,
  parityBytes: 5,
});
const index = { models: [entry('deep-1', 'ab01'), entry('swift-1', 'cd02'), entry('swift-2', 'ef03')] };

describe('model index', () => {
  it('compresses with the newest swift student, by number', () => {
    const later = { models: [...index.models, entry('swift-10', 'aa'), entry('tiny-swift', 'bb')] };
    expect(modelFor(later, 'balanced')?.name).toBe('swift-10');
    expect(modelFor(index, 'fast')?.name).toBe('swift-2');
    expect(modelFor({ models: [entry('transformer32-1', 'aa')] }, 'best')?.name).toBe('transformer32-1');
    // Where none is released under such a name, one of the same kind.
    const tiny = [entry('tiny-deep', 'a', 'deep'), entry('tiny-swift', 'b', 'swift')];
    expect(modelFor({ models: tiny }, 'balanced')?.name).toBe('tiny-swift');
    expect(modelFor({ ...later, preferred: 'tiny-swift' }, 'balanced')?.name).toBe('tiny-swift');
    expect(modelFor({ models: [] }, 'balanced')).toBeUndefined();
  });

  it('uses the chosen student where the level can, and never one of the visitor’s own unasked', () => {
    const own: ModelIndexEntry = { ...entry('swift-99', 'dd'), own: true };
    const withOwn = { models: [...index.models, own] };
    expect(modelFor(withOwn, 'balanced')?.name).toBe('swift-2');
    expect(modelFor(withOwn, 'balanced', 'swift-99')?.name).toBe('swift-99');
    expect(modelFor(withOwn, 'deep', 'swift-99')?.name).toBe('deep-1');
    expect(modelFor(withOwn, 'balanced', 'gone')?.name).toBe('swift-2');
  });

  it('offers a level that needs an architecture only where there is a student of it', () => {
    expect(levelsOf(index)).toContain('deep');
    const without = { models: [entry('swift-1', 'cd')] };
    expect(levelsOf(without)).not.toContain('deep');
    expect(levelsOf(without)).toContain('balanced');
    expect(modelFor(without, 'deep')).toBeUndefined();
  });

  it('finds the student of an archive by the start of its id', () => {
    expect(modelById(index, 'CD')?.name).toBe('swift-1');
    expect(modelById(index, '99')).toBeUndefined();
  });

  it('counts the parity vectors into the download', () => {
    expect(downloadBytes(entry('swift-1', 'cd'))).toBe(15);
  });

  it('tells the memory that archives of a level declare', () => {
    expect(memoryBytes('balanced')).toBe(160 * 1024 * 1024);
    expect(memoryBytes('teacher')).toBe(640 * 1024 * 1024);
  });
});
