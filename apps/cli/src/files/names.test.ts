import { describe, expect, it } from 'vitest';
import { archiveNameFor, inFolder, originalNameFor } from './names.ts';

describe('target names', () => {
  it('add and take off the suffix', () => {
    expect(archiveNameFor('dir/notes.txt')).toBe('dir/notes.txt.ust');
    expect(originalNameFor('dir/notes.txt.ust')).toBe('dir/notes.txt');
    expect(originalNameFor('NOTES.UST')).toBe('NOTES');
  });

  it.each(['notes.txt', '.ust', 'dir/.ust', '...ust', '..ust', 'x/', ''])(
    '“%s” gives no original name',
    (name) => {
      expect(() => originalNameFor(name)).toThrow('give one with -o');
    },
  );

  it('refuse to pack an archive twice by accident', () => {
    expect(() => archiveNameFor('notes.txt.ust')).toThrow('already ends in .ust');
  });

  it('move into a folder by their last part', () => {
    expect(inFolder('out', 'a/b/notes.ust')).toBe('out/notes.ust');
  });
});
