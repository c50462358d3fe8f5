/**
 * Binding of `public/wasm/coder.wasm` (wasm/coder): one block in lanes, step by step. Nothing is done per lane here; bytes,
 * inputs and logits are views of the module's memory. One instance codes one block at a time.
 */
import { CorruptError, EngineError } from '../errors.ts';
import type { Front } from '../student/metadata.ts';

/** Exports of the module; pointers are byte offsets into `memory`. */
interface CoderExports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  coder_front(): number;
  coder_set_front(tables: number): number;
  coder_inputs_per_lane(): number;
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
  coder_encode_step(): void;
  coder_decode_step(): void;
  coder_stream_bytes(): number;
  coder_finish_encode(): number;
}

const contextNumbers = { byte: 0, order: 1, word: 2, words: 3 } as const;
const wordsPerTable = 5;

export interface LaneCoder {
  /** Begins a block of `bytes` in `lanes` lanes; returns the number of steps. 1 <= lanes <= bytes. */
  startEncode(front: Front, bytes: Uint8Array, lanes: number): number;
  /**
   * Begins decoding a payload to `originalBytes` bytes; returns the number of steps.
   * @throws CorruptError where the payload's head is damaged
   */
  startDecode(front: Front, payload: Uint8Array, originalBytes: number, lanes: number): number;
  /** Inputs [lanes, inputs a lane] of the next step; a view, valid until the next start. */
  inputs(): Int32Array;
  /** Codes one byte of every lane from logits [lanes, 256]. */
  encodeStep(logits: Float32Array): void;
  decodeStep(logits: Float32Array): void;
  /** Bytes that the lanes' streams have by now, to give up early. */
  streamBytes(): number;
  /** After the last step: the payload; a copy. */
  finishEncode(): Uint8Array;
  /** After the last step: the original bytes; a copy. */
  finishDecode(): Uint8Array;
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
  private originalBytes = 0;
  private inputView = new Int32Array();
  private logitView = new Float32Array();

  constructor(coder: CoderExports) {
    this.coder = coder;
  }

  startEncode(front: Front, bytes: Uint8Array, lanes: number): number {
    this.prepare(front, bytes.length, lanes);
    new Uint8Array(this.coder.memory.buffer, this.coder.coder_block(), bytes.length).set(bytes);
    if (this.coder.coder_start_encode(bytes.length, lanes) === 0) {
      throw new RangeError(`cannot code ${bytes.length} bytes in ${lanes} lanes`);
    }
    return this.coder.coder_steps();
  }

  startDecode(front: Front, payload: Uint8Array, originalBytes: number, lanes: number): number {
    const corrupt = (problem: string): CorruptError =>
      new CorruptError({ where: 'a student block', problem, offset: 0 });
    this.prepare(front, originalBytes, lanes);
    if (payload.length > this.coder.coder_payload_room(originalBytes, lanes))
      throw corrupt('its payload is too long');
    new Uint8Array(this.coder.memory.buffer, this.coder.coder_payload(), payload.length).set(payload);
    if (this.coder.coder_start_decode(originalBytes, lanes, payload.length) === 0) {
      throw corrupt('its lane lengths make no sense');
    }
    return this.coder.coder_steps();
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
    return this.coder.coder_stream_bytes();
  }

  finishEncode(): Uint8Array {
    const bytes = this.coder.coder_finish_encode();
    return new Uint8Array(this.coder.memory.buffer, this.coder.coder_payload(), bytes).slice();
  }

  finishDecode(): Uint8Array {
    return new Uint8Array(this.coder.memory.buffer, this.coder.coder_block(), this.originalBytes).slice();
  }

  /** Sets the front and makes room; views are made anew because memory may have grown. */
  private prepare(front: Front, bytes: number, lanes: number): void {
    const { coder } = this;
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
    this.inputView = new Int32Array(buffer, coder.coder_inputs(), lanes * coder.coder_inputs_per_lane());
    this.logitView = new Float32Array(buffer, coder.coder_logits(), lanes * 256);
  }
}
