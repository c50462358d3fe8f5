/**
 * The runtime side of the codec: holds the coder's WebAssembly, zstd and the block workers; codec-engines.ts opens students. What is
 * costly is loaded when it is first needed.
 */
import { CodecEngines } from './codec-engines.ts';
import { createLaneCoder, type LaneCoder } from './coder/lane-coder.ts';
import {
  chooseEngine,
  type EngineCapabilities,
  type EngineChoice,
  type EngineWork,
} from './engines/choose.ts';
import type { EngineName, OrtModule, StudentEngine } from './engines/engine.ts';
import { capabilitiesOf, defaultGpu, findAdapter } from './engines/gpu-device.ts';
import type { EngineError } from './errors.ts';
import { Gate } from './gate.ts';
import type { ModelMethod } from './level.ts';
import type { Student } from './student/student.ts';
import { spawnBrowserWorker } from './workers/browser.ts';
import type { SpawnWorker } from './workers/messages.ts';
import { WorkerPool } from './workers/pool.ts';
import { loadZstd, type Zstd } from './zstd.ts';

/** What the codec needs from its surroundings; in Node, `openNodeCodec` of `@understudy/codec/node` fills it in. */
export interface CodecRuntime {
  /** `public/wasm/coder.wasm`, compiled. */
  readonly coder: WebAssembly.Module;
  /** Brings `onnxruntime-web/webgpu` in a page or worker, `onnxruntime-web` in Node; asked when an `ort-` engine opens. */
  readonly ort?: () => Promise<OrtModule>;
  /** Address of zstd's WebAssembly where the bundler does not find it by itself (browser only). */
  readonly zstdUrl?: string;
  /** `navigator.gpu` by default; `null` keeps WebGPU out. */
  readonly gpu?: GPU | null;
  /** `auto` (the default) chooses by capabilities; a name insists and fails with UST_ENGINE where it cannot run. */
  readonly engine?: EngineName | 'auto';
  /** Starts block workers; module workers by default, where there are any. `null`: none. */
  readonly spawnWorker?: SpawnWorker | null;
  /** Blocks worked on side by side; the cores by default. */
  readonly threads?: number;
  /** What all blocks in flight may take, bytes; 2 GiB by default. */
  readonly memoryBytes?: number;
  /** Of its own by default. */
  readonly gate?: Gate;
}

/** What is to be done, as far as it decides which engine does it. */
export interface CodecWork extends EngineWork {
  readonly method: ModelMethod;
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
  /** Loaded when first asked for. */
  zstd(): Promise<Zstd>;
  /** Missing where the platform has none. */
  readonly workers: WorkerPool | undefined;
  readonly threads: number;
  readonly memoryBytes: number;
  /** Holds up all that this codec does, between two steps. */
  readonly gate: Gate;
  /**
   * Opens `student` on the engine that suits the work best, or returns the one already open.
   * @param work by default the engine is the one of `choice`
   * @throws EngineError, ParityError where the engine was asked for by name (`auto` goes on to simd)
   */
  open(student: Student, work?: CodecWork): Promise<OpenedEngine>;
  /** After an engine failed in mid-file: the same student on simd. @throws EngineError where simd itself failed */
  replace(failed: OpenedEngine, because: EngineError): Promise<OpenedEngine>;
  /** An instance of the coder; each running operation has its own. */
  newCoder(): Promise<LaneCoder>;
  /** Releases engines, workers and the GPU device; a device lost this way is not reported. */
  dispose(): Promise<void>;
}

const defaultMemoryBytes = 2 ** 31;

/** @throws EngineError where the engine asked for cannot run here or coder.wasm is not of this version */
export async function createCodec(runtime: CodecRuntime): Promise<Codec> {
  const gpu = runtime.gpu === undefined ? defaultGpu() : (runtime.gpu ?? undefined);
  const wanted = runtime.engine ?? 'auto';
  // Asking for an adapter wakes the GPU: not where WASM was asked for.
  const adapter = wanted === 'simd' || wanted === 'ort-wasm' ? null : await findAdapter(gpu);
  return new RuntimeCodec(runtime, capabilitiesOf(adapter), gpu);
}

class RuntimeCodec implements Codec {
  readonly choice: EngineChoice;
  readonly workers: WorkerPool | undefined;
  readonly threads: number;
  readonly memoryBytes: number;
  readonly gate: Gate;
  private readonly runtime: CodecRuntime;
  private readonly engines: CodecEngines;

  constructor(runtime: CodecRuntime, capabilities: EngineCapabilities, gpu: GPU | undefined) {
    const { coder, ort, engine: wanted = 'auto', spawnWorker, zstdUrl } = runtime;
    this.runtime = runtime;
    this.choice = chooseEngine(capabilities, wanted);
    this.threads = runtime.threads ?? coresHere();
    this.memoryBytes = runtime.memoryBytes ?? defaultMemoryBytes;
    this.gate = runtime.gate ?? new Gate();
    this.engines = new CodecEngines({ coder, ort, gpu, wanted, capabilities, threads: this.threads });
    const spawn = spawnWorker === undefined ? defaultSpawn() : (spawnWorker ?? undefined);
    const start = { coder, ...(zstdUrl === undefined ? {} : { zstdUrl }) };
    this.workers = spawn && new WorkerPool(spawn, start, this.gate);
  }

  open(student: Student, work?: CodecWork): Promise<OpenedEngine> {
    return this.engines.open(student, work);
  }

  replace(failed: OpenedEngine, because: EngineError): Promise<OpenedEngine> {
    return this.engines.replace(failed, because);
  }

  zstd(): Promise<Zstd> {
    return loadZstd(this.runtime.zstdUrl);
  }

  newCoder(): Promise<LaneCoder> {
    return createLaneCoder(this.runtime.coder);
  }

  async dispose(): Promise<void> {
    this.workers?.dispose();
    await this.engines.dispose();
  }
}

function coresHere(): number {
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  return navigator?.hardwareConcurrency ?? 1;
}

function defaultSpawn(): SpawnWorker | undefined {
  return typeof Worker === 'undefined' ? undefined : spawnBrowserWorker;
}
