/**
 * The predictor of method `teacher`, generation 1, written from docs/PREDICTOR.md alone: plain and slow, the specification's
 * independent check. Section numbers are that page's.
 */

const L = 2047;
const clamp = (x: number, n: number): number => (x > n ? n : x < -n ? -n : x);
const within = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
/** x / 2^n rounded down, for products beyond 32 bits (exact below 2^53). */
const shift = (x: number, n: number): number => Math.floor(x / 2 ** n);
const at = <T>(list: ArrayLike<T>, index: number): T => list[index] as T;

// §2
const factors = [
  4278222805n,
  4261543595n,
  4228380000n,
  4162825044n,
  4034748382n,
  3790295335n,
  3344923893n,
  2605029347n,
  1580030169n,
  581260615n,
  78665070n,
  1440801n,
];
const squashes = Array.from({ length: 5679 }, (_, i) => {
  const x = Math.abs(i - 2839);
  let e = 1n << 32n;
  for (let k = 0; k < 12; k++) if ((x >> k) & 1) e = (e * at(factors, k) + (1n << 31n)) >> 32n;
  const one = 1n << 32n;
  const q = Math.max(Number(((e << 16n) + (one + e) / 2n) / (one + e)), 1);
  return i < 2839 ? q : 65536 - q;
});
const squash = (x: number): number => at(squashes, x + 2839);
function invert(p20: number): number {
  for (let x = -L; x < L; x++) if (squash(x) * 16 >= p20) return x;
  return L;
}
const tail = Array.from({ length: 4096 }, (_, p) => invert(16 * p + 8));
const coarse = Array.from({ length: 2048 }, (_, i) => invert(256 * i + 128));
function stretch(p: number): number {
  if (p < 4096) return at(tail, p);
  if (p >= 61440) return -at(tail, 65535 - p);
  const i = p >> 4;
  return i < 2048 ? at(coarse, i) : -at(coarse, 4095 - i);
}
const pair = (p16: number): [number, number] => [stretch(p16), (p16 - 32768) >> 5];

// §3
const R = (n: number): number => Math.floor(131072 / (2 * n + 3));
class Adaptive {
  private p: number;
  private n = 0;
  constructor(p16 = 32768) {
    this.p = p16 * 64;
  }
  get p16(): number {
    return Math.max(this.p >> 6, 1);
  }
  update(bit: number, limit: number): void {
    this.p += shift(((bit ? 4194303 : 0) - this.p) * R(this.n), 16);
    if (this.n < limit) this.n++;
  }
}
class GatedMixers {
  private readonly rows = new Map<number, Int32Array>();
  private row(index: number): Int32Array {
    let row = this.rows.get(index);
    if (!row) this.rows.set(index, (row = Int32Array.from(weights, (t) => t * 65536)));
    return row;
  }
  mix(inputs: number[], index: number): number {
    const row = this.row(index);
    return clamp(inputs.reduce((sum, x, i) => sum + x * ((at(row, i) + 32768) >> 16), 0) >> 13, L);
  }
  learn(inputs: number[], index: number, error: number, rate: number): void {
    const row = this.row(index);
    const s = shift(error * rate + 4096, 13);
    inputs.forEach((x, i) => (row[i] = clamp(at(row, i) + 4 * s * x, 13100 * 65536)));
  }
}
class FinalMixers {
  private readonly rows = new Map<number, number[]>();
  private row(index: number): number[] {
    let row = this.rows.get(index);
    if (!row) this.rows.set(index, (row = Array<number>(12).fill(5461)));
    return row;
  }
  mix(logits: number[], index: number): number {
    const row = this.row(index);
    return clamp(
      shift(
        logits.reduce((sum, x, i) => sum + x * at(row, i), 0),
        16,
      ),
      2839,
    );
  }
  learn(logits: number[], index: number, error: number, rate: number): void {
    const row = this.row(index);
    logits.forEach((x, i) => (row[i] = clamp(at(row, i) + shift(x * error * rate + 2 ** 23, 24), 4 * 65536)));
  }
}
const identity = Array.from({ length: 16 }, (_, i) => squash(clamp(Math.floor((i * 4096) / 15) - 2048, L)));
class Apm {
  private readonly rows = new Map<number, number[]>();
  private place(x: number, index: number): { row: number[]; i: number; f: number } {
    let row = this.rows.get(index);
    if (!row) this.rows.set(index, (row = [...identity]));
    const a = (x + 2048) * 15;
    return { row, i: a >> 12, f: (a >> 5) & 127 };
  }
  refine(x: number, index: number): number {
    const { row, i, f } = this.place(x, index);
    return (at(row, i) * (128 - f) + at(row, i + 1) * f + 64) >> 7;
  }
  learn(x: number, index: number, bit: number): void {
    const { row, i, f } = this.place(x, index);
    const t = bit ? 65535 : 0;
    row[i] = at(row, i) + (((t - at(row, i)) * (128 - f)) >> 12);
    row[i + 1] = at(row, i + 1) + (((t - at(row, i + 1)) * f) >> 12);
  }
}

