/**
 * Binding of `public/wasm/coder.wasm` (wasm/coder): one block in lanes, step by step. Nothing is done per lane here; bytes,
 * inputs and logits are views of the module's memory. One instance codes one block at a time. With a student's plan loaded, or
 * with the method `binary`, runSteps does many steps in one call; without, an engine answers between the calls of a step.
 */
import { planWords } from '../engines/plan-words.ts';
import { CorruptError, EngineError } from '../errors.ts';
import type { Front } from '../student/metadata.ts';
import type { StudentPlan } from '../student/plan.ts';

/** Exports of the module; pointers are byte offsets into `memory`. */
interface CoderExports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  coder_front(): number;
  coder_set_front(tables: number): number;
  coder_inputs_per_lane(): number;
  coder_set_method(
    method: number,
    recordLength: number,
    memoryLog2: number,
    third: number,
    fourth: number,
  ): number;
  coder_network_reserve(words: number, dataBytes: number): number;
  coder_network_words(): number;
  coder_network_data(): number;
  coder_network_load(): number;
  coder_network_run(lanes: number): number;
  coder_network_reset(): void;
  coder_network_state(entry: number, lane: number, to: number): number;
  coder_reserve(blockBytes: number, lanes: number): number;
  coder_block(): number;
  coder_payload(): number;
  coder_inputs(): number;
  coder_logits(): number;
  coder_payload_room(bytes: number, lanes: number): number;
  coder_start_encode(bytes: number, lanes: number): number;
  coder_start_decode(bytes: number, lanes: number, payloadBytes: number): number;
  coder_steps(): number;
  coder_write_inputs(): void;
  coder_steps_left(): number;
  coder_run_steps(count: number): number;
  coder_encode_step(): void;
  coder_decode_step(): void;
  coder_stream_bytes(): number;
  coder_finish_encode(): number;
  coder_shader_tables(): number;
}

const contextNumbers = { byte: 0, order: 1, word: 2, words: 3 } as const;
const wordsPerTable = 5;
/** What the coder says for a stream that does not fit. */
const overflowed = 0xffffffff;
/** Numbers of docs/FORMAT.md. */
const methodNumbers = { student: 2, blend: 3, teacher: 4, binary: 6 } as const;

export type LaneMethod = keyof typeof methodNumbers;

/** What a method may want to know; 0 where missing. The decoder must be given the same. */
export interface LaneParameters {
  readonly recordLength?: number;
  readonly memoryLog2?: number;
}

export interface LaneCoder {
  /** Makes this student's network part of the coder, unless it is already. @throws EngineError */
  loadNetwork(plan: StudentPlan): void;
  /**
   * Begins a block of `bytes` in `lanes` lanes; returns the number of steps. 1 <= lanes <= bytes. The method is `student` where
   * missing; `binary` looks at no front.
   * @throws EngineError where memory is short or the coder has no such method
   */
  startEncode(
    front: Front,
    bytes: Uint8Array,
    lanes: number,
    method?: LaneMethod,
    parameters?: LaneParameters,
  ): number;
  /**
   * Begins decoding a payload to `originalBytes` bytes; returns the number of steps.
   * @throws CorruptError where the payload's head is damaged; as startEncode
   */
  startDecode(
    front: Front,
    payload: Uint8Array,
    originalBytes: number,
    lanes: number,
    method?: LaneMethod,
    parameters?: LaneParameters,
  ): number;
  /**
   * Does at most `count` steps of the block; returns those done, fewer only at its end.
   * @throws EngineError where the method needs a student and no network is loaded
   */
  runSteps(count: number): number;
  /** Inputs [lanes, inputs a lane] of the next step; a view, valid until the next start. */
  inputs(): Int32Array;
  /** Codes one byte of every lane from logits [lanes, 256]. */
  encodeStep(logits: Float32Array): void;
  decodeStep(logits: Float32Array): void;
  /** Bytes that the lanes' streams have by now, to give up early; Infinity once a stream took twice its lane's bytes. */
  streamBytes(): number;
  /** After the last step: the payload, a copy; undefined where streamBytes is Infinity. */
  finishEncode(): Uint8Array | undefined;
  /** After the last step: the original bytes; a copy. */
  finishDecode(): Uint8Array;

