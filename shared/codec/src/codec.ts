/**
 * The runtime side of the codec: holds the coder's WebAssembly, the ONNX Runtime build and zstd, decides which engine runs a
 * student, opens it, checks it against the model's parity vectors and keeps it for the next file.
 */
import { createLaneCoder, type LaneCoder } from './coder/lane-coder.ts';
import { chooseEngine, type EngineChoice } from './engines/choose.ts';
import type { EngineName, OrtModule, StudentEngine } from './engines/engine.ts';
import { capabilitiesOf, defaultGpu, findAdapter, openDevice, type GpuDevice } from './engines/gpu-device.ts';
import { openOrtEngine, RunQueue } from './engines/ort.ts';
import { checkParity } from './engines/parity-check.ts';
import { EngineError, ParityError } from './errors.ts';
import type { Student } from './student/student.ts';
import { loadZstd, type Zstd } from './zstd.ts';

/** What the codec needs from its surroundings; in Node, `openNodeCodec` of `@understudy/codec/node` fills it in. */
export interface CodecRuntime {
  /** `public/wasm/coder.wasm`, compiled. */
  readonly coder: WebAssembly.Module;
  /** `onnxruntime-web/webgpu` in a page or worker, `onnxruntime-web` or `onnxruntime-web/wasm` in Node. */
  readonly ort: OrtModule;
  /** Address of zstd's WebAssembly where the bundler does not find it by itself (browser only). */
  readonly zstdUrl?: string;
  /** `navigator.gpu` by default; `null` keeps WebGPU out. */
  readonly gpu?: GPU | null;
  /** `auto` (the default) chooses by capabilities; a name insists and fails with UST_ENGINE where it cannot run. */
  readonly engine?: EngineName | 'auto';
}

/** A student on an engine that has reproduced the parity vectors (if the student came with any). */
export interface OpenedEngine {
  readonly engine: StudentEngine;
  readonly name: EngineName;
  /** One sentence: why this engine. */
  readonly reason: string;
  /** `absent`: the student was loaded without parity vectors. */
  readonly parity: 'passed' | 'absent';
}

export interface Codec {
  /** The engine chosen from what this machine has, with the reason. */
  readonly choice: EngineChoice;
  readonly zstd: Zstd;
  /**
   * Opens `student` on the chosen engine, or returns the one already open.
   * @throws EngineError, ParityError where the engine was asked for by name (`auto` goes on to ort-wasm)
   */
  open(student: Student): Promise<OpenedEngine>;
  /** After an engine failed in mid-file: the same student on ort-wasm. @throws EngineError where ort-wasm itself failed */
  replace(failed: OpenedEngine, because: EngineError): Promise<OpenedEngine>;
  /** An instance of the coder; each running operation has its own. */
  newCoder(): Promise<LaneCoder>;
  /** Releases engines and the GPU device; a device lost this way is not reported. */
  dispose(): Promise<void>;
}

/** @throws EngineError where the engine asked for cannot run here or coder.wasm is not of this version */
export async function createCodec(runtime: CodecRuntime): Promise<Codec> {
  const gpu = runtime.gpu === undefined ? defaultGpu() : (runtime.gpu ?? undefined);
  const wanted = runtime.engine ?? 'auto';
  // Asking for an adapter wakes the GPU: not where WASM was asked for.
  const adapter = wanted === 'ort-wasm' ? null : await findAdapter(gpu);
  const choice = chooseEngine(capabilitiesOf(adapter), wanted);
  const zstd = await loadZstd(runtime.zstdUrl);
  return new OrtCodec(runtime, wanted, choice, zstd, gpu);
}

class OrtCodec implements Codec {
  readonly choice: EngineChoice;
  readonly zstd: Zstd;
  private readonly runtime: CodecRuntime;
  private readonly wanted: EngineName | 'auto';
  private readonly gpu: GPU | undefined;
  private readonly queue = new RunQueue();
  private readonly opened = new Map<string, Promise<OpenedEngine>>();
  private device: Promise<GpuDevice> | undefined;

  constructor(
    runtime: CodecRuntime,
    wanted: EngineName | 'auto',
    choice: EngineChoice,
    zstd: Zstd,
    gpu: GPU | undefined,
  ) {
    this.runtime = runtime;
    this.wanted = wanted;
    this.choice = choice;
    this.zstd = zstd;
    this.gpu = gpu;
  }

  open(student: Student): Promise<OpenedEngine> {
    return this.remember(student, () => this.openChosen(student));
  }

  async replace(failed: OpenedEngine, because: EngineError): Promise<OpenedEngine> {
    if (failed.name === 'ort-wasm') throw because;
    const { student } = failed.engine;
    const current = await this.opened.get(student.id)?.catch(() => undefined);
    if (current !== undefined && current !== failed) return current; // another operation was quicker
    this.opened.delete(student.id);
    // The session is not released: on a device that is gone that may never return. Another student gets a new device.
    void this.device?.then(
      (device) => device.destroy(),
      () => undefined,
    );
    this.device = undefined;
    return await this.remember(student, () =>
      this.openOn('ort-wasm', student, `${because.message}; WebAssembly took over.`),
    );
  }

  newCoder(): Promise<LaneCoder> {
    return createLaneCoder(this.runtime.coder);
  }

  async dispose(): Promise<void> {
    const all = [...this.opened.values()];
    this.opened.clear();
    for (const opened of all)
      await opened.then(
        ({ engine }) => engine.dispose(),
        () => undefined,
      );
    await this.device?.then(
      (device) => device.destroy(),
      () => undefined,
    );
    this.device = undefined;
  }

  /** Keeps what is open by student; a failure is not kept, so that another try can succeed. */
  private remember(student: Student, open: () => Promise<OpenedEngine>): Promise<OpenedEngine> {
    let opened = this.opened.get(student.id);
    if (opened === undefined) {
      opened = open();
      this.opened.set(student.id, opened);
      opened.catch(() => this.opened.delete(student.id));
    }
    return opened;
  }

  private async openChosen(student: Student): Promise<OpenedEngine> {
    const { engine, reason } = this.choice;
    try {
      return await this.openOn(engine, student, reason);
    } catch (error) {
      const canFallBack = this.wanted === 'auto' && engine !== 'ort-wasm';
      if (!canFallBack || !(error instanceof EngineError || error instanceof ParityError)) throw error;
      return await this.openOn('ort-wasm', student, `${error.message}; WebAssembly took over.`);
    }
  }

  private async openOn(name: EngineName, student: Student, reason: string): Promise<OpenedEngine> {
    const engine = await this.openEngine(name, student);
    try {
      if (student.parity !== undefined) await checkParity(engine, student.parity, await this.newCoder());
    } catch (error) {
      await engine.dispose().catch(() => undefined); // the first error tells more
      throw error;
    }
    return { engine, name, reason, parity: student.parity === undefined ? 'absent' : 'passed' };
  }

  private async openEngine(name: EngineName, student: Student): Promise<StudentEngine> {
    if (name === 'ort-wasm' || this.gpu === undefined)
      return await openOrtEngine(this.runtime.ort, this.queue, student);
    this.device ??= openDevice(this.gpu);
    this.device.catch(() => (this.device = undefined));
    return await openOrtEngine(this.runtime.ort, this.queue, student, await this.device);
  }
}