// §4
interface State {
  readonly n0: number;
  readonly n1: number;
  readonly sequence: number;
  readonly last: number;
}
const keyOf = ({ n0, n1, sequence, last }: State): number[] => [
  n0 + n1,
  n0,
  n1,
  sequence,
  n0 && n1 ? last : 0,
];
function after({ n0, n1, sequence }: State, bit: number): State {
  const most = [41, 30, 14, 9, 7, 6, 6];
  const old = bit ? n0 : n1;
  let other = old <= 2 ? old : 2 + Math.floor(Math.log2(old - 1));
  let same = (bit ? n1 : n0) + 1;
  while (!(Math.min(same, other) <= 6 && Math.max(same, other) <= at(most, Math.min(same, other)))) {
    if (same > other || other === 0) same--;
    else other--;
  }
  const next = sequence && sequence < 16 ? 2 * sequence + bit : 0;
  return { n0: bit ? other : same, n1: bit ? same : other, sequence: next, last: bit };
}
const states: State[] = [];
{
  const known = new Map<string, State>();
  const open: State[] = [{ n0: 0, n1: 0, sequence: 1, last: 0 }];
  for (let state = open.pop(); state; state = open.pop()) {
    const key = keyOf(state).join();
    if (known.has(key)) continue;
    known.set(key, state);
    open.push(after(state, 0), after(state, 1));
  }
  const order = (a: State, b: State): number => {
    const [x, y] = [keyOf(a), keyOf(b)];
    const i = x.findIndex((value, k) => value !== y[k]);
    return i < 0 ? 0 : at(x, i) - at(y, i);
  };
  states.push(...[...known.values()].sort(order));
}
const numbers = new Map(states.map((state, i) => [keyOf(state).join(), i]));
const successors = states.map((s) => [0, 1].map((bit) => numbers.get(keyOf(after(s, bit)).join()) as number));
const initial = ({ n0, n1 }: State): number => Math.floor((65536 * (5 * n1 + 2)) / (5 * (n0 + n1) + 4));

// §5
class SlotTable {
  private readonly lines = new Map<number, number[][]>();
  private readonly slots: number;
  constructor(slots: number) {
    this.slots = slots;
  }
  find(line: number, check: number): readonly number[] {
    return this.lines.get(line)?.find((slot) => slot[0] === check) ?? Array<number>(16).fill(0);
  }
  claim(line: number, check: number): number[] {
    let slots = this.lines.get(line);
    if (!slots)
      this.lines.set(line, (slots = Array.from({ length: this.slots }, () => Array<number>(16).fill(0))));
    const found = slots.find((slot) => slot[0] === check);
    if (found) return found;
    const priority = (slot: number[]): number => (this.slots === 4 ? at(slot, 1) : at(slot, 1) & 15);
    const victim = slots.reduce((least, slot) => (priority(slot) < priority(least) ? slot : least));
    victim.fill(0);
    victim[0] = check;
    return victim;
  }
}

