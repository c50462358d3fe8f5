/**
 * The model's integers as the shaders read them: tables and operands packed word by word into one buffer, the weights of dense layers in
 * another, as dot products of four take them.
 */
import type { DenseOp, PlanConstant, StudentPlan } from '../../student/plan.ts';
import { packingOf, unsupported, type Packing } from './memory.ts';

/** Where dense layer's parts lie in the buffer of weights, in vec4<u32>: four columns each. */
export interface DensePlace {
  /** [depth / 4][columns / 4]: word c of an element has the weights of four inputs for its column c. */
  readonly weights: number;
  /** [columns / 4] of four int32. */
  readonly bias: number;
  /** [columns / 4] of four uint32. */
  readonly shift: number;
  /** Words of four inputs, the last ones filled up with weights of 0. */
  readonly depthWords: number;
}

/** Collects what a network needs. Offsets are in words for constants and in vec4<u32> for weights. */
export class ConstantPool {
  private readonly plan: StudentPlan;
  private readonly places = new Map<number, number>();
  private readonly words: Uint32Array[] = [];
  private count = 0;
  private readonly vectors: Uint32Array[] = [];
  private vectorWords = 0;

  constructor(plan: StudentPlan) {
    this.plan = plan;
  }

  /** A constant of the plan: its first word and how many values a word has. */
  place(index: number): { at: number; packing: Packing } {
    const constant = this.plan.constants[index] as PlanConstant;
    const packing = packingOf(constant.storage);
    let at = this.places.get(index);
    if (at === undefined) {
      at = this.add(packed(constant.data));
      this.places.set(index, at);
    }
    return { at, packing };
  }

  add(words: Uint32Array): number {
    const at = this.count;
    this.words.push(words);
    this.count += words.length;
    return at;
  }

  dense(op: DenseOp): DensePlace {
    const { depth, columns } = op;
    const { data } = this.plan.constants[op.weights] as PlanConstant;
    if (!(data instanceof Int8Array)) throw unsupported('weights that are not int8');
    const depthWords = Math.ceil(depth / 4);
    const bytes = new Int8Array(depthWords * columns * 4);
    for (let k = 0, from = 0; k < depth; k++) {
      let to = (k >> 2) * columns * 4 + (k & 3);
      for (let n = 0; n < columns; n++, from++, to += 4) bytes[to] = data[from] ?? 0;
    }
    return {
      weights: this.addVectors(new Uint32Array(bytes.buffer)),
      bias: this.addVectors(new Uint32Array(Int32Array.from(op.bias).buffer)),
      shift: this.addVectors(Uint32Array.from(op.shift)),
      depthWords,
    };
  }

  constants(): Uint32Array {
    return joined(this.words);
  }

  weights(): Uint32Array {
    return joined(this.vectors);
  }

  private addVectors(words: Uint32Array): number {
    const at = this.vectorWords / 4;
    this.vectors.push(words);
    this.vectorWords += words.length;
    return at;
  }
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  // A binding may not be empty.
  const all = new Uint32Array(
    Math.max(
      4,
      parts.reduce((sum, part) => sum + part.length, 0),
    ),
  );
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Values as words, the last one filled up with zeros. Little-endian, as WebAssembly and every machine with WebGPU is. */
function packed(data: Int8Array | Int16Array | Int32Array): Uint32Array {
  const words = new Uint32Array(Math.ceil(data.byteLength / 4));
  new Uint8Array(words.buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return words;
}
