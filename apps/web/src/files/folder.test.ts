import { describe, expect, it } from 'vitest';
import { folderOf } from './folder.ts';

const entry = (path: string, bytes: number): { path: string; file: File } => ({
  path,
  file: new File([new Uint8Array(bytes)], path),
});

describe('folders', () => {
  it('take the name of their first part, the size of all files, and an order by parts', () => {
    const folder = folderOf([entry('docs/b.md', 3), entry('docs/a-b.md', 4), entry('docs/a/z.md', 5)]);
    expect(folder?.name).toBe('docs');
    expect(folder?.size).toBe(12);
    expect(folder?.entries.map(({ path }) => path)).toEqual(['docs/a/z.md', 'docs/a-b.md', 'docs/b.md']);
  });

  it('are none without a file', () => {
    expect(folderOf([])).toBeUndefined();
  });
});