// §6
const u64 = (x: bigint): bigint => BigInt.asUintN(64, x);
function H(a: bigint, b: bigint): bigint {
  let h = u64((a ^ u64(b + 0x9e3779b97f4a7c15n)) * 0xd6e8feb86659fd93n);
  h ^= h >> 32n;
  h = u64(h * 0xcf1bbcdcb7a56463n);
  return h ^ (h >> 29n);
}
const isIn = (c: number, text: string): boolean => c < 128 && text.includes(String.fromCharCode(c));
function classOf(c: number): number {
  if (c === 32 || c === 10) return 1;
  if (c < 32) return 0;
  if (c >= 48 && c <= 57) return 2;
  if (c >= 97 && c <= 122) return 3;
  if (c >= 65 && c <= 90) return 4;
  return isIn(c, ".,;:'-") ? 5 : c >= 128 ? 7 : 6;
}

/** §7 */
class Match {
  length = 0;
  bucket = 0;
  expected = -1;
  private pointer = 0;
  private readonly slots = new Map<number, number>();
  private readonly trust = Array.from(
    { length: 32 },
    (_, i) => new Adaptive(65536 - Math.floor(65536 / (2 * i + 4))),
  );
  private readonly minimum: number;
  private readonly bits: number;
  constructor(minimum: number, bits: number) {
    this.minimum = minimum;
    this.bits = bits;
  }
  update(past: readonly number[]): void {
    const n = past.length;
    const c = at(past, n - 1);
    if (this.expected >= 0) {
      for (let k = 7; k >= 0; k--) {
        const agrees = (c >> k) & 1 ? (this.expected >> k) & 1 : 1 - ((this.expected >> k) & 1);
        at(this.trust, this.bucket).update(agrees, 1023);
        if (!agrees) break;
      }
      if (c === this.expected) {
        this.pointer++;
        this.length = Math.min(this.length + 1, 65535);
      } else this.length = 0;
    }
    if (n >= this.minimum) {
      let h = 0;
      for (let i = 1; i <= this.minimum; i++) h = Math.imul(h + at(past, n - i) + 1, 0x2f0b4c47) >>> 0;
      const slot = ((h ^ (h >>> 15)) >>> 0) % 2 ** this.bits;
      const q = this.slots.get(slot) ?? 0;
      if (this.length === 0 && q !== 0) {
        let count = 0;
        while (count < 400 && count < q && past[q - 1 - count] === past[n - 1 - count]) count++;
        if (count >= this.minimum) [this.length, this.pointer] = [count, q];
      }
      this.slots.set(slot, n);
    }
    const { length } = this;
    if (length <= 16) this.bucket = length;
    else if (length <= 32) this.bucket = 16 + Math.floor((length - 15) / 3);
    else {
      this.bucket = 22;
      for (let e = 40; length > e && this.bucket < 31; e += e >> 1) this.bucket++;
    }
    this.expected = length > 0 ? at(past, this.pointer) : -1;
  }
  /** The expected bit, or -1. */
  bit(partial: number, position: number): number {
    if (this.expected < 0 || (this.expected | 256) >> (8 - position) !== partial) return -1;
    return (this.expected >> (7 - position)) & 1;
  }
  pair(bit: number): [number, number] {
    if (bit < 0) return [0, 0];
    const [x, y] = pair(at(this.trust, this.bucket).p16);
    return bit ? [x, y] : [-x, -y];
  }
}

