import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { modelFolders } from './models-plugin.ts';

function repository(...students: string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'understudy-models-'));
  for (const student of students) {
    mkdirSync(join(root, student), { recursive: true });
    writeFileSync(join(root, student, 'student.onnx'), 'x');
  }
  return root;
}

describe('which models the page is built with', () => {
  beforeEach(() => vi.stubEnv('UNDERSTUDY_MODELS', ''));
  afterEach(() => vi.unstubAllEnvs());

  it('takes the released ones, the small ones in tests, and the small ones while none is released', () => {
    const released = repository('models/swift-1', 'tests/models/tiny-swift');
    expect(modelFolders(released, 'production')).toEqual([join(released, 'models')]);
    expect(modelFolders(released, 'test')).toEqual([join(released, 'tests/models')]);
    const none = repository('tests/models/tiny-swift');
    expect(modelFolders(none, 'production')).toEqual([join(none, 'tests/models')]);
  });

  it('puts the folder that UNDERSTUDY_MODELS names before the released ones', () => {
    vi.stubEnv('UNDERSTUDY_MODELS', 'mine');
    const root = repository('models/swift-1');
    expect(modelFolders(root, 'production')).toEqual([join(root, 'mine'), join(root, 'models')]);
  });
});
