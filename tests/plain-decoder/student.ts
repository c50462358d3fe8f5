/**
 * A student as docs/MODEL.md describes it: history to inputs (§3), graph (§4), logits to frequencies (§5). One lane.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Graph, type Tensor } from './graph.ts';

/** MODEL.md §5: the table T. */
const exp2 = JSON.parse(
  readFileSync(new URL('../vectors/exp2.json', import.meta.url), 'utf8'),
) as readonly number[];

interface Table {
  readonly context: 'byte' | 'order' | 'word' | 'words';
  readonly order: number;
  readonly rows: number;
  readonly dim: number;
  readonly firstRow: number;
}

interface Metadata {
  readonly front:
    | { readonly kind: 'window' }
    | { readonly kind: 'ngram'; readonly rowDim: number; readonly tables: readonly Table[] };
  readonly state: readonly { readonly name: string; readonly width: number }[];
}

export class PlainStudent {
  readonly id: string;
  private readonly graph: Graph;
  private readonly metadata: Metadata;

  constructor(onnx: Uint8Array) {
    this.id = createHash('sha256').update(onnx).digest('hex');
    this.graph = new Graph(onnx);
    this.metadata = this.graph.metadata as Metadata;
  }

  /** A lane: call it with all bytes so far for the frequencies of the next one, once for each byte. */
  newLane(): (past: readonly number[]) => number[] {
    let state = new Map<string, Tensor>(
      this.metadata.state.map(({ name, width }) => [
        `state_${name}`,
        { dims: [1, width], data: new Float64Array(width) },
      ]),
    );
    return (past) => {
      const input = this.inputs(past);
      const name = this.metadata.front.kind === 'window' ? 'window' : 'rows';
      const values = this.graph.run(new Map([...state, [name, { dims: [1, input.length], data: input }]]));
      state = new Map(
        this.metadata.state.map((entry) => [`state_${entry.name}`, values.get(`next_${entry.name}`)!]),
      );
      return frequencies(Array.from(values.get('logits')!.data));
    };
  }

  /** MODEL.md §3. */
  private inputs(past: readonly number[]): number[] {
    const b = (k: number): number => (k <= 32 ? (past[past.length - k] ?? 0) : 0);
    const { front } = this.metadata;
    if (front.kind === 'window') return Array.from({ length: 32 }, (_, i) => b(32 - i));
    return front.tables.flatMap((table, i) => {
      const row =
        table.context === 'byte'
          ? b(1)
          : Number(finalise(accumulate(table, b) ^ BigInt(i)) % BigInt(table.rows));
      const m = table.dim / front.rowDim;
      return Array.from({ length: m }, (_, j) => table.firstRow + row * m + j);
    });
  }
}

const mask = 0xffffffffn;

function accumulate({ context, order }: Table, b: (k: number) => number): bigint {
  let acc = context === 'order' ? 0n : 0x57n;
  const add = (value: number): void => void (acc = ((acc + BigInt(value)) * 0x9e3779b1n) & mask);
  if (context === 'order') {
    for (let k = 1; k <= order; k++) add(b(k) + 1);
    return acc;
  }
  const isLetter = (c: number): boolean => (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c >= 0x80;
  let k = 1;
  const word = (): void => {
    for (let letters = 0; letters < 16 && k <= 32 && isLetter(b(k)); letters++, k++)
      add((b(k) >= 65 && b(k) <= 90 ? b(k) + 32 : b(k)) + 1);
  };
  word();
  if (context === 'word') return acc;
  add(257);
  while (k <= 32 && !isLetter(b(k))) k++;
  word();
  return acc;
}

function finalise(start: bigint): bigint {
  let x = start;
  x ^= x >> 16n;
  x = (x * 0x85ebca6bn) & mask;
  x ^= x >> 13n;
  x = (x * 0xc2b2ae35n) & mask;
  return x ^ (x >> 16n);
}

/** MODEL.md §5. */
function frequencies(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const e = logits.map((logit) => exp2[Math.min(most - logit, 32 * 17)]!);
  const sum = e.reduce((a, b) => a + b, 0);
  const f = e.map((value) => 1 + Math.floor((value * 65280) / sum)); // below 2^53: exact
  f[logits.indexOf(most)]! += 65536 - f.reduce((a, b) => a + b, 0);
  return f;
}