class Lane {
  readonly past: number[] = [];
  readonly long: Match;
  readonly recent: Match;
  hashes = Array.from({ length: 16 }, (_, i) => H(BigInt(i), 0n));
  classes = 0;
  wordState = 0;
  markup = 0;
  column = 0;
  private readonly followers = Array<number>(256).fill(0);
  private word = 0n;
  private words = [0n, 0n, 0n, 0n];
  private length = 0;
  private lineStart = 0n;
  private first = 0;
  private links = 0;
  private templates = 0;
  private tag = false;
  constructor(bits: number) {
    this.long = new Match(7, bits);
    this.recent = new Match(4, bits);
  }
  last(k: number): number {
    return this.past[this.past.length - k] ?? 0;
  }
  get match(): Match {
    return this.long.expected >= 0 ? this.long : this.recent;
  }
  update(c: number): void {
    this.past.push(c);
    this.long.update(this.past);
    this.recent.update(this.past);
    const before = this.last(2);
    this.followers[before] = (at(this.followers, before) * 256 + c) % 2 ** 32;
    this.classes = (this.classes * 8 + classOf(c)) & 511;
    if (isIn(c | 32, 'abcdefghijklmnopqrstuvwxyz') ? classOf(c) === 3 || classOf(c) === 4 : c >= 128) {
      this.word = H(this.word, BigInt(classOf(c) === 4 ? c + 32 : c));
      this.length++;
    } else if (this.length > 0) {
      this.words = [this.word, ...this.words.slice(0, 3)];
      this.word = 0n;
      this.length = 0;
    }
    this.wordState =
      this.length > 0 ? Math.min(this.length, 15) : 16 + classOf(c) + 8 * Number(classOf(before) === 3);
    this.trackMarkup(c, before);
    this.hash(c);
  }
  private trackMarkup(c: number, before: number): void {
    if (c === 10) {
      this.lineStart = 0n;
      this.column = this.links = 0;
      this.tag = false;
    } else {
      if (this.column === 0) this.first = c;
      if (this.column < 3) this.lineStart = H(this.lineStart, BigInt(c));
      this.column++;
    }
    const char = String.fromCharCode(c);
    const same = before === c;
    if (char === '[') this.links = same ? 2 : 1;
    if (char === ']') this.links = 0;
    if (char === '|' && this.links === 2) this.links = 3;
    if (char === '{' && same) this.templates = 1;
    if (char === '}' && same) this.templates = 0;
    if (char === '<') this.tag = true;
    if (char === '>' || (char === ';' && this.tag)) this.tag = false;
    if (char === '&') this.tag = true;
    const line = isIn(this.first, '*#:') ? 1 : isIn(this.first, '=|!') ? 2 : isIn(this.first, ' <') ? 3 : 0;
    this.markup = this.tag ? 12 + line : this.links ? 8 + this.links : this.templates ? 4 + line : line;
  }
  private hash(c: number): void {
    let recent = 0n;
    for (let k = 8; k >= 1; k--) recent = recent * 256n + BigInt(this.last(k));
    const low = (n: number): bigint => recent % (1n << BigInt(8 * n));
    const [w0, w1, w2] = this.words as [bigint, bigint, bigint];
    const W = H(this.word, this.length > 0 ? 0n : BigInt(c) + 1n);
    const k = (x: bigint): bigint => (this.length > 0 ? 0n : x);
    const { match } = this;
    const sources: [bigint, bigint][] = [
      ...[1, 2, 3, 4, 5, 6].map((n): [bigint, bigint] => [low(n), 0n]),
      [recent, 0n],
      [W, k(w0)],
      [W, H(w0, k(w1))],
      [W, H(w0, H(w1, k(w2)))],
      [W, w1],
      [recent & 0xffff00n, 1n],
      [0n, 0n],
      [BigInt(at(this.followers, c) & 0xffff), low(1)],
      [BigInt(match.expected + 1) * 256n + low(1), BigInt(match.bucket)],
      [H(this.lineStart, BigInt(Math.min(this.column, 255))), BigInt(this.last(this.column + 1))],
    ];
    this.hashes = sources.map(([a, b], i) => H(H(a, b), BigInt(i)));
  }
}

