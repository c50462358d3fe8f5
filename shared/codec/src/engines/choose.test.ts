/** The choice of an engine as a table. */
import { describe, expect, it } from 'vitest';
import {
  candidateEngines,
  chooseEngine,
  type EngineCapabilities,
  type EngineSpeed,
  type EngineWork,
} from './choose.ts';
import type { EngineName } from './engine.ts';
import { capabilitiesOf } from './gpu-device.ts';

const speeds = (simd: number, webgpu?: number): EngineSpeed[] => [
  { engine: 'simd', bytesPerSecond: simd },
  ...(webgpu === undefined ? [] : [{ engine: 'webgpu' as const, bytesPerSecond: webgpu }]),
];
const large: EngineWork = { lanes: 4096, bytes: 32e6 };

type Row = [
  webgpu: EngineCapabilities['webgpu'],
  wanted: EngineName | 'auto',
  work: EngineWork | undefined,
  speeds: EngineSpeed[],
  engine: EngineName,
  reason: RegExp,
];
const rows: Row[] = [
  ['none', 'auto', large, [], 'simd', /no WebGPU adapter/],
  ['none', 'auto', undefined, [], 'simd', /no WebGPU adapter/],
  ['none', 'simd', large, [], 'simd', /asked for/],
  ['none', 'ort-wasm', large, [], 'ort-wasm', /asked for/],
  ['fallback', 'auto', large, [], 'simd', /emulated/],
  ['fallback', 'auto', large, speeds(1e5, 1e9), 'simd', /emulated/],
  ['fallback', 'webgpu', large, [], 'webgpu', /asked for/],
  ['fallback', 'ort-webgpu', large, [], 'ort-webgpu', /asked for/],
  ['hardware', 'auto', undefined, [], 'webgpu', /adapter/],
  ['hardware', 'auto', large, [], 'webgpu', /adapter/],
  ['hardware', 'auto', large, speeds(1e6, 12e6), 'webgpu', /GPU does 12 MB\/s, the CPU 1\.0/],
  ['hardware', 'auto', large, speeds(1e6, 1.3e6), 'webgpu', /1\.3 MB/],
  ['hardware', 'auto', large, speeds(1e6, 1.1e6), 'simd', /about as fast/],
  ['hardware', 'auto', large, speeds(5e6, 1e5), 'simd', /0\.10 MB/],
  ['hardware', 'auto', large, speeds(1e6), 'simd', /cannot run this model/],
  ['hardware', 'auto', { lanes: 1, bytes: 64e6 }, speeds(1, 1e9), 'simd', /^One lane belongs on the CPU\.$/],
  ['hardware', 'auto', { lanes: 4 }, [], 'simd', /4 lanes belong on the CPU/],
  ['hardware', 'auto', { lanes: 512, bytes: 5000 }, [], 'simd', /sooner on the CPU/],
  ['hardware', 'simd', large, speeds(1e6, 12e6), 'simd', /asked for/],
  ['hardware', 'webgpu', { lanes: 1, bytes: 10 }, [], 'webgpu', /asked for/],
];

describe('the engine', () => {
  it.each(rows)(
    'with WebGPU %s, wanted %s, work %j and speeds %j is %s',
    (webgpu, wanted, work, measured, engine, reason) => {
      const choice = chooseEngine({ webgpu }, wanted, work, measured);
      expect(choice.engine).toBe(engine);
      expect(choice.reason).toMatch(/^[A-Z].*\.$/);
      expect(choice.reason).toMatch(reason);
    },
  );

  it('is measured only where there is a choice', () => {
    const names = (webgpu: EngineCapabilities['webgpu'], work?: EngineWork): EngineName[] =>
      candidateEngines({ webgpu }, work).map(({ engine }) => engine);
    expect(names('hardware', large)).toEqual(['simd', 'webgpu']);
    expect(names('hardware')).toEqual(['simd', 'webgpu']);
    expect(names('hardware', { lanes: 63 })).toEqual(['simd']);
    expect(names('fallback', large)).toEqual(['simd']);
    expect(names('none', large)).toEqual(['simd']);
  });

  it('cannot be WebGPU where there is none, nor one that does not exist', () => {
    const refusal: unknown = expect.objectContaining({ code: 'UST_ENGINE' });
    for (const wanted of ['webgpu', 'ort-webgpu'] as const)
      expect(() => chooseEngine({ webgpu: 'none' }, wanted)).toThrow(refusal);
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
