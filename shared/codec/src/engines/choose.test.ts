/** The choice of an engine as a table. */
import { describe, expect, it } from 'vitest';
import { chooseEngine, type EngineCapabilities } from './choose.ts';
import type { EngineName } from './engine.ts';
import { capabilitiesOf } from './gpu-device.ts';

describe('the engine', () => {
  it.each<[EngineCapabilities['webgpu'], EngineName | 'auto', EngineName]>([
    ['hardware', 'auto', 'ort-webgpu'],
    ['fallback', 'auto', 'ort-wasm'],
    ['none', 'auto', 'ort-wasm'],
    ['hardware', 'ort-wasm', 'ort-wasm'],
    ['hardware', 'ort-webgpu', 'ort-webgpu'],
    ['fallback', 'ort-webgpu', 'ort-webgpu'],
    ['none', 'ort-wasm', 'ort-wasm'],
  ])('with WebGPU %s and wanted %s is %s, with a reason', (webgpu, wanted, engine) => {
    const choice = chooseEngine({ webgpu }, wanted);
    expect(choice.engine).toBe(engine);
    expect(choice.reason).toMatch(/^[A-Z].*\.$/);
  });

  it('cannot be WebGPU where there is none, nor one that does not exist', () => {
    const refusal: unknown = expect.objectContaining({ code: 'UST_ENGINE' });
    expect(() => chooseEngine({ webgpu: 'none' }, 'ort-webgpu')).toThrow(refusal);
    expect(() => chooseEngine({ webgpu: 'hardware' }, 'abacus' as EngineName)).toThrow(refusal);
  });
});

describe('an adapter', () => {
  it.each<[string, unknown, EngineCapabilities['webgpu']]>([
    ['that is missing', null, 'none'],
    ['of a GPU', { info: { vendor: 'nvidia', isFallbackAdapter: false } }, 'hardware'],
    ['that says it is a fallback', { info: { isFallbackAdapter: true } }, 'fallback'],
    ['that says so in the older way', { isFallbackAdapter: true }, 'fallback'],
    ['of SwiftShader', { info: { architecture: 'swiftshader' } }, 'fallback'],
  ])('%s', (_, adapter, webgpu) => {
    expect(capabilitiesOf(adapter as GPUAdapter | null)).toEqual({ webgpu });
  });
});