const student = -2;
const follows = [-1, 0, 1, 2, 3, 4, 5, student, 7, 8, student, student, student, student, student, student];
const counters = [0, 1, 2, 3, 4, 5, -1, 6, 7, -1, -1, -1, -1, -1, -1, -1];

interface Decision {
  readonly inputs: number[];
  readonly rows: number[];
  readonly logits: number[];
  readonly finals: { row: number; logit: number }[];
  readonly refinements: number[];
  readonly st: number;
  readonly x: number;
  readonly apms: number[];
  readonly p16: number;
}

const bitsFor = (count: number): number => (count <= 1 ? 0 : 32 - Math.clz32(count - 1));

/** All that a segment's lanes share, and the lanes. */
export class TeacherPredictor {
  private readonly lanes: Lane[];
  private readonly histories = new SlotTable(4);
  private readonly counters = new SlotTable(2);
  private readonly historyLines: number;
  private readonly counterLines: number;
  private readonly icm = follows.map(() => states.map((state) => new Adaptive(initial(state))));
  private readonly isse = follows.map(() => states.map((): [number, number] => [3 * 2 ** 27, 0]));
  private readonly order0 = Array.from({ length: 256 }, () => new Adaptive());
  private readonly mixers = Array.from({ length: 12 }, () => new GatedMixers());
  private readonly finals = [new FinalMixers(), new FinalMixers()];
  private readonly apms = Array.from({ length: 5 }, () => new Apm());
  private readonly refinements = Array.from({ length: 3 }, () => new Apm());
  private learnt = 0;

  constructor(bytes: number, lanes: number, memoryLog2 = 27) {
    const historyBits = within(bitsFor(bytes) + 6, 20, memoryLog2 - 1);
    this.historyLines = 2 ** (historyBits - 6);
    this.counterLines = 2 ** (historyBits - 7);
    const matchBits = within(bitsFor(Math.ceil(bytes / lanes)), 10, 20);
    this.lanes = Array.from({ length: lanes }, () => new Lane(matchBits));
  }

  /** Codes a lane's next byte: nextBit is given P(bit = 1)·2^16 of each decision and tells the bit. Returns the byte. */
  code(laneIndex: number, frequencies: readonly number[], nextBit: (p16: number) => number): number {
    const lane = at(this.lanes, laneIndex);
    const sums = Array<number>(512).fill(0);
    frequencies.forEach((f, i) => (sums[256 + i] = f));
    for (let i = 255; i >= 1; i--) sums[i] = at(sums, 2 * i) + at(sums, 2 * i + 1);
    const order = frequencies
      .map((_, i) => i)
      .sort((a, b) => at(frequencies, b) - at(frequencies, a) || a - b);
    const [top, second] = order as [number, number];
    const most = at(frequencies, top);
    const seen = {
      sums,
      top,
      second,
      confidence: [14000, 32768, 58000].filter((edge) => most >= edge).length,
    };
    const hashes = [...lane.hashes];
    hashes[12] = H(BigInt(top * 2 ** 24 + second * 65536 + lane.last(1) * 256), 97n);
    const places = hashes.map((h) => ({
      line: Number(h % BigInt(this.historyLines)),
      check: Number(h >> 56n),
      counterLine: Number(((h >> 8n) & 0xffffffffn) % BigInt(this.counterLines)),
      counterCheck: Number((h >> 40n) & 65535n),
    }));
    const slotsOf = (mix: number): { histories: (readonly number[])[]; counters: (readonly number[])[] } => ({
      histories: places.map(({ line, check }) => this.histories.find(line ^ mix, check)),
      counters: places
        .filter((_, i) => at(counters, i) >= 0)
        .map(({ counterLine, counterCheck }) => this.counters.find(counterLine ^ mix, counterCheck)),
    });
    let slots = slotsOf(0);
    let partial = 1;
    const path: Decision[] = [];
    for (let position = 0; position < 8; position++) {
      if (position === 4) slots = slotsOf((partial & 15) + 1);
      const decision = this.evaluate(lane, seen, slots, partial, position);
      path.push(decision);
      partial = partial * 2 + nextBit(decision.p16);
    }
    const byte = partial & 255;
    this.learn(byte, path, places);
    lane.update(byte);
    return byte;
  }

