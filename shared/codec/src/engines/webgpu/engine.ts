/**
 * The engine `webgpu`: a student on kernels of our own. Besides steps for parity checks and for methods that WebAssembly codes, it
 * codes whole blocks of the method `student` on the GPU, many of them at once.
 */
import type { LaneCoder } from '../../coder/lane-coder.ts';
import { inputsPerLane } from '../../student/metadata.ts';
import { planOf, type Student } from '../../student/student.ts';
import type { SegmentCoder, StudentEngine } from '../engine.ts';
import type { GpuDevice } from '../gpu-device.ts';
import { Gpu, GpuProgram, type ModelBuffers } from './gpu-program.ts';
import { BlendCoder, fewestBlendLanes } from './blend-coder.ts';
import { blendShape } from './blend-kernel.ts';
import { blendConstants, shaderTableWords } from './blend-tables.ts';
import { chooseShape, sharedConstants, stepKernel, studentKernel } from './kernels.ts';
import { SegmentQueue } from './segment-queue.ts';
import type { OnPart, StudentBlock, StudentPayload } from './runs.ts';
import { StudentCoder } from './student-coder.ts';
import { GpuStepper, type PipelinedStepper } from './stepper.ts';
import type { KernelShape } from './wgsl-access.ts';
import type { Direction } from './wgsl-coding.ts';

export interface WebgpuOptions {
  /** False leaves out dot4I8Packed where the device has it: same integers, for tests. */
  readonly packedDot?: boolean;
  /** Most lanes and invocations of a workgroup: 16 and 256 by default, fewer on software adapters. */
  readonly lanes?: number;
  readonly invocations?: number;
  /** Gives the tables that the method `blend` needs; without it, that method is not coded on the GPU. */
  readonly coder?: LaneCoder;
  /** Milliseconds that one dispatch should take; browsers end devices whose work takes seconds. */
  readonly dispatchMilliseconds?: number;
}

const usualDispatchMilliseconds = 10;
/** Of the method `student`: fills a large GPU several times over; a small one takes them in turns. */
const lanesInFlight = 4096;
/** Lanes share a workgroup and its reads of weights; with more, fewer workgroups would be left to fill a GPU. */
const hardwareShape = { lanes: 16, invocations: 256 };
/** Where invocations are loops on a CPU, each barrier costs what all of them have to store. */
const softwareShape = { lanes: 4, invocations: 16 };

/** @throws EngineError where the device fails or the model has what the kernels cannot do */
export async function openWebgpuEngine(
  gpu: GpuDevice,
  student: Student,
  options: WebgpuOptions = {},
): Promise<WebgpuEngine> {
  const { metadata } = student;
  const plan = planOf(student);
  const runtime = new Gpu(gpu);
  const { maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX } =
    gpu.device.limits;
  const usual = gpu.software ? softwareShape : hardwareShape;
  const shape = chooseShape(plan, metadata.front, {
    lanes: options.lanes ?? usual.lanes,
    workgroupStorageBytes: maxComputeWorkgroupStorageSize,
    invocations: Math.min(
      options.invocations ?? usual.invocations,
      maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX,
    ),
    packedDot: gpu.packedDot && (options.packedDot ?? true),
  });
  const { network, ...source } = stepKernel(plan, metadata.front, shape);
  const program = await GpuProgram.compile(runtime, { ...source, network });
  const tables = options.coder?.shaderTables(shaderTableWords);
  const constants = sharedConstants(
    network,
    tables === undefined ? new Uint32Array() : blendConstants(tables),
  );
  const model = await runtime.make('storing the model', () =>
    modelBuffers(runtime, network.weights, constants),
  );
  const forBlend =
    tables === undefined
      ? undefined
      : blendShape(plan, metadata.front, shape, maxComputeWorkgroupStorageSize);
  return new WebgpuEngine(runtime, student, shape, forBlend, program, model, options);
}

/** All shaders of a plan have the same constants at the same places. */
function modelBuffers(gpu: Gpu, weights: Uint32Array, constants: Uint32Array): ModelBuffers {
  const buffers = {
    weights: gpu.storage('weights', weights.length),
    constants: gpu.storage('constants', constants.length),
  };
  gpu.write(buffers.weights, weights);
  gpu.write(buffers.constants, constants);
  return buffers;
}

export class WebgpuEngine implements StudentEngine {
  readonly name = 'webgpu';
  readonly student: Student;
  readonly shape: KernelShape;
  private readonly gpu: Gpu;
  private readonly stepProgram: GpuProgram;
  private readonly model: ModelBuffers;
  readonly segments: SegmentCoder;
  readonly blendSegments?: SegmentCoder;
  private readonly coder: StudentCoder;

  constructor(
    gpu: Gpu,
    student: Student,
    shape: KernelShape,
    blend: KernelShape | undefined,
    stepProgram: GpuProgram,
    model: ModelBuffers,
    options: WebgpuOptions,
  ) {
    this.gpu = gpu;
    this.student = student;
    this.shape = shape;
    this.stepProgram = stepProgram;
    this.model = model;
    const { front } = student.metadata;
    const programs = new Map<Direction, Promise<GpuProgram>>();
    const program = (direction: Direction): Promise<GpuProgram> => {
      const known = programs.get(direction);
      if (known !== undefined) return known;
      const compiled = GpuProgram.compile(gpu, studentKernel(planOf(student), front, direction, shape));
      programs.set(direction, compiled);
      return compiled;
    };
    const milliseconds = options.dispatchMilliseconds ?? usualDispatchMilliseconds;
    this.coder = new StudentCoder(gpu, program, model, milliseconds);
    this.segments = new SegmentQueue(this.coder, 1, (lanes) => Math.max(1, Math.ceil(lanesInFlight / lanes)));
    if (blend !== undefined) {
      const blends = new BlendCoder(gpu, planOf(student), front, blend, model, milliseconds);
      this.blendSegments = new SegmentQueue(blends, fewestBlendLanes, () => blends.segmentsAtOnce);
    }
  }

  lanes(count: number): PipelinedStepper {
    const { front, state } = this.student.metadata;
    return new GpuStepper(this.gpu, this.stepProgram, this.model, state, inputsPerLane(front), count);
  }

  /** Payloads of blocks of the method `student`, the same as the coder in WebAssembly makes. @throws EngineError */
  async encodeStudentBlocks(blocks: readonly StudentBlock[], onPart?: OnPart): Promise<Uint8Array[]> {
    return await this.coder.encode(blocks, onPart);
  }

  /** Their original bytes. @throws CorruptError, EngineError */
  async decodeStudentBlocks(payloads: readonly StudentPayload[], onPart?: OnPart): Promise<Uint8Array[]> {
    return await this.coder.decode(payloads, onPart);
  }

  async dispose(): Promise<void> {
    this.model.weights.destroy();
    this.model.constants.destroy();
    await Promise.resolve();
  }
}
