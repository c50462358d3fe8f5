/**
 * Finds a WebGPU adapter and opens a device of our own, which the provider is given: it outlives sessions, can be shared with
 * other kernels, and its loss is ours to notice.
 */
import { EngineError } from '../errors.ts';
import type { EngineCapabilities } from './choose.ts';
import type { EngineName } from './engine.ts';

/** Limits raised from the guaranteed minimum to what the adapter has: tables of embeddings are large buffers. */
const raisedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBuffersPerShaderStage',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

export interface GpuDevice {
  readonly device: GPUDevice;
  /** WGSL has dot products of four int8 values here. */
  readonly packedDot: boolean;
  /** The adapter computes on the CPU. */
  readonly software: boolean;
  /** Rejects with EngineError when the device is lost, unless by `destroy`. */
  readonly lost: Promise<never>;
  destroy(): void;
}

/** The surroundings' `navigator.gpu`, where there is one. */
export function defaultGpu(): GPU | undefined {
  return (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
}

/** Asks for the adapter once; never throws, a machine without WebGPU is a fact and no error. */
export async function findAdapter(gpu: GPU | null | undefined): Promise<GPUAdapter | null> {
  try {
    return (await gpu?.requestAdapter({ powerPreference: 'high-performance' })) ?? null;
  } catch {
    return null;
  }
}

export function capabilitiesOf(adapter: GPUAdapter | null): EngineCapabilities {
  if (adapter === null) return { webgpu: 'none' };
  const legacy = (adapter as { isFallbackAdapter?: boolean }).isFallbackAdapter ?? false;
  const info = adapter.info as GPUAdapterInfo | undefined;
  const emulated = info?.isFallbackAdapter ?? (legacy || info?.architecture === 'swiftshader');
  return { webgpu: emulated ? 'fallback' : 'hardware' };
}

/**
 * @param engine that wants the device, for the sentences of errors
 * @throws EngineError
 */
export async function openDevice(gpu: GPU, engine: EngineName = 'ort-webgpu'): Promise<GpuDevice> {
  // A new adapter each time: an adapter gives one device only.
  const adapter = await findAdapter(gpu);
  if (adapter === null) throw new EngineError({ engine, problem: 'there is no WebGPU adapter any more' });
  const requiredLimits = Object.fromEntries(raisedLimits.map((name) => [name, adapter.limits[name]]));
  const requiredFeatures = (['subgroups'] as const).filter((name) => adapter.features.has(name));
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({ label: 'understudy', requiredLimits, requiredFeatures });
  } catch (error) {
    throw new EngineError({ engine, problem: 'the WebGPU device cannot be opened' }, error);
  }
  let wanted = false;
  const lost = new Promise<never>((_, reject) => {
    void device.lost.then(({ message }) => {
      if (!wanted)
        reject(
          new EngineError({
            engine,
            problem: `the GPU was lost${message ? ` (${message})` : ''}`,
          }),
        );
    });
  });
  lost.catch(() => undefined); // reported through whoever waits at the time
  // A browser without this set has no such features either.
  const features = gpu.wgslLanguageFeatures as ReadonlySet<string> | undefined;
  return {
    device,
    software: capabilitiesOf(adapter).webgpu === 'fallback',
    packedDot: features?.has('packed_4x8_integer_dot_product') ?? false,
    lost,
    destroy: () => {
      wanted = true;
      device.destroy();
    },
  };
}
