/**
 * Methods `blend` and `binary`: docs/BLEND.md, step by step, as a stranger would write it from the page.
 * In a step every lane decodes its byte from the state before the step and counts what it teaches; then the state moves.
 */
import { readFileSync } from 'node:fs';
import { type Kind, Lane, type MatchModel, type Segment } from './blend-lane.ts';
import { AdaptiveProbability, type Home, LineTable, Mixer, ProbabilityMap, Touched } from './blend-parts.ts';
import { laneStarts, laneStreams, RangeDecoder } from './lanes.ts';
import { clamp, classOf, firstGuess, squash, stretch } from './predictor-tables.ts';
import type { PlainStudent } from './student.ts';

interface InitialWeights {
  /** Of the four sets, for the sixteen inputs. */
  readonly sets: readonly (readonly number[])[];
  /** Of the final mixer, for the four outputs. */
  readonly final: readonly number[];
}

/** §5: from the file that the page names. */
function initialWeights(name: 'kLanesWeights' | 'kOneLaneWeights' | 'kBinaryWeights'): InitialWeights {
  const file = new URL('../../wasm/coder/src/blend/initial_weights.h', import.meta.url);
  const [, text] = new RegExp(`${name} = ([^;]*);`).exec(readFileSync(file, 'utf8'))!;
  const numbers = text!.match(/-?\d+/g)!.map(Number);
  return {
    sets: [0, 1, 2, 3].map((set) => numbers.slice(16 * set, 16 * set + 16)),
    final: numbers.slice(64, 68),
  };
}

/** Decides the next bit of a lane, which is 1 with probability p / 65,536: a RangeDecoder. */
export interface BitCoder {
  bit(p: number): 0 | 1;
}

/** What all lanes of a segment share. */
class Shared {
  readonly lines: LineTable;
  /** By context and bit history. */
  readonly historyProbabilities: readonly (readonly AdaptiveProbability[])[];
  /** By partial: the place of the student in `binary`. */
  readonly orderZero: readonly AdaptiveProbability[];
  readonly models: readonly MatchModel[];
  readonly mixers: readonly Mixer[];
  readonly final: Mixer;
  readonly maps = [new ProbabilityMap(), new ProbabilityMap()] as const;
  readonly touched = new Touched<AdaptiveProbability>();
  private bytes = 0;

  constructor(originalBytes: number, lanes: number, isBinary: boolean) {
    const digits = originalBytes.toString(2).length;
    const k = clamp(digits + 3, 12, 21);
    this.lines = new LineTable(2 ** k);
    this.historyProbabilities = Array.from({ length: 12 }, () =>
      firstGuess.map((p16) => new AdaptiveProbability(p16, 255)),
    );
    this.orderZero = Array.from({ length: 256 }, () => new AdaptiveProbability(32768, 255));
    this.models = [8, 5].map((minimum) => ({
      minimum,
      table: new Uint32Array(2 ** Math.min(k, 20)),
      expectations: Array.from(
        { length: 32 },
        (_, i) => new AdaptiveProbability(65536 - Math.floor(65536 / (2 * i + 4)), 1023),
      ),
    }));
    const weights = initialWeights(
      isBinary ? 'kBinaryWeights' : lanes > 1 ? 'kLanesWeights' : 'kOneLaneWeights',
    );
    this.mixers = weights.sets.map((initial) => new Mixer(initial, 2047));
    this.final = new Mixer(weights.final, 2839);
  }

  /** The end of a step in which so many lanes coded a byte. */
  settle(lanesCoded: number): void {
    for (const mixer of this.mixers) mixer.rate = 120 + Math.floor((1500 * 16384) / (16384 + this.bytes));
    this.final.rate = 125 + Math.floor((1000 * 8192) / (8192 + this.bytes));
    for (const part of [...this.mixers, this.final, ...this.maps, this.touched, this.lines]) part.settle();
    this.bytes += lanesCoded;
  }
}

