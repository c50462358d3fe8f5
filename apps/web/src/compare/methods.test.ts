import { describe, expect, it } from 'vitest';
import { methodsFor, type Surroundings } from './methods.ts';

const here: Surroundings = {
  levels: ['fast', 'balanced'],
  webgpu: 'none',
  withOrt: false,
  bytes: 1000,
};
const ids = (change: Partial<Surroundings>): string[] =>
  methodsFor({ ...here, ...change }).map(({ id }) => id);

describe('what a file is compared with', () => {
  it('takes every rival, every level that is here, and the teacher for small files only', () => {
    expect(ids({})).toEqual(['gzip', 'zstd', 'brotli', 'bzip2', 'xz', 'fast', 'balanced', 'the-teacher']);
    expect(ids({ bytes: 100_000 })).not.toContain('the-teacher');
    expect(ids({ bytes: 0 })).not.toContain('the-teacher');
  });

  it('takes each engine that is here, and emulated ones only for what they can do in seconds', () => {
    expect(ids({ webgpu: 'hardware', bytes: 900_000 })).toContain('fast-webgpu');
    expect(ids({ webgpu: 'fallback' })).toContain('fast-webgpu');
    expect(ids({ webgpu: 'fallback', bytes: 900_000 })).not.toContain('fast-webgpu');
    expect(ids({ withOrt: true })).toContain('fast-ort-wasm');
    expect(ids({ withOrt: true })).not.toContain('fast-ort-webgpu');
    expect(ids({ withOrt: true, webgpu: 'hardware' })).toContain('fast-ort-webgpu');
  });

  it('gives each method an id of its own', () => {
    const all = ids({ withOrt: true, webgpu: 'hardware' });
    expect(new Set(all).size).toBe(all.length);
  });
});
