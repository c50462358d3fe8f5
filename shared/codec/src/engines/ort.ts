/**
 * Students on ONNX Runtime Web, on its WASM or its WebGPU provider. State stays what a run returned and becomes the next run's
 * input as it is: in the GPU's memory with WebGPU, in the result's own array with WASM. Input arrays are reused.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { EngineError } from '../errors.ts';
import { inputsPerLane, type StateEntry } from '../student/metadata.ts';
import { inputName } from '../student/proof.ts';
import type { Student } from '../student/student.ts';
import type { EngineName, LaneStepper, OrtModule, StudentEngine } from './engine.ts';
import type { GpuDevice } from './gpu-device.ts';

/** ONNX Runtime's WebAssembly is not re-entrant: runs of all sessions of a codec go through one queue. */
export class RunQueue {
  private last: Promise<unknown> = Promise.resolve();

  run<T>(action: () => Promise<T>): Promise<T> {
    const result = this.last.then(action, action);
    this.last = result.catch(() => undefined);
    return result;
  }
}

/** Opens a student on the WASM provider, or on WebGPU where a device is given. @throws EngineError */
export async function openOrtEngine(
  ort: OrtModule,
  queue: RunQueue,
  student: Student,
  gpu?: GpuDevice,
): Promise<StudentEngine> {
  const name: EngineName = gpu === undefined ? 'ort-wasm' : 'ort-webgpu';
  const nextState = student.metadata.state.map((entry) => [`next_${entry.name}`, 'gpu-buffer'] as const);
  const options: InferenceSession.SessionOptions =
    gpu === undefined
      ? { executionProviders: ['wasm'] }
      : {
          executionProviders: [{ name: 'webgpu', device: gpu.device }],
          preferredOutputLocation: Object.fromEntries([['logits', 'cpu'] as const, ...nextState]),
        };
  try {
    const session = await queue.run(() => ort.InferenceSession.create(student.onnx, options));
    return new OrtEngine(name, ort, queue, student, session, gpu);
  } catch (error) {
    throw new EngineError({ engine: name, problem: 'ONNX Runtime cannot open the model' }, error);
  }
}

class OrtEngine implements StudentEngine {
  readonly name: EngineName;
  readonly student: Student;
  private readonly ort: OrtModule;
  private readonly queue: RunQueue;
  private readonly session: InferenceSession;
  private readonly gpu: GpuDevice | undefined;

  constructor(
    name: EngineName,
    ort: OrtModule,
    queue: RunQueue,
    student: Student,
    session: InferenceSession,
    gpu: GpuDevice | undefined,
  ) {
    this.name = name;
    this.ort = ort;
    this.queue = queue;
    this.student = student;
    this.session = session;
    this.gpu = gpu;
  }

  lanes(count: number): LaneStepper {
    return new OrtStepper(this.ort, this.student, count, (feeds) => this.run(feeds));
  }

  async dispose(): Promise<void> {
    await this.queue.run(() => this.session.release());
  }

  private async run(feeds: InferenceSession.FeedsType): Promise<InferenceSession.ReturnType> {
    const { gpu } = this;
    try {
      // Within the queue's turn: a run that a lost device leaves hanging must not hold up the engine that takes over.
      return await this.queue.run(() =>
        gpu === undefined ? this.session.run(feeds) : Promise.race([this.session.run(feeds), gpu.lost]),
      );
    } catch (error) {
      if (error instanceof EngineError) throw error;
      throw new EngineError({ engine: this.name, problem: 'a step failed' }, error);
    }
  }
}

class OrtStepper implements LaneStepper {
  readonly lanes: number;
  private readonly ort: OrtModule;
  private readonly entries: readonly StateEntry[];
  private readonly runSession: (feeds: InferenceSession.FeedsType) => Promise<InferenceSession.ReturnType>;
  private readonly inputName: string;
  private readonly inputWidth: number;
  private feeds: Record<string, Tensor> = {};
  private input: Tensor | undefined;

  constructor(
    ort: OrtModule,
    student: Student,
    lanes: number,
    runSession: (feeds: InferenceSession.FeedsType) => Promise<InferenceSession.ReturnType>,
  ) {
    this.ort = ort;
    this.lanes = lanes;
    this.entries = student.metadata.state;
    this.runSession = runSession;
    this.inputName = inputName(student.metadata.front);
    this.inputWidth = inputsPerLane(student.metadata.front);
    this.reset();
  }

  reset(): void {
    this.dispose();
    for (const { name, width } of this.entries) {
      this.feeds[`state_${name}`] = new this.ort.Tensor('float32', new Float32Array(this.lanes * width), [
        this.lanes,
        width,
      ]);
    }
  }

  async step(input: Int32Array): Promise<Float32Array> {
    if (this.input?.data !== input)
      this.input = new this.ort.Tensor('int32', input, [this.lanes, this.inputWidth]);
    this.feeds[this.inputName] = this.input;
    const results = await this.runSession(this.feeds);
    for (const { name } of this.entries) {
      const key = `state_${name}`;
      this.feeds[key]?.dispose();
      this.feeds[key] = results[`next_${name}`] as Tensor;
    }
    return (results.logits as Tensor).data as Float32Array;
  }

  async state(): Promise<Int32Array> {
    const total = this.entries.reduce((sum, { width }) => sum + width, 0);
    const joined = new Int32Array(this.lanes * total);
    let column = 0;
    for (const { name, width } of this.entries) {
      const values = (await this.feeds[`state_${name}`]?.getData()) as Float32Array;
      for (let lane = 0; lane < this.lanes; lane++) {
        joined.set(values.subarray(lane * width, (lane + 1) * width), lane * total + column);
      }
      column += width;
    }
    return joined;
  }

  dispose(): void {
    for (const { name } of this.entries) this.feeds[`state_${name}`]?.dispose();
    this.feeds = {};
  }
}
