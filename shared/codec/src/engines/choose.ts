/**
 * Which engine runs a student: a pure function from what the machine has, so that it can be tested as a table. The choice
 * never changes a byte of an archive, only the speed.
 */
import { EngineError } from '../errors.ts';
import { engineNames, type EngineName } from './engine.ts';

export interface EngineCapabilities {
  /** `fallback`: the adapter computes on the CPU, slower than WASM does; `none`: no adapter, or no WebGPU at all. */
  readonly webgpu: 'hardware' | 'fallback' | 'none';
}

export interface EngineChoice {
  readonly engine: EngineName;
  /** One sentence for people. */
  readonly reason: string;
}

/** @throws EngineError where `wanted` names an engine that cannot run here */
export function chooseEngine(
  capabilities: EngineCapabilities,
  wanted: EngineName | 'auto' = 'auto',
): EngineChoice {
  if (wanted !== 'auto') {
    if (!engineNames.includes(wanted)) {
      throw new EngineError({
        engine: wanted,
        problem: `is not known; engines are ${engineNames.join(', ')}`,
      });
    }
    if (wanted === 'ort-webgpu' && capabilities.webgpu === 'none') {
      throw new EngineError({
        engine: wanted,
        problem: 'there is no WebGPU adapter here; choose ort-wasm or auto',
      });
    }
    return { engine: wanted, reason: 'It was asked for.' };
  }
  switch (capabilities.webgpu) {
    case 'hardware':
      return { engine: 'ort-webgpu', reason: 'There is a WebGPU adapter.' };
    case 'fallback':
      return { engine: 'ort-wasm', reason: 'The WebGPU adapter is only emulated, so WebAssembly is faster.' };
    case 'none':
      return { engine: 'ort-wasm', reason: 'There is no WebGPU adapter, so WebAssembly does it.' };
  }
}
