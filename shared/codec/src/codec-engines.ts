/**
 * Students on engines: decides which engine runs a student, opens it, checks it against the model's parity vectors and keeps it for the
 * next file. ONNX Runtime is fetched only for the engines that are made of it, a GPU is woken only where one may be used.
 */
import type { CodecWork, OpenedEngine } from './codec.ts';
import { createLaneCoder } from './coder/lane-coder.ts';
import { measureSpeed } from './engines/benchmark.ts';
import {
  candidateEngines,
  chooseEngine,
  type EngineCapabilities,
  type EngineSpeed,
} from './engines/choose.ts';
import type { EngineName, OrtModule, StudentEngine } from './engines/engine.ts';
import { openDevice, type GpuDevice } from './engines/gpu-device.ts';
import { openOrtEngine, RunQueue } from './engines/ort.ts';
import { checkParity } from './engines/parity-check.ts';
import { openSimdEngine } from './engines/simd.ts';
import { openWebgpuEngine } from './engines/webgpu/engine.ts';
import { EngineError, ParityError } from './errors.ts';
import type { Student } from './student/student.ts';

export interface EngineSurroundings {
  readonly coder: WebAssembly.Module;
  readonly ort: (() => Promise<OrtModule>) | undefined;
  readonly gpu: GPU | undefined;
  readonly wanted: EngineName | 'auto';
  readonly capabilities: EngineCapabilities;
  /** That the CPU's engine will have. */
  readonly threads: number;
}

export class CodecEngines {
  private readonly around: EngineSurroundings;
  private readonly queue = new RunQueue();
  /** By student and engine. */
  private readonly opened = new Map<string, Promise<OpenedEngine>>();
  /** By student and what of the work decides. */
  private readonly chosen = new Map<string, Promise<OpenedEngine>>();
  /** By student, method and lanes. */
  private readonly speeds = new Map<string, Promise<EngineSpeed[]>>();
  /** By student: engines that took over from one that failed. */
  private readonly replaced = new Map<string, Promise<OpenedEngine>>();
  private device: Promise<GpuDevice> | undefined;

  constructor(around: EngineSurroundings) {
    this.around = around;
  }

  /** @throws EngineError, ParityError where the engine was asked for by name (`auto` goes on to simd) */
  open(student: Student, work?: CodecWork): Promise<OpenedEngine> {
    // Sizes of one order of magnitude are alike.
    const size = work?.bytes === undefined ? '' : Math.floor(Math.log2(work.bytes + 1));
    const key = [student.id, work?.method, work?.lanes, size].join(' ');
    return this.replaced.get(student.id) ?? remember(this.chosen, key, () => this.choose(student, work));
  }

  /** After an engine failed in mid-file: the same student on simd. @throws EngineError where simd itself failed */
  async replace(failed: OpenedEngine, because: EngineError): Promise<OpenedEngine> {
    if (failed.name === 'simd') throw because;
    const { student } = failed.engine;
    // The engine is not released: on a device that is gone that may never return. Another student gets a new device.
    if (!this.replaced.has(student.id)) this.dropDevice();
    return await remember(this.replaced, student.id, () => this.takeOver(student, because));
  }

  async dispose(): Promise<void> {
    const all = [...this.opened.values()];
    for (const kept of [this.opened, this.chosen, this.replaced]) kept.clear();
    for (const opened of all)
      await opened.then(
        ({ engine }) => engine.dispose(),
        () => undefined,
      );
    this.dropDevice();
  }

  private async choose(student: Student, work: CodecWork | undefined): Promise<OpenedEngine> {
    const { wanted, capabilities } = this.around;
    if (wanted !== 'auto') return await this.openOn(wanted, student, 'It was asked for.');
    const [first, second] = candidateEngines(capabilities, work);
    if (first === undefined || second === undefined)
      return await this.openOn('simd', student, first?.reason ?? '');
    if (work !== undefined && work.method !== 'student' && work.method !== 'blend')
      return await this.openOn('simd', student, 'What this level adds to the student is done by the CPU.');
    let gpu: OpenedEngine;
    try {
      gpu = await this.openOn(second.engine, student, second.reason);
    } catch (error) {
      if (error instanceof EngineError || error instanceof ParityError)
        return await this.takeOver(student, error);
      throw error;
    }
    if (work === undefined) return gpu;
    const cpu = await this.openOn(first.engine, student, first.reason);
    const measure = (): Promise<EngineSpeed[]> => this.measure([cpu.engine, gpu.engine], work);
    const speeds = await remember(this.speeds, `${student.id} ${work.method} ${work.lanes}`, measure);
    const choice = chooseEngine(capabilities, 'auto', work, speeds);
    return { ...(choice.engine === gpu.name ? gpu : cpu), reason: choice.reason };
  }

  private async measure(engines: readonly StudentEngine[], work: CodecWork): Promise<EngineSpeed[]> {
    const { threads, coder } = this.around;
    const speeds: EngineSpeed[] = [];
    for (const engine of engines) {
      try {
        speeds.push(await measureSpeed(engine, work, { threads, coder: await createLaneCoder(coder) }));
      } catch (error) {
        if (!(error instanceof EngineError)) throw error; // left out, it is not chosen
      }
    }
    return speeds;
  }

  private takeOver(student: Student, because: EngineError | ParityError): Promise<OpenedEngine> {
    return this.openOn('simd', student, `${because.message}; the CPU took over.`);
  }

  /** Opened once; a failure is not kept, so that another try can succeed. */
  private async openOn(name: EngineName, student: Student, reason: string): Promise<OpenedEngine> {
    const opened = await remember(this.opened, `${student.id} ${name}`, async () => {
      const engine = await this.openEngine(name, student);
      try {
        if (student.parity !== undefined)
          await checkParity(engine, student.parity, await createLaneCoder(this.around.coder));
      } catch (error) {
        await engine.dispose().catch(() => undefined); // the first error tells more
        throw error;
      }
      return { engine, name, reason, parity: student.parity === undefined ? 'absent' : 'passed' } as const;
    });
    return opened.reason === reason ? opened : { ...opened, reason };
  }

  private async openEngine(name: EngineName, student: Student): Promise<StudentEngine> {
    const { coder, ort } = this.around;
    if (name === 'simd') return await openSimdEngine(coder, student);
    if (name === 'webgpu') {
      const options = { coder: await createLaneCoder(coder) };
      return await openWebgpuEngine(await this.openGpu(name), student, options);
    }
    if (ort === undefined)
      throw new EngineError({ engine: name, problem: 'ONNX Runtime is not part of this program' });
    const device = name === 'ort-webgpu' ? await this.openGpu(name) : undefined;
    return await openOrtEngine(await ort(), this.queue, student, device);
  }

  private async openGpu(name: EngineName): Promise<GpuDevice> {
    const { gpu } = this.around;
    if (gpu === undefined) throw new EngineError({ engine: name, problem: 'there is no WebGPU here' });
    this.device ??= openDevice(gpu, name);
    this.device.catch(() => (this.device = undefined));
    return await this.device;
  }

  private dropDevice(): void {
    void this.device?.then(
      (device) => device.destroy(),
      () => undefined,
    );
    this.device = undefined;
  }
}

function remember<T>(kept: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let value = kept.get(key);
  if (value === undefined) {
    value = make();
    kept.set(key, value);
    value.catch(() => kept.delete(key));
  }
  return value;
}
