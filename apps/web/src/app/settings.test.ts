import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

describe('settings', () => {
  it('lets the address pin engine and level over the remembered ones', () => {
    const stored = JSON.stringify({ engine: 'ort-webgpu', theme: 'dark', level: 'best', model: 'own' });
    expect(readSettings(stored, '?engine=simd&level=fast')).toEqual({
      engine: 'simd',
      theme: 'dark',
      level: 'fast',
      model: 'own',
    });
    expect(readSettings(stored, '')).toEqual({
      engine: 'ort-webgpu',
      theme: 'dark',
      level: 'best',
      model: 'own',
    });
  });

  it('falls back to defaults on damaged or unknown values', () => {
    for (const stored of [
      null,
      '{',
      '[]',
      'null',
      '{"engine":"cuda","theme":7,"level":"deepest","model":1}',
    ]) {
      expect(readSettings(stored, '?engine=quantum&level=11')).toEqual({
        engine: 'auto',
        theme: 'system',
        level: 'balanced',
        model: '',
      });
    }
  });
});
