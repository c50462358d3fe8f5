/**
 * The student beside the teacher: reads the same bytes, one after the other in one lane as a file's first lane is, and says before each
 * what it expects. It starts cold and never learns from the file: what it knows, it knew before.
 */
import { createCodec, loadStudent, type LaneCoder, type Student } from '@understudy/codec';
import { topOf, shownGuesses, type Guesses } from '../../lab/guesses.ts';
import { costBits } from '../../lab/trace.ts';
import { modelFor, fetchModelIndex } from '../../models/modelIndex.ts';
import { fetchModel } from '../../models/modelStore.ts';
import { listOwnModels } from '../../models/ownModels.ts';

const logitsPerOctave = 32;
/** docs/MODEL.md §5: every symbol keeps one of 65,536 parts. */
const [parts, shared] = [65_536, 65_280];

/** Probabilities from logits, as the coder has them up to the rounding to 65,536ths. */
export function distributionOf(logits: ArrayLike<number>, into: Float32Array): void {
  let largest = -Infinity;
  for (let i = 0; i < 256; i++) largest = Math.max(largest, logits[i] ?? 0);
  let sum = 0;
  for (let i = 0; i < 256; i++) {
    const weight = 2 ** (((logits[i] ?? 0) - largest) / logitsPerOctave);
    into[i] = weight;
    sum += weight;
  }
  for (let i = 0; i < 256; i++) into[i] = (1 + (shared * (into[i] ?? 0)) / sum) / parts;
}

export class StudentReader {
  readonly name: string;
  /** Bits that each byte read so far cost it. */
  readonly costs: Float32Array;
  readonly guesses: Guesses;
  /** Before the byte read last. */
  readonly distribution = new Float32Array(256);
  bits = 0;
  private readonly source: Uint8Array;
  /** Walks through the bytes for the student's inputs; the other one computes. */
  private readonly walk: LaneCoder;
  private readonly network: LaneCoder;
  private position = 0;

  private constructor(
    name: string,
    student: Student,
    source: Uint8Array,
    walk: LaneCoder,
    network: LaneCoder,
  ) {
    this.name = name;
    this.source = source;
    this.costs = new Float32Array(source.length);
    this.guesses = {
      symbols: new Uint8Array(shownGuesses * source.length),
      probabilities: new Float32Array(shownGuesses * source.length),
    };
    this.walk = walk;
    this.network = network;
    const { front } = student.metadata;
    if (source.length > 0) walk.startEncode(front, source, 1);
    network.startNetwork(front, 1);
  }

  /** @param chosen name of a student; empty for the page's choice. Rejects as fetchModel, or with the codec's errors */
  static async open(source: Uint8Array, chosen: string, signal: AbortSignal): Promise<StudentReader> {
    const released = await fetchModelIndex(signal);
    const index = { ...released, models: [...released.models, ...(await listOwnModels())] };
    const entry = modelFor(index, 'fast', chosen);
    if (!entry) throw new Error('there is no student here');
    const { onnx, parity } = await fetchModel(entry, () => undefined, signal);
    const student = await loadStudent(onnx, parity);
    const coder = await WebAssembly.compileStreaming(fetch('/wasm/coder.wasm'));
    const codec = await createCodec({ coder, engine: 'simd', gpu: null, spawnWorker: null });
    const { plan } = (await codec.open(student)).engine;
    if (!plan) throw new Error('the engine simd has no plan');
    const [walk, network] = [await codec.newCoder(), await codec.newCoder()];
    network.loadNetwork(plan);
    // Vectors were checked; from here on the coders stand alone.
    await codec.dispose();
    return new StudentReader(entry.name, student, source, walk, network);
  }

  /** Reads on, up to the byte before `position`. */
  readTo(position: number): void {
    for (; this.position < Math.min(position, this.source.length); this.position++) {
      const logits = this.network.stepNetwork(this.walk.inputs());
      distributionOf(logits, this.distribution);
      const cost = costBits(this.distribution[this.source[this.position] ?? 0] ?? 0);
      this.costs[this.position] = cost;
      this.bits += cost;
      topOf(this.distribution, this.guesses, this.position);
      this.walk.encodeStep(logits);
    }
  }
}
