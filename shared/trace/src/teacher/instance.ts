/**
 * One instance of the teacher's WASM: typed exports and the copying in and out. An instance serves one job and is then dropped with its
 * memory, which could not shrink otherwise. Calls that take input may grow the memory, so no view outlives a call.
 */
import { TeacherMemoryError } from './errors.ts';

interface TeacherExports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  teacher_version(): number;
  teacher_default_memory(): number;
  teacher_components(): number;
  teacher_component_name(index: number): number;
  teacher_describe(error: number): number;
  teacher_alloc(bytes: number): number;
  teacher_compress(megabytes: number, lstm: number, begin: number, end: number, warmUp: number): number;
  teacher_decompress(archive: number, bytes: number): number;
  teacher_trace(
    megabytes: number,
    lstm: number,
    profile: number,
    begin: number,
    end: number,
    warmUp: number,
    stride: number,
    name: number,
    nameBytes: number,
    sourceBytes: number,
  ): number;
  teacher_push(bytes: number, count: number): void;
  teacher_step(count: number): number;
  teacher_total(): number;
  teacher_finished(): number;
  teacher_output(): number;
  teacher_output_bytes(): number;
  teacher_clear_output(): void;
  teacher_live_bits(): number;
  teacher_live_bytes(): number;
  teacher_live_symbol(): number;
  teacher_live_distribution(): number;
  teacher_live_mixer_weights(): number;
  teacher_live_component_weights(): number;
}

export class TeacherInstance {
  readonly exports: TeacherExports;

  private constructor(instance: WebAssembly.Instance) {
    this.exports = instance.exports as unknown as TeacherExports;
    this.exports._initialize();
  }

  static async create(module: WebAssembly.Module): Promise<TeacherInstance> {
    const imports = { env: { emscripten_notify_memory_growth: () => undefined } };
    return new TeacherInstance(await WebAssembly.instantiate(module, imports));
  }

  /** A zero-terminated string of the module's. */
  text(address: number): string {
    const bytes = new Uint8Array(this.exports.memory.buffer, address);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  }

  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.exports.memory.buffer, address, count).slice();
  }

  /** A buffer inside the module. Throws TeacherMemoryError. */
  allocate(bytes: number): number {
    const address = this.exports.teacher_alloc(Math.max(1, bytes)) >>> 0;
    if (address === 0) throw new TeacherMemoryError({ megabytes: Math.ceil(bytes / 2 ** 20) });
    return address;
  }

  write(address: number, bytes: Uint8Array): void {
    new Uint8Array(this.exports.memory.buffer, address, bytes.length).set(bytes);
  }

  /** A copy of `bytes` inside the module. Throws TeacherMemoryError. */
  copyIn(bytes: Uint8Array): number {
    const address = this.allocate(bytes.length);
    this.write(address, bytes);
    return address;
  }

  /** Takes what the job has put out so far; empty when there is nothing. */
  takeOutput(): Uint8Array {
    const { exports } = this;
    const count = exports.teacher_output_bytes() >>> 0;
    const output = new Uint8Array(exports.memory.buffer, exports.teacher_output() >>> 0, count).slice();
    exports.teacher_clear_output();
    return output;
  }
}
