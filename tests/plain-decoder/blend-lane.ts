/**
 * A lane of a `blend` or `binary` segment: its past, the hashes of its contexts (docs/BLEND.md §2), and what its two match
 * models expect (§3). Nothing here is shared between lanes, except the matches' tables.
 */
import type { AdaptiveProbability } from './blend-parts.ts';
import { combine, isLetter, lowered } from './predictor-tables.ts';

export interface Kind {
  readonly isBinary: boolean;
  /** 0: none. */
  readonly recordLength: number;
}

/** The segment as far as it is decoded: lanes one after the other, with gaps where they are not yet. */
export interface Segment {
  readonly bytes: Uint8Array;
  /** Where each lane begins, and the end. */
  readonly starts: readonly number[];
  readonly lanes: number;
}

/** One of the two match models, shared by all lanes. */
export interface MatchModel {
  readonly minimum: number;
  /** 2^t entries. */
  readonly table: Uint32Array;
  /** By bucket. */
  readonly expectations: readonly AdaptiveProbability[];
}

/** What one lane holds of a match model. */
class Match {
  private pointer = 0;
  private length = 0;
  private readonly model: MatchModel;

  constructor(model: MatchModel) {
    this.model = model;
  }

  /** −1: none. */
  expected({ bytes }: Segment): number {
    return this.length > 0 ? bytes[this.pointer]! : -1;
  }

  get bucket(): number {
    const n = this.length;
    if (n < 16) return n;
    if (n < 32) return 16 + Math.floor((n - 16) / 4);
    if (n < 64) return 20 + Math.floor((n - 32) / 8);
    if (n < 400) return 24 + Math.floor((n - 64) / 64);
    return 30;
  }

  get probability(): AdaptiveProbability {
    return this.model.expectations[this.bucket]!;
  }

  /** After a byte of the lane: follows it, and looks for a match where there is none. @param here offset of that byte */
  update(segment: Segment, lane: number, here: number): void {
    const { bytes, starts, lanes } = segment;
    const { minimum, table } = this.model;
    if (this.length > 0) {
      if (bytes[here] === bytes[this.pointer] && this.pointer + 1 < bytes.length) {
        this.pointer++;
        this.length = Math.min(this.length + 1, 65535);
      } else this.length = 0;
    }
    const past = here + 1 - starts[lane]!;
    if (past < minimum || this.length > 0) return;
    const entry = table[this.slot(bytes, here)]!;
    if (entry === 0) return;
    const s = Math.floor((entry - 1) / lanes);
    const candidate = starts[(entry - 1) % lanes]! + s;
    if (candidate >= bytes.length) return;
    const most = Math.min(s, past, 32);
    let count = 0;
    while (count < most && bytes[candidate - 1 - count] === bytes[here - count]) count++;
    if (count < minimum) return;
    this.pointer = candidate;
    this.length = count;
  }

  enter({ bytes, starts, lanes }: Segment, lane: number, here: number): void {
    const step = here - starts[lane]!;
    if (step + 1 < this.model.minimum) return;
    const slot = this.slot(bytes, here);
    this.model.table[slot] = Math.max(this.model.table[slot]!, (step + 1) * lanes + lane + 1);
  }

  private slot(bytes: Uint8Array, here: number): number {
    let h = 0;
    for (let k = 0; k < this.model.minimum; k++) h = Math.imul(h + bytes[here - k]! + 1, 0x2f0b4c47);
    return ((h ^ (h >>> 15)) >>> 0) % this.model.table.length;
  }
}

export class Lane {
  readonly past: number[] = [];
  /** Of the twelve contexts, for the byte to come. */
  hashes: readonly bigint[] = [];
  readonly matches: readonly Match[];
  private readonly segment: Segment;
  private readonly number: number;
  private readonly kind: Kind;
  private word = 0n;
  private isInside = false;
  private readonly words: [bigint, bigint] = [0n, 0n];
  private column = 0;
  private line = 0n;
  private readonly following = new Map<bigint, number>();

  constructor(segment: Segment, number: number, kind: Kind, models: readonly MatchModel[]) {
    this.segment = segment;
    this.number = number;
    this.kind = kind;
    this.matches = models.map((model) => new Match(model));
    this.makeHashes();
  }

