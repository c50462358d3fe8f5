/**
 * Runs a student's network alone, one step of all lanes a dispatch, for parity checks and for methods whose coding is WebAssembly's.
 * `submit` and `collect` are the halves of a step: with two steppers, the GPU works on the lanes of one while the CPU codes those of
 * the other. Logits come back through two staging buffers in turn, so that a step can be submitted while the last is being read.
 */
import type { StateEntry } from '../../student/metadata.ts';
import type { LaneStepper } from '../engine.ts';
import { failed, type Gpu, type GpuProgram, type ModelBuffers } from './gpu-program.ts';
import { paramWords } from './kernels.ts';
import type { Packing } from './memory.ts';

const logitWords = 128;
const symbols = 256;

interface StepBuffers {
  readonly state: GPUBuffer;
  readonly inputs: GPUBuffer;
  readonly logits: GPUBuffer;
  readonly params: GPUBuffer;
  readonly memory: GPUBuffer | undefined;
  readonly staging: readonly [GPUBuffer, GPUBuffer];
  readonly group: GPUBindGroup;
}

/** A stepper whose steps can overlap with work on the CPU. */
export interface PipelinedStepper extends LaneStepper {
  /** Begins a step. At most one may be under way. */
  submit(input: Int32Array): void;
  /** Logits of the step begun last; valid until the next `collect`. @throws EngineError */
  collect(): Promise<Float32Array>;
}

export class GpuStepper implements PipelinedStepper {
  readonly lanes: number;
  private readonly gpu: Gpu;
  private readonly program: GpuProgram;
  private readonly model: ModelBuffers;
  private readonly entries: readonly StateEntry[];
  private readonly inputWords: number;
  private readonly logits: Float32Array;
  private buffers: StepBuffers | undefined;
  private turn = 0;
  private pending: Promise<Uint32Array> | undefined;

  constructor(
    gpu: Gpu,
    program: GpuProgram,
    model: ModelBuffers,
    entries: readonly StateEntry[],
    inputsPerLane: number,
    lanes: number,
  ) {
    this.gpu = gpu;
    this.program = program;
    this.model = model;
    this.entries = entries;
    this.inputWords = inputsPerLane * lanes;
    this.lanes = lanes;
    this.logits = new Float32Array(lanes * symbols);
  }

  private get workgroups(): number {
    return Math.ceil(this.lanes / this.program.source.shape.lanes);
  }

  submit(input: Int32Array): void {
    const { gpu } = this;
    const words = this.lanes * logitWords;
    if (this.pending !== undefined) throw new RangeError('a step is under way');
    try {
      const buffers = (this.buffers ??= this.create());
      const staging = buffers.staging[this.turn] as GPUBuffer;
      this.turn ^= 1;
      gpu.write(buffers.inputs, input);
      const encoder = gpu.device.createCommandEncoder();
      this.program.dispatch(encoder, buffers.group, this.workgroups);
      encoder.copyBufferToBuffer(buffers.logits, 0, staging, 0, words * 4);
      gpu.device.queue.submit([encoder.finish()]);
      this.pending = gpu.read(staging, words);
      this.pending.catch(() => undefined); // reported by `collect`
    } catch (error) {
      throw failed('a step failed', error);
    }
  }

  async collect(): Promise<Float32Array> {
    if (this.pending === undefined) throw new RangeError('no step is under way');
    const pairs = await this.pending.finally(() => (this.pending = undefined));
    this.logits.set(new Int16Array(pairs.buffer));
    return this.logits;
  }

  async step(input: Int32Array): Promise<Float32Array> {
    this.submit(input);
    return await this.collect();
  }

  reset(): void {
    const { buffers } = this;
    if (buffers === undefined) return;
    const encoder = this.gpu.device.createCommandEncoder();
    encoder.clearBuffer(buffers.state);
    this.gpu.device.queue.submit([encoder.finish()]);
  }

  async state(): Promise<Int32Array> {
    const { shape, stateWords, network } = this.program.source;
    const width = this.entries.reduce((sum, entry) => sum + entry.width, 0);
    const joined = new Int32Array(this.lanes * width);
    if (this.buffers === undefined || width === 0) return joined;
    const words = await this.gpu.readBuffer(this.buffers.state, this.workgroups * stateWords);
    let column = 0;
    let first = 0;
    this.entries.forEach((entry, e) => {
      const region = network.memory.states[e];
      const packing = network.memory.packing[region?.buffer ?? 0] ?? 1;
      for (let lane = 0; lane < this.lanes; lane++) {
        const group = Math.floor(lane / shape.lanes) * stateWords;
        for (let i = 0; i < entry.width; i++) {
          const place = (first + Math.floor(i / packing)) * shape.lanes + (lane % shape.lanes);
          joined[lane * width + column + i] = unpacked(words[group + place] ?? 0, packing, i % packing);
        }
      }
      column += entry.width;
      first += region?.words ?? 0;
    });
    return joined;
  }

  dispose(): void {
    const { buffers } = this;
    if (buffers === undefined) return;
    this.buffers = undefined;
    const { state, inputs, logits, params, memory, staging } = buffers;
    for (const buffer of [state, inputs, logits, params, ...staging]) buffer.destroy();
    memory?.destroy();
  }

  private create(): StepBuffers {
    const { gpu, program, lanes } = this;
    const { stateWords, memoryWords } = program.source;
    const groups = this.workgroups;
    const state = gpu.storage('state', groups * stateWords);
    const inputs = gpu.storage('inputs', this.inputWords);
    const logits = gpu.storage('logits', lanes * logitWords);
    const params = gpu.uniform(paramWords);
    const memory = memoryWords > 0 ? gpu.storage('memory', groups * memoryWords) : undefined;
    gpu.write(params, Uint32Array.of(0, 1, lanes, 0));
    const group = program.bind({
      ...this.model,
      state,
      params,
      bytes: inputs,
      streams: logits,
      ...(memory && { memory }),
    });
    const staging = [gpu.staging(lanes * logitWords), gpu.staging(lanes * logitWords)] as const;
    return { state, inputs, logits, params, memory, staging, group };
  }
}

function unpacked(word: number, packing: Packing, part: number): number {
  const bits = 32 / packing;
  return (word << (32 - bits * (part + 1))) >> (32 - bits);
}
