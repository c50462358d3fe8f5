import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

describe('settings', () => {
  it('lets the address pin the engine over the remembered one', () => {
    const stored = JSON.stringify({ engine: 'ort-webgpu', theme: 'dark' });
    expect(readSettings(stored, '?engine=ort-wasm')).toEqual({ engine: 'ort-wasm', theme: 'dark' });
    expect(readSettings(stored, '')).toEqual({ engine: 'ort-webgpu', theme: 'dark' });
  });

  it('falls back to defaults on damaged or unknown values', () => {
    for (const stored of [null, '{', '[]', 'null', '{"engine":"cuda","theme":7}']) {
      expect(readSettings(stored, '?engine=quantum')).toEqual({ engine: 'auto', theme: 'system' });
    }
  });
});
