import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Models } from './models.ts';

const tiny = fileURLToPath(new URL('../../../tests/models/', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-models-'));
  cpSync(join(tiny, 'tiny-swift'), join(folder, 'swift-2'), { recursive: true });
  cpSync(join(tiny, 'tiny-swift'), join(folder, 'swift-10'), { recursive: true });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('models of the terminal', () => {
  it('compresses with the newest released student that the level prefers', async () => {
    expect((await new Models(undefined, [folder]).forCompression('balanced')).name).toBe('swift-10');
    expect((await new Models(undefined, [folder]).forCompression('best')).name).toBe('swift-10');
    cpSync(join(tiny, 'tiny-transformer32'), join(folder, 'deep-1'), { recursive: true });
    expect((await new Models(undefined, [folder]).forCompression('best')).name).toBe('deep-1');
    expect((await new Models(undefined, [folder]).forCompression(5)).name).toBe('swift-10');
    rmSync(join(folder, 'deep-1'), { recursive: true });
  });

  it('says what to do where the level has no student', async () => {
    await expect(new Models(undefined, [folder]).forCompression(3)).rejects.toThrow(
      /level deep needs a deep model, and models\/ has none: choose another level/,
    );
    await expect(new Models(undefined, [join(folder, 'none')]).forCompression(5)).rejects.toThrow(
      /there is no swift model in models\/; give a model with -m/,
    );
  });

  it('finds an archive’s student by its id, whatever is newest', async () => {
    const { student } = await new Models('swift-2', [folder]).forCompression();
    const found = await new Models(undefined, [folder]).withId(student.id.slice(0, 16));
    expect(found.student.id).toBe(student.id);
  });
});
