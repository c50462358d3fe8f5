/**
 * A shader on a device: pipeline, the model's constants, and the buffers of one run. All that can go wrong on a GPU (no memory, an
 * invalid shader, a lost device) becomes an EngineError, so that the caller can do the block on another engine.
 */
import { EngineError } from '../../errors.ts';
import type { GpuDevice } from '../gpu-device.ts';
import { bindings, type KernelSource } from './kernels.ts';

const storage = 0x80; // GPUBufferUsage: its object is missing in workers of some hosts and in Node before Dawn's globals are set
const uniform = 0x40;
const copyDst = 0x08;
const copySrc = 0x04;
const mapRead = 0x01;
const computeStage = 0x4;
const mapModeRead = 0x1;

type BindingName = keyof typeof bindings;

export function failed(problem: string, cause?: unknown): EngineError {
  if (cause instanceof EngineError) return cause;
  return new EngineError({ engine: 'webgpu', problem }, cause);
}

/** A device as the engine's parts use it. */
export class Gpu {
  readonly device: GPUDevice;
  readonly packedDot: boolean;
  private readonly lost: Promise<never>;
  private failure: EngineError | undefined;

  constructor({ device, lost, packedDot }: GpuDevice) {
    this.device = device;
    this.packedDot = packedDot;
    this.lost = lost;
    lost.catch((error: unknown) => (this.failure ??= failed('the GPU was lost', error)));
    device.addEventListener('uncapturederror', (event) => {
      event.preventDefault();
      this.failure ??= failed(event.error.message);
    });
  }

  /** Waits for the GPU, or for its loss. @throws EngineError */
  async wait<T>(work: Promise<T>, doing: string): Promise<T> {
    try {
      const result = await Promise.race([work, this.lost]);
      this.check();
      return result;
    } catch (error) {
      throw this.failure ?? failed(`${doing} failed`, error);
    }
  }

  /** @throws EngineError where the device has reported an error since it was opened */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  /**
   * Runs what makes GPU objects, and waits for what the device says to it. Error scopes are a stack, so the action itself may not wait.
   * @throws EngineError
   */
  async make<T>(doing: string, action: () => T): Promise<T> {
    const { device } = this;
    device.pushErrorScope('validation');
    device.pushErrorScope('out-of-memory');
    let made: T | undefined;
    let problem: unknown;
    try {
      made = action();
    } catch (error) {
      problem = error;
    }
    const reports = [device.popErrorScope(), device.popErrorScope()];
    const errors = await this.wait(Promise.all(reports), doing);
    const error = errors.find((report) => report !== null);
    if (error !== undefined) throw failed(`${doing} failed: ${error.message}`);
    if (problem !== undefined) throw failed(`${doing} failed`, problem);
    return made as T;
  }

  storage(label: string, words: number): GPUBuffer {
    const size = Math.max(16, words * 4);
    return this.device.createBuffer({ label, size, usage: storage | copyDst | copySrc });
  }

  uniform(words: number): GPUBuffer {
    return this.device.createBuffer({ label: 'params', size: words * 4, usage: uniform | copyDst });
  }

  staging(words: number): GPUBuffer {
    return this.device.createBuffer({
      label: 'staging',
      size: Math.max(16, words * 4),
      usage: mapRead | copyDst,
    });
  }

  write(buffer: GPUBuffer, words: Uint32Array | Int32Array): void {
    this.device.queue.writeBuffer(buffer, 0, words as Uint32Array<ArrayBuffer>);
  }

  /** Words of a staging buffer, copied; the buffer can be used again. @throws EngineError */
  async read(staging: GPUBuffer, words: number): Promise<Uint32Array> {
    await this.wait(staging.mapAsync(mapModeRead, 0, Math.max(16, words * 4)), 'reading back');
    const copy = new Uint32Array(staging.getMappedRange(0, Math.max(16, words * 4)).slice(0, words * 4));
    staging.unmap();
    return copy;
  }

  /** The first words of a buffer. @throws EngineError */
  async readBuffer(buffer: GPUBuffer, words: number): Promise<Uint32Array> {
    const staging = this.staging(words);
    try {
      const encoder = this.device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, 0, staging, 0, words * 4);
      this.device.queue.submit([encoder.finish()]);
      return await this.read(staging, words);
    } finally {
      staging.destroy();
    }
  }
}

/** The model's integers on a device, the same for all its shaders. */
export interface ModelBuffers {
  readonly weights: GPUBuffer;
  readonly constants: GPUBuffer;
}

/** A compiled shader. */
export class GpuProgram {
  readonly source: KernelSource;
  private readonly gpu: Gpu;
  private readonly pipeline: GPUComputePipeline;
  private readonly layout: GPUBindGroupLayout;
  private readonly used: readonly BindingName[];

  private constructor(
    gpu: Gpu,
    source: KernelSource,
    pipeline: GPUComputePipeline,
    layout: GPUBindGroupLayout,
    used: readonly BindingName[],
  ) {
    this.gpu = gpu;
    this.source = source;
    this.pipeline = pipeline;
    this.layout = layout;
    this.used = used;
  }

  /** @throws EngineError */
  static async compile(gpu: Gpu, source: KernelSource): Promise<GpuProgram> {
    const { device } = gpu;
    const used = (Object.keys(bindings) as BindingName[]).filter(
      (name) => kindOf(source, name) !== undefined,
    );
    const { layout, pipeline } = await gpu.make('compiling a shader', () => {
      const bindGroupLayout = device.createBindGroupLayout({
        entries: used.map((name) => ({
          binding: bindings[name],
          visibility: computeStage,
          buffer: { type: kindOf(source, name) ?? 'uniform' },
        })),
      });
      const compiled = device.createComputePipelineAsync({
        layout: device.createPipelineLayout({ bindGroupLayouts: [bindGroupLayout] }),
        compute: { module: device.createShaderModule({ code: source.wgsl }), entryPoint: 'main' },
      });
      compiled.catch(() => undefined); // waited for below, unless the shader's text was refused already
      return { layout: bindGroupLayout, pipeline: compiled };
    });
    return new GpuProgram(gpu, source, await gpu.wait(pipeline, 'compiling a shader'), layout, used);
  }

  bind(buffers: Readonly<Partial<Record<BindingName, GPUBuffer>>>): GPUBindGroup {
    return this.gpu.device.createBindGroup({
      layout: this.layout,
      entries: this.used.map((name) => {
        const buffer = buffers[name];
        if (buffer === undefined) throw failed(`its shader lacks the buffer ${name}`);
        return { binding: bindings[name], resource: { buffer } };
      }),
    });
  }

  dispatch(encoder: GPUCommandEncoder, group: GPUBindGroup, workgroups: number): void {
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(workgroups);
    pass.end();
  }
}

/** How a shader declares a binding; undefined where it has none. */
function kindOf({ wgsl }: KernelSource, name: BindingName): GPUBufferBindingType | undefined {
  const [, kind] = new RegExp(`@binding\\(${bindings[name]}\\) var<([a-z, _]+)>`).exec(wgsl) ?? [];
  switch (kind) {
    case 'uniform':
      return 'uniform';
    case 'storage, read':
      return 'read-only-storage';
    case 'storage, read_write':
      return 'storage';
    default:
      return undefined;
  }
}
