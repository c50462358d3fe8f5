/** Finding students on disk. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findModels, loadNodeStudent, studentById } from './models.ts';

const tiny = fileURLToPath(new URL('../../../../tests/models/tiny-swift', import.meta.url));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-'));
  for (const name of ['swift-10', 'swift-2']) await cp(tiny, join(folder, name), { recursive: true });
  await cp(join(tiny, 'card.json'), join(folder, 'records', 'card.json'));
});
afterAll(async () => rm(folder, { recursive: true }));

describe('models', () => {
  it('are folders with a student, in order of their numbers', async () => {
    expect((await findModels([folder, join(folder, 'nowhere')])).map(({ name }) => name)).toEqual([
      'swift-2',
      'swift-10',
    ]);
  });

  it('are loaded by name, by path and by id, with their vectors', async () => {
    const student = await loadNodeStudent('swift-2', [folder]);
    expect(student.parity).toBeDefined();
    expect((await loadNodeStudent(tiny, [])).id).toBe(student.id);
    expect((await studentById(student.id, [folder])).id).toBe(student.id);
    expect((await studentById(student.id.slice(0, 16), [folder])).id).toBe(student.id);
  });

  it('that are missing are named', async () => {
    await expect(loadNodeStudent('swift-3', [folder])).rejects.toThrow(/no model swift-3.*swift-2, swift-10/);
    await expect(studentById('ab'.repeat(8), [folder])).rejects.toMatchObject({ code: 'UST_MODEL_UNKNOWN' });
  });
});