  private evaluate(
    lane: Lane,
    seen: { sums: number[]; top: number; second: number; confidence: number },
    slots: { histories: (readonly number[])[]; counters: (readonly number[])[] },
    partial: number,
    position: number,
  ): Decision {
    const node = position < 4 ? partial : (partial & (2 ** (position - 4) - 1)) | (1 << (position - 4));
    const sp = Math.floor((at(seen.sums, 2 * partial + 1) * 65536) / at(seen.sums, partial));
    const st = stretch(sp);
    const level = (st + 2048) >> 7;
    const isOn = (byte: number): number => Number((byte | 256) >> (8 - position) === partial);
    const on = 2 * isOn(seen.top) + isOn(seen.second);
    const inputs = Array<number>(80).fill(0);
    const put = (index: number, [a, b]: [number, number]): void =>
      void ([inputs[index], inputs[index + 1]] = [a, b]);
    put(64, pair(at(this.order0, partial).p16));
    slots.histories.forEach((slot, i) => {
      const s = at(slot, node);
      put(2 * i, pair(at(at(this.icm, i), s).p16));
      const previous = at(follows, i);
      const from = previous === student ? st : at(inputs, previous < 0 ? 64 : 32 + previous);
      const [scale, bias] = at(at(this.isse, i), s).map((w) => shift(w + 32768, 16)) as [number, number];
      inputs[32 + i] = clamp((from * scale + 256 * bias) >> 13, L);
    });
    slots.counters.forEach((slot, d) => put(48 + 2 * d, pair(16 * ((at(slot, node) ^ 0x8000) >> 4) + 8)));
    const longBit = lane.long.bit(partial, position);
    const recentBit = lane.recent.bit(partial, position);
    put(66, lane.long.pair(longBit));
    put(68, lane.recent.pair(recentBit));
    inputs[70] = 256;
    put(71, pair(sp));
    const G = Math.imul(lane.last(1) + 256 * lane.last(2), 0x2f0b4c47) >>> 12;
    const refinements = [
      partial + 256 * lane.last(1),
      partial + 256 * (lane.match.expected & 255),
      Math.imul(G ^ partial, 0x9e3779b1) >>> 16,
    ];
    refinements.forEach((row, r) => (inputs[73 + r] = stretch(at(this.refinements, r).refine(st, row))));

    const matched = 2 * Number(longBit >= 0) + Number(recentBit >= 0);
    const known = slots.histories.slice(0, 7).filter((slot) => slot[node] !== 0).length;
    const rows = [
      partial,
      lane.last(1) * 8 + position,
      lane.match.bucket * 32 + matched * 8 + position,
      lane.last(2) * 2 + Number(position >= 4),
      (known * 2 + Number(matched > 0)) * 8 + position,
      lane.wordState * 8 + position,
      (lane.markup * 8 + (lane.classes & 7)) * 8 + position,
      lane.classes * 8 + position,
      level * 16 + matched * 4 + on,
      seen.top * 16 + seen.confidence * 4 + on,
      lane.wordState * 256 + partial,
      level * 64 + Math.min(lane.column, 63),
    ];
    const logits = this.mixers.map((mixer, m) => mixer.mix(inputs, at(rows, m)));
    const finals = [partial, level * 32 + known * 4 + matched].map((row, f) => ({
      row,
      logit: at(this.finals, f).mix(logits, row),
    }));
    const y = (at(finals, 0).logit + at(finals, 1).logit) >> 1;
    const x = clamp(y, L);
    const apms = [
      partial + 256 * lane.last(1),
      (G ^ partial) & 65535,
      partial + 256 * (longBit >= 0 ? lane.long.expected : 0),
      level * 256 + partial,
      level * 256 + lane.last(1),
    ];
    const refined = this.apms.map((apm, a) => apm.refine(x, at(apms, a)));
    const sum = squash(y) + refined.reduce((total, value) => total + value, 0) + 2 * at(refined, 1);
    return { inputs, rows, logits, finals, refinements, st, x, apms, p16: within((sum + 4) >> 3, 1, 65535) };
  }

