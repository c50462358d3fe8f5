/**
 * What a `blend` learns with: docs/BLEND.md §1 (adaptive probabilities), §4 (table of bit histories), §5 (mixers), §6 (maps).
 * Each part reads as it was before the step, counts what the step teaches, and moves when it settles.
 */
import { clamp, next, squash } from './predictor-tables.ts';

/** ⌊a / b⌋ */
const floorDiv = (a: number, b: number): number => Math.floor(a / b);

/** Things that a step taught something. */
export class Touched<T extends { settle(): void }> {
  private readonly things = new Set<T>();

  add(thing: T): T {
    this.things.add(thing);
    return thing;
  }

  settle(): void {
    for (const thing of this.things) thing.settle();
    this.things.clear();
  }
}

/** §1 */
export class AdaptiveProbability {
  private p: number;
  private seen = 0;
  private zeros = 0;
  private ones = 0;
  private readonly limit: number;

  constructor(p16: number, limit: number) {
    this.p = 64 * p16;
    this.limit = limit;
  }

  get p16(): number {
    return Math.max(1, floorDiv(this.p, 64));
  }

  count(bit: 0 | 1): void {
    if (bit === 1) this.ones++;
    else this.zeros++;
  }

  settle(): void {
    const n = this.zeros + this.ones;
    const reciprocal = floorDiv(131072, 2 * (this.seen + n) + 1);
    this.p += floorDiv((this.ones * (2 ** 22 - 1) - n * this.p) * reciprocal, 65536);
    this.seen = Math.min(this.seen + n, this.limit);
    this.zeros = this.ones = 0;
  }
}

/** A line of §4. Slots 1 … 15 are the nodes of half a byte. */
export class Line {
  check = 0;
  claim = 0;
  histories = new Array<number>(16).fill(0);
  private zeros = new Array<number>(16).fill(0);
  private ones = new Array<number>(16).fill(0);

  /** The four bits of a nibble, in the slots that they pass. */
  count(nibble: number): void {
    for (let position = 0; position < 4; position++) {
      const node = (16 + nibble) >> (4 - position);
      const counts = (nibble >> (3 - position)) & 1 ? this.ones : this.zeros;
      counts[node] = Math.min(counts[node]! + 1, 15);
    }
  }

  empty(check: number): void {
    this.check = check;
    this.claim = 0;
    this.histories = new Array<number>(16).fill(0);
    this.zeros = new Array<number>(16).fill(0);
    this.ones = new Array<number>(16).fill(0);
  }

  settle(): void {
    for (let node = 1; node < 16; node++) {
      const [zeros, ones] = [this.zeros[node]!, this.ones[node]!];
      const rarer = ones < zeros ? 1 : 0;
      for (let i = 0; i < Math.min(zeros, ones); i++) this.move(node, rarer);
      for (let i = 0; i < Math.max(zeros, ones); i++) this.move(node, rarer === 1 ? 0 : 1);
      this.zeros[node] = this.ones[node] = 0;
    }
  }

  private move(node: number, bit: 0 | 1): void {
    this.histories[node] = next[this.histories[node]!]![bit];
  }
}

/** Where a context lives for half a byte: in `line` if that has its check, else it wants that line. */
export interface Home {
  readonly line: Line;
  readonly isOwn: boolean;
  readonly check: number;
}

/** §4 */
export class LineTable {
  private readonly lines = new Map<number, Line>();
  private readonly size: number;
  private readonly touched = new Touched<Line>();
  private wanted: { home: Home; nibble: number }[] = [];

  constructor(size: number) {
    this.size = size;
  }

  /** @param firstHalf bits of the first half of the byte; undefined for the first half itself */
  find(hash: bigint, firstHalf: number | undefined): Home {
    const low = Number(hash & 0xffffffffn);
    const place = firstHalf === undefined ? low : (low ^ (2 * (firstHalf + 1))) >>> 0;
    const check = (Number(hash >> 56n) % 255) + 1;
    const a = this.line(place % this.size);
    const b = this.line((place % this.size) ^ 1);
    for (const line of [a, b]) if (line.check === check) return { line, isOwn: true, check };
    return { line: a.histories[1]! <= b.histories[1]! ? a : b, isOwn: false, check };
  }

  learn(home: Home, nibble: number): void {
    if (home.isOwn) this.touched.add(home.line).count(nibble);
    else {
      home.line.claim = Math.max(home.line.claim, home.check);
      this.wanted.push({ home, nibble });
    }
  }