  /** The k-th byte back; 0 before the lane's start. */
  b(k: number): number {
    return this.past[this.past.length - k] ?? 0;
  }

  /** Where the byte to come goes. */
  get here(): number {
    return this.segment.starts[this.number]! + this.past.length;
  }

  get isDone(): boolean {
    return this.here === this.segment.starts[this.number + 1];
  }

  /** After `take`. */
  lookForMatches(): void {
    for (const match of this.matches) match.update(this.segment, this.number, this.here - 1);
  }

  /** After all lanes have looked. */
  enterMatches(): void {
    for (const match of this.matches) match.enter(this.segment, this.number, this.here - 1);
  }

  take(c: number): void {
    this.segment.bytes[this.here] = c;
    const two = this.low(2);
    const followers = BigInt(this.following.get(two) ?? 0);
    this.following.set(two, Number((followers * 256n + BigInt(c)) & 0xffffffffn));
    this.past.push(c);
    if (isLetter(c)) {
      this.word = combine(this.word, BigInt(lowered(c)));
      this.isInside = true;
    } else if (this.isInside) {
      this.words[1] = this.words[0];
      this.words[0] = this.word;
      this.word = 0n;
      this.isInside = false;
    }
    if (c === 0x0a) {
      this.column = 0;
      this.line = 0n;
    } else {
      if (this.column < 3) this.line = combine(this.line, BigInt(c));
      this.column++;
    }
  }

  /** After matches have moved: the contexts look at them. */
  makeHashes(): void {
    const several = this.segment.lanes > 1;
    const raw = this.kind.isBinary ? this.binaryContexts(several) : this.textContexts(several);
    this.hashes = raw.map((value, i) => {
      const hash = combine(value, BigInt(i));
      return several && !this.kind.isBinary && i >= 9 ? combine(hash, BigInt(this.number + 1)) : hash;
    });
  }

  /** The last n bytes, the least significant the last. */
  private low(n: number): bigint {
    let value = 0n;
    for (let k = n; k >= 1; k--) value = value * 256n + BigInt(this.b(k));
    return value;
  }

  private textContexts(several: boolean): bigint[] {
    const { word, line, isInside: inside } = this;
    const [words0, words1] = this.words;
    const gap = inside ? 0n : BigInt(this.b(1)) + 1n;
    const unit = combine(combine(word, gap), inside ? 0n : words0);
    return [
      this.low(1),
      this.low(2),
      this.low(4),
      this.low(6),
      unit,
      combine(combine(word, gap), combine(words0, inside ? 0n : words1)),
      combine(combine(word, gap), words1),
      combine(line, BigInt(Math.min(this.column, 255))),
      this.matchContext() | (this.low(1) * 256n),
      several ? this.low(2) : this.low(3),
      several ? this.low(3) : this.low(8),
      several ? unit : this.followersContext(),
    ];
  }

  private binaryContexts(several: boolean): bigint[] {
    const r = this.kind.recordLength;
    const n = this.past.length;
    const column = BigInt(n % (r === 0 ? 4 : r));
    const above = BigInt(r === 0 || n < r ? 0 : this.b(r));
    const twoAbove = BigInt(r === 0 || n < 2 * r ? 0 : this.b(2 * r));
    return [
      this.low(1),
      this.low(2),
      this.low(3),
      this.low(4),
      this.low(8) & 0xffff00n,
      this.low(8) & 0xff00ff00n,
      combine(column, above),
      combine(above + 256n * twoAbove, this.low(1)),
      this.matchContext() | (this.low(1) * 256n),
      combine(above, this.low(1)),
      combine(column, this.low(2)),
      several ? this.low(6) : this.followersContext(),
    ];
  }

  private matchContext(): bigint {
    const match = this.matches.find((one) => one.expected(this.segment) >= 0);
    if (match === undefined) return 0n;
    return BigInt((match.expected(this.segment) + 1) * 65536 + Math.min(match.bucket, 15));
  }

  private followersContext(): bigint {
    return combine(BigInt((this.following.get(this.low(2)) ?? 0) & 0xffff), this.low(1));
  }
}