  private learn(
    byte: number,
    path: Decision[],
    places: { line: number; check: number; counterLine: number; counterCheck: number }[],
  ): void {
    for (const half of [0, 1]) {
      const mix = half ? (byte >> 4) + 1 : 0;
      places.forEach(({ line, check, counterLine, counterCheck }, i) => {
        const slot = this.histories.claim(line ^ mix, check);
        const counter =
          at(counters, i) < 0 ? undefined : this.counters.claim(counterLine ^ mix, counterCheck);
        let node = 1;
        for (let k = 0; k < 4; k++) {
          const bit = (byte >> (7 - 4 * half - k)) & 1;
          const { inputs, st } = at(path, 4 * half + k);
          const s = at(slot, node);
          at(at(this.icm, i), s).update(bit, 255);
          const previous = at(follows, i);
          const from = previous === student ? st : at(inputs, previous < 0 ? 64 : 32 + previous);
          const step = shift((65536 * bit - squash(at(inputs, 32 + i))) * 600 + 4096, 13);
          const w = at(at(this.isse, i), s);
          w[0] = clamp(w[0] + 4 * step * from, 3 * 2 ** 29);
          w[1] = clamp(w[1] + 4 * step * 256, 3 * 2 ** 29);
          slot[node] = at(at(successors, s), bit);
          if (counter) {
            const v = at(counter, node) ^ 0x8000;
            const p = v >> 4;
            const n = v & 15;
            const moved = p + ((((bit ? 4095 : 0) - p) * R(n) + 32768) >> 16);
            counter[node] = ((moved << 4) | Math.min(n + 1, 15)) ^ 0x8000;
          }
          node = 2 * node + bit;
        }
      });
    }
    const N = this.learnt++;
    const rate = 120 + Math.floor((500 * 16384) / (16384 + N));
    const finalRate = 50 + Math.floor((300 * 8192) / (8192 + N));
    path.forEach((d, k) => {
      const bit = (byte >> (7 - k)) & 1;
      const error = (logit: number): number => 65536 * bit - squash(logit);
      this.mixers.forEach((mixer, m) => mixer.learn(d.inputs, at(d.rows, m), error(at(d.logits, m)), rate));
      this.finals.forEach((final, f) => {
        const { row, logit } = at(d.finals, f);
        final.learn(d.logits, row, error(logit), finalRate);
      });
      this.apms.forEach((apm, a) => apm.learn(d.x, at(d.apms, a), bit));
      this.refinements.forEach((apm, r) => apm.learn(d.st, at(d.refinements, r), bit));
      at(this.order0, (byte | 256) >> (8 - k)).update(bit, 255);
    });
  }
}

// §10
const weights = [
  823, -304, 1025, -107, 767, -130, 676, -369, 679, -216, 630, -254, 918, 12, 998, 98, 540, 13, 608, 107, 963,
  294, 676, -131, 788, 35, 775, -18, 866, 277, 1022, 82, 257, 481, 673, 520, 382, 278, 173, 388, 416, 298, 6,
  240, 430, 15, 173, 110, 373, -658, 486, -481, 521, -190, 585, -128, 665, 54, 676, 107, 654, -139, 284, 38,
  374, -737, 745, 345, 661, 214, 724, 8074, -2223, 1119, 271, 1010, 0, 0, 0, 0,
];