  settle(): void {
    for (const { home } of this.wanted) if (home.line.claim > 0) home.line.empty(home.line.claim);
    for (const { home, nibble } of this.wanted)
      if (home.line.check === home.check) this.touched.add(home.line).count(nibble);
    this.wanted = [];
    this.touched.settle();
  }

  private line(number: number): Line {
    const line = this.lines.get(number) ?? new Line();
    this.lines.set(number, line);
    return line;
  }
}

class Row {
  readonly weights: number[];
  private readonly sums: number[];
  private hits = 0;
  private readonly mixer: Mixer;

  constructor(mixer: Mixer, initial: readonly number[]) {
    this.mixer = mixer;
    this.weights = initial.map((weight) => weight * 65536);
    this.sums = initial.map(() => 0);
  }

  /** @returns the sum of inputs times weights */
  weigh(inputs: readonly number[]): number {
    return inputs.reduce((sum, input, i) => sum + input * floorDiv(this.weights[i]!, 65536), 0);
  }

  count(inputs: readonly number[], error: number): void {
    inputs.forEach((input, i) => {
      this.sums[i]! += floorDiv(input, 8) * floorDiv(error + 8, 16);
    });
    this.hits++;
  }

  settle(): void {
    const factor = floorDiv(this.mixer.rate * floorDiv(65536 * 8, 8 + this.hits - 1), 16);
    this.sums.forEach((sum, i) => {
      const moved = this.weights[i]! + floorDiv(sum * factor, 65536);
      this.weights[i] = clamp(moved, -9 * 2 ** 26, 9 * 2 ** 26);
      this.sums[i] = 0;
    });
    this.hits = 0;
  }
}

/** A set of rows: §5. */
export class Mixer {
  /** Of the step. */
  rate = 0;
  private readonly rows = new Map<number, Row>();
  private readonly touched = new Touched<Row>();
  private readonly initial: readonly number[];
  private readonly limit: number;

  constructor(initial: readonly number[], limit: number) {
    this.initial = initial;
    this.limit = limit;
  }

  mix(row: number, inputs: readonly number[]): number {
    return clamp(floorDiv(this.row(row).weigh(inputs), 2 ** 13), -this.limit, this.limit);
  }

  /** @param output what `mix` gave */
  learn(row: number, inputs: readonly number[], output: number, bit: 0 | 1): void {
    const error = 65536 * bit - squash(output);
    if (Math.abs(error) >= 256) this.touched.add(this.row(row)).count(inputs, error);
  }

  settle(): void {
    this.touched.settle();
  }

  private row(number: number): Row {
    const row = this.rows.get(number) ?? new Row(this, this.initial);
    this.rows.set(number, row);
    return row;
  }
}

class Points {
  readonly values = Array.from({ length: 16 }, (_, i) =>
    squash(clamp(floorDiv(4096 * i, 15) - 2048, -2047, 2047)),
  );
  private readonly sums = new Array<number>(16).fill(0);
  private readonly hits = new Array<number>(16).fill(0);

  count(i: number, weight: number, bit: 0 | 1): void {
    this.sums[i]! += floorDiv((65535 * bit - this.values[i]!) * weight, 2 ** 13);
    this.hits[i]!++;
  }

  settle(): void {
    for (let i = 0; i < 16; i++) {
      const [sum, hits] = [this.sums[i]!, this.hits[i]!];
      if (hits === 0) continue;
      const move = hits > 24 ? Math.trunc((sum * 24) / hits) : sum;
      this.values[i] = clamp(this.values[i]! + move, 16, 65519);
      this.sums[i] = this.hits[i] = 0;
    }
  }
}

/** A map of §6. */
export class ProbabilityMap {
  private readonly contexts = new Map<number, Points>();
  private readonly touched = new Touched<Points>();

  /** @param x a logit within ±2047 */
  refine(context: number, x: number): number {
    const { values } = this.points(context);
    const { i, v } = this.place(x);
    return floorDiv(values[i]! * (128 - v) + values[i + 1]! * v + 64, 128);
  }

  learn(context: number, x: number, bit: 0 | 1): void {
    const points = this.touched.add(this.points(context));
    const { i, v } = this.place(x);
    points.count(i, 128 - v, bit);
    points.count(i + 1, v, bit);
  }

  settle(): void {
    this.touched.settle();
  }

  private place(x: number): { i: number; v: number } {
    const t = 15 * (x + 2048);
    return { i: floorDiv(t, 4096), v: floorDiv(t, 32) % 128 };
  }

  private points(context: number): Points {
    const points = this.contexts.get(context) ?? new Points();
    this.contexts.set(context, points);
    return points;
  }
}