/** Decodes the next byte of a lane, and counts what it teaches. @param frequencies the student's; none in `binary` */
function decodeByte(
  shared: Shared,
  lane: Lane,
  segment: Segment,
  decoder: BitCoder,
  frequencies: readonly number[] | undefined,
): number {
  let partial = 1;
  let homes: Home[] = [];
  const b1 = lane.b(1);
  const b2 = lane.b(2);
  const classes = [1, 2, 3].map((k) => classOf(lane.b(k)));

  for (let position = 0; position < 8; position++) {
    const half = Math.floor(position / 4);
    const nibble = half === 0 ? undefined : (partial >> (position - 4)) & 15;
    const node = half === 0 ? partial : (partial & ((1 << (position - 4)) - 1)) | (1 << (position - 4));
    if (position % 4 === 0) homes = lane.hashes.map((hash) => shared.lines.find(hash, nibble));

    // Inputs.
    const states = homes.map((home) => (home.isOwn ? home.line.histories[node]! : 0));
    const shown = states.map((state, i) => shared.historyProbabilities[i]![state]!);
    const orderZero = shared.orderZero[partial]!;
    const own = frequencies ? stretch(studentProbability(frequencies, partial)) : stretch(orderZero.p16);
    const said = lane.matches.map((match) => {
      const expected = match.expected(segment);
      const agrees = expected >= 0 && (256 + expected) >> (8 - position) === partial;
      return agrees ? { probability: match.probability, bit: (expected >> (7 - position)) & 1 } : undefined;
    });
    const matchInputs = said.map((says) =>
      says ? stretch(says.probability.p16) * (says.bit === 1 ? 1 : -1) : 0,
    );
    const inputs = [...shown.map(({ p16 }) => stretch(p16)), own, ...matchInputs, 256];

    // Mixing.
    const a = Math.min(Math.floor(Math.abs(own) / 160), 7);
    const matched = said.some((says) => says !== undefined) ? 1 : 0;
    const known = states.slice(0, 7).filter((state) => state !== 0).length;
    const phase = [0, 1, 1, 2, 2, 2, 3, 3][position]!;
    const [class1, class2, class3] = classes as [number, number, number];
    const rows = [
      partial,
      2 * b1 + half,
      64 * (2 * known + matched) + 8 * a + position,
      4 * (class1 + 8 * class2 + 64 * class3) + phase,
    ];
    const outputs = shared.mixers.map((mixer, set) => mixer.mix(rows[set]!, inputs));
    const x = shared.final.mix(partial, outputs);

    // Refinement.
    const l = clamp(x, -2047, 2047);
    const q = (Math.imul(b1 + 256 * b2, 0x2f0b4c47) >>> 0) >>> 12;
    const mapContexts = [partial + 256 * b1, (q ^ (Math.imul(partial, 0x9e3779b1) >>> 7)) & 0xffff] as const;
    const refined = shared.maps.map((map, i) => map.refine(mapContexts[i]!, l));
    const p = clamp(Math.floor((2 * squash(x) + refined[0]! + refined[1]! + 2) / 4), 1, 65535);

    const bit = decoder.bit(p);

    // What it teaches.
    for (const probability of shown) shared.touched.add(probability).count(bit);
    if (!frequencies) shared.touched.add(orderZero).count(bit);
    for (const says of said) if (says) shared.touched.add(says.probability).count(says.bit === bit ? 1 : 0);
    shared.mixers.forEach((mixer, set) => mixer.learn(rows[set]!, inputs, outputs[set]!, bit));
    shared.final.learn(partial, outputs, x, bit);
    shared.maps.forEach((map, i) => map.learn(mapContexts[i]!, l, bit));
    partial = 2 * partial + bit;
    if (position % 4 === 3) for (const home of homes) shared.lines.learn(home, partial & 15);
  }
  return partial & 255;
}

/** The student's P(bit = 1) of the decision at `partial`. */
function studentProbability(frequencies: readonly number[], partial: number): number {
  const below = (node: number): number => {
    const bits = Math.floor(Math.log2(node));
    const first = (node << (8 - bits)) & 255;
    return frequencies.slice(first, first + 2 ** (8 - bits)).reduce((sum, f) => sum + f, 0);
  };
  return Math.floor((65536 * below(partial * 2 + 1)) / below(partial));
}

/** @param student none with the method `binary`; recordLength only with it */
export function decodeBlend(
  payload: Uint8Array,
  originalBytes: number,
  lanes: number,
  student: PlainStudent | undefined,
  recordLength = 0,
): Uint8Array {
  const decoders = laneStreams(payload, lanes).map((stream) => new RangeDecoder(stream));
  return blendLanes(decoders, originalBytes, student, recordLength);
}

/** The bytes of a segment, each bit from the coder of its lane. */
export function blendLanes(
  coders: readonly BitCoder[],
  originalBytes: number,
  student: PlainStudent | undefined,
  recordLength: number,
): Uint8Array {
  const lanes = coders.length;
  const kind: Kind = { isBinary: student === undefined, recordLength };
  const segment: Segment = {
    bytes: new Uint8Array(originalBytes),
    starts: laneStarts(originalBytes, lanes),
    lanes,
  };
  const shared = new Shared(originalBytes, lanes, kind.isBinary);
  const all = coders.map((coder, number) => ({
    lane: new Lane(segment, number, kind, shared.models),
    coder,
    predict: student?.newLane(),
  }));
  for (;;) {
    const active = all.filter(({ lane }) => !lane.isDone);
    if (active.length === 0) return segment.bytes;
    const bytes = active.map(({ lane, coder, predict }) =>
      decodeByte(shared, lane, segment, coder, predict?.(lane.past)),
    );
    shared.settle(active.length);
    active.forEach(({ lane }, i) => lane.take(bytes[i]!));
    for (const { lane } of active) lane.lookForMatches();
    for (const { lane } of active) lane.enterMatches();
    for (const { lane } of active) lane.makeHashes();
  }
}