  /** The loaded network without coding, for checks: so many lanes, all state 0. @throws EngineError */
  startNetwork(front: Front, lanes: number): void;
  resetNetwork(): void;
  /** Logits [lanes, 256] for inputs [lanes, inputs a lane]; a copy. */
  stepNetwork(input: Int32Array): Float32Array;
  /** State values [lanes, sum of widths]. */
  networkState(): Int32Array;
  /** The first `words` of what the blend on a GPU has in common with the one here (wasm/coder/src/blend/shader_tables.h); a copy. */
  shaderTables(words: number): Int32Array;
}

/** An instance of the coder. @throws EngineError where the module is not the one of this version */
export async function createLaneCoder(module: WebAssembly.Module): Promise<LaneCoder> {
  try {
    const instance = await WebAssembly.instantiate(module, {
      env: { emscripten_notify_memory_growth: () => undefined },
    });
    const coder = instance.exports as unknown as CoderExports;
    coder._initialize();
    return new WasmLaneCoder(coder);
  } catch (error) {
    throw new EngineError(
      { engine: 'coder', problem: 'coder.wasm cannot be started; is it the file of this version?' },
      error,
    );
  }
}

class WasmLaneCoder implements LaneCoder {
  private readonly coder: CoderExports;
  private front: Front | undefined;
  private plan: StudentPlan | undefined;
  private lanes = 0;
  private originalBytes = 0;
  private inputView = new Int32Array();
  private logitView = new Float32Array();

  constructor(coder: CoderExports) {
    this.coder = coder;
  }

  loadNetwork(plan: StudentPlan): void {
    if (this.plan === plan) return;
    this.plan = undefined;
    const { coder } = this;
    const { words, dataBytes, offsets } = planWords(plan);
    const refuse = (problem: string): EngineError => new EngineError({ engine: 'simd', problem });
    if (coder.coder_network_reserve(words.length, dataBytes) === 0) throw refuse('no memory for the model');
    const { buffer } = coder.memory;
    new Int32Array(buffer, coder.coder_network_words(), words.length).set(words);
    plan.constants.forEach(({ data }, i) => {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      new Uint8Array(buffer, coder.coder_network_data() + (offsets[i] ?? 0), bytes.length).set(bytes);
    });
    if (coder.coder_network_load() === 0) throw refuse('the model is too large for its kernels');
    this.plan = plan;
  }

  startEncode(
    front: Front,
    bytes: Uint8Array,
    lanes: number,
    method: LaneMethod = 'student',
    parameters: LaneParameters = {},
  ): number {
    this.prepare(front, bytes.length, lanes, method, parameters);
    new Uint8Array(this.coder.memory.buffer, this.coder.coder_block(), bytes.length).set(bytes);
    if (this.coder.coder_start_encode(bytes.length, lanes) === 0) {
      throw new RangeError(`cannot code ${bytes.length} bytes in ${lanes} lanes`);
    }
    return this.coder.coder_steps();
  }

  startDecode(
    front: Front,
    payload: Uint8Array,
    originalBytes: number,
    lanes: number,
    method: LaneMethod = 'student',
    parameters: LaneParameters = {},
  ): number {
    const corrupt = (problem: string): CorruptError =>
      new CorruptError({ where: 'a student block', problem, offset: 0 });
    this.prepare(front, originalBytes, lanes, method, parameters);
    if (payload.length > this.coder.coder_payload_room(originalBytes, lanes))
      throw corrupt('its payload is too long');
    new Uint8Array(this.coder.memory.buffer, this.coder.coder_payload(), payload.length).set(payload);
    if (this.coder.coder_start_decode(originalBytes, lanes, payload.length) === 0) {
      throw corrupt('its lane lengths make no sense');
    }
    return this.coder.coder_steps();
  }

  runSteps(count: number): number {
    const done = this.coder.coder_run_steps(count);
    if (done === 0 && count > 0 && this.coder.coder_steps_left() > 0)
      throw new EngineError({ engine: 'simd', problem: 'the model in the coder is not that of the block' });
    return done;
  }

