/**
 * Which engine runs a student: pure functions from what the machine has, what was measured and what is to be done, so that they can be
 * tested as a table. The choice never changes a byte of an archive, only the speed.
 */
import { EngineError } from '../errors.ts';
import { engineNames, type EngineName } from './engine.ts';

export interface EngineCapabilities {
  /** `fallback`: the adapter computes on the CPU, slower than WASM does; `none`: no adapter, or no WebGPU at all. */
  readonly webgpu: 'hardware' | 'fallback' | 'none';
}

/** What is to be done, as far as it is known. */
export interface EngineWork {
  /** Lanes that can be under way at the same time: of a block, times the blocks in flight. */
  readonly lanes: number;
  /** Bytes in all. */
  readonly bytes?: number;
  /** `student` where missing. */
  readonly method?: string;
}

/** Measured by benchmark.ts, of an engine that has passed its parity vectors. */
export interface EngineSpeed {
  readonly engine: EngineName;
  /** With all threads or lanes that the work allows. */
  readonly bytesPerSecond: number;
}

export interface EngineChoice {
  readonly engine: EngineName;
  /** One sentence for people. */
  readonly reason: string;
}

/** A lane is a chain of steps, and a step on a GPU takes tens of microseconds however few lanes there are. */
const fewestGpuLanes = 64;
/** Below, a device's start and its shaders' compilation take longer than the work. */
const fewestGpuBytes = 1 << 20;
/** A GPU must be faster by so much: its speed was measured for a moment only, and others draw with it. */
const margin = 1.2;

const needAdapter: readonly EngineName[] = ['webgpu', 'ort-webgpu'];

/**
 * Engines that are worth measuring, the CPU's first; one means that there is nothing to measure. ONNX Runtime's engines are for those
 * who ask for them: `simd` and `webgpu` do the same work faster on every machine.
 */
export function candidateEngines(capabilities: EngineCapabilities, work?: EngineWork): EngineChoice[] {
  const cpu = (reason: string): EngineChoice[] => [{ engine: 'simd', reason }];
  if (capabilities.webgpu === 'none') return cpu('There is no WebGPU adapter, so the CPU does it.');
  if (capabilities.webgpu === 'fallback')
    return cpu('The WebGPU adapter is only emulated, so the CPU is faster.');
  if (work !== undefined && work.lanes < fewestGpuLanes) {
    const lanes = work.lanes === 1 ? 'One lane belongs' : `As few as ${work.lanes} lanes belong`;
    return cpu(`${lanes} on the CPU.`);
  }
  if (work?.bytes !== undefined && work.bytes < fewestGpuBytes)
    return cpu('It is done sooner on the CPU than a GPU is ready.');
  return [...cpu('The CPU does it.'), { engine: 'webgpu', reason: 'There is a WebGPU adapter.' }];
}

/**
 * The engine for this work.
 * @param wanted an engine's name insists, whatever is slower
 * @param speeds of candidates; those that are missing failed, or were not measured
 * @throws EngineError where `wanted` names an engine that cannot run here
 */
export function chooseEngine(
  capabilities: EngineCapabilities,
  wanted: EngineName | 'auto' = 'auto',
  work?: EngineWork,
  speeds: readonly EngineSpeed[] = [],
): EngineChoice {
  if (wanted !== 'auto') {
    requireEngine(capabilities, wanted);
    return { engine: wanted, reason: 'It was asked for.' };
  }
  const candidates = candidateEngines(capabilities, work);
  const last = candidates[candidates.length - 1] as EngineChoice;
  if (candidates.length === 1 || speeds.length === 0) return last;
  const speedOf = (name: EngineName): number =>
    speeds.find(({ engine }) => engine === name)?.bytesPerSecond ?? 0;
  const cpu = speedOf('simd');
  const gpu = speedOf('webgpu');
  if (gpu === 0) return { engine: 'simd', reason: 'The GPU cannot run this model here, so the CPU does it.' };
  const figures = `${inMegabytes(gpu)} MB/s, the CPU ${inMegabytes(cpu)}`;
  return gpu >= margin * cpu
    ? { engine: 'webgpu', reason: `The GPU does ${figures}.` }
    : { engine: 'simd', reason: `The CPU is about as fast or faster: the GPU does ${figures}.` };
}

function inMegabytes(bytesPerSecond: number): string {
  return (bytesPerSecond / 1e6).toPrecision(2);
}

function requireEngine(capabilities: EngineCapabilities, wanted: EngineName): void {
  if (!engineNames.includes(wanted)) {
    throw new EngineError({
      engine: wanted,
      problem: `is not known; engines are ${engineNames.join(', ')}`,
    });
  }
  if (needAdapter.includes(wanted) && capabilities.webgpu === 'none') {
    throw new EngineError({
      engine: wanted,
      problem: 'there is no WebGPU adapter here; choose simd or auto',
    });
  }
}