  inputs(): Int32Array {
    this.coder.coder_write_inputs();
    return this.inputView;
  }

  encodeStep(logits: Float32Array): void {
    this.logitView.set(logits);
    this.coder.coder_encode_step();
  }

  decodeStep(logits: Float32Array): void {
    this.logitView.set(logits);
    this.coder.coder_decode_step();
  }

  streamBytes(): number {
    const bytes = this.coder.coder_stream_bytes() >>> 0;
    return bytes === overflowed ? Infinity : bytes;
  }

  finishEncode(): Uint8Array | undefined {
    const bytes = this.coder.coder_finish_encode() >>> 0;
    if (bytes === overflowed) return undefined;
    return new Uint8Array(this.coder.memory.buffer, this.coder.coder_payload(), bytes).slice();
  }

  finishDecode(): Uint8Array {
    return new Uint8Array(this.coder.memory.buffer, this.coder.coder_block(), this.originalBytes).slice();
  }

  shaderTables(words: number): Int32Array {
    return new Int32Array(this.coder.memory.buffer, this.coder.coder_shader_tables(), words).slice();
  }

  startNetwork(front: Front, lanes: number): void {
    this.prepare(front, lanes, lanes, 'student', {});
  }

  resetNetwork(): void {
    this.coder.coder_network_reset();
  }

  stepNetwork(input: Int32Array): Float32Array {
    this.inputView.set(input);
    if (this.coder.coder_network_run(this.lanes) === 0)
      throw new EngineError({ engine: 'simd', problem: 'no model is loaded for these inputs' });
    return this.logitView.slice();
  }

  networkState(): Int32Array {
    const { coder, lanes } = this;
    const widths = this.plan?.states.map(({ width }) => width) ?? [];
    const total = widths.reduce((sum, width) => sum + width, 0);
    const joined = new Int32Array(lanes * total);
    const room = coder.coder_logits(); // not needed between steps; checked to be large enough
    if (widths.some((width) => width > lanes * 256))
      throw new RangeError('a state is wider than the room for it');
    for (let lane = 0, to = 0; lane < lanes; lane++) {
      for (const [entry, width] of widths.entries()) {
        coder.coder_network_state(entry, lane, room);
        joined.set(new Int32Array(coder.memory.buffer, room, width), to);
        to += width;
      }
    }
    return joined;
  }

  /** Sets method and front and makes room; views are made anew because memory may have grown. */
  private prepare(
    front: Front,
    bytes: number,
    lanes: number,
    method: LaneMethod,
    { recordLength = 0, memoryLog2 = 0 }: LaneParameters,
  ): void {
    const { coder } = this;
    if (coder.coder_set_method(methodNumbers[method], recordLength, memoryLog2, 0, 0) === 0)
      throw new EngineError({ engine: 'coder', problem: `it has no method ${method}` });
    if (this.front !== front) {
      const tables = front.kind === 'ngram' ? front.tables : [];
      const words = tables.flatMap((t) => [
        contextNumbers[t.context],
        t.order,
        t.rows,
        t.firstRow,
        t.dim / (front.kind === 'ngram' ? front.rowDim : 1),
      ]);
      new Uint32Array(coder.memory.buffer, coder.coder_front(), tables.length * wordsPerTable).set(words);
      if (coder.coder_set_front(tables.length) === 0)
        throw new RangeError("the student's front passes the coder's limits");
      this.front = front;
    }
    if (coder.coder_reserve(bytes, lanes) === 0) {
      throw new EngineError({
        engine: 'coder',
        problem: `no memory for a block of ${bytes} bytes in ${lanes} lanes`,
      });
    }
    const { buffer } = coder.memory;
    this.originalBytes = bytes;
    this.lanes = lanes;
    this.inputView = new Int32Array(buffer, coder.coder_inputs(), lanes * coder.coder_inputs_per_lane());
    this.logitView = new Float32Array(buffer, coder.coder_logits(), lanes * 256);
  }
}
