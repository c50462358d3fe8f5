/**
 * Small graphs for tests, and what they compute: one lane, in JavaScript's numbers, node by node as ONNX defines the operators. Knows
 * nothing of intervals and plans.
 */
import type { OnnxModel, OnnxNode, OnnxTensor } from '../student/onnx.ts';

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Collects nodes and constants; a node's output is named after its place. */
export class GraphWriter {
  private readonly nodes: OnnxNode[] = [];
  private readonly initialisers = new Map<string, OnnxTensor>();

  constant(type: 'float32' | 'int8' | 'int64', dims: number[], values: readonly number[]): string {
    const name = `c${this.initialisers.size}`;
    const data =
      type === 'int8'
        ? Int8Array.from(values)
        : type === 'int64'
          ? Float64Array.from(values)
          : Float32Array.from(values);
    this.initialisers.set(name, { name, type, dims, data });
    return name;
  }

  scalar(value: number): string {
    return this.constant('float32', [], [value]);
  }

  node(operator: string, inputs: string[], ints: Record<string, number[]> = {}, output?: string): string {
    const name = output ?? `${operator}${this.nodes.length}`;
    this.nodes.push({ name, operator, inputs, outputs: [name], ints: new Map(Object.entries(ints)) });
    return name;
  }

  /** A model with the input `window` [lanes, 32] and the output `logits` [lanes, 256]. */
  model(): OnnxModel {
    return {
      metadata: new Map(),
      nodes: this.nodes,
      initialisers: this.initialisers,
      inputs: [{ name: 'window', type: 'int32', dims: ['lanes', 32] }],
      outputs: [{ name: 'logits', type: 'float32', dims: ['lanes', 256] }],
    };
  }
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const indexOf = (flat: number, shape: readonly number[]): number[] => {
  const index: number[] = [];
  for (let axis = shape.length - 1, rest = flat; axis >= 0; rest = Math.floor(rest / shape[axis--]!))
    index.unshift(rest % shape[axis]!);
  return index;
};
const flatOf = (index: readonly number[], shape: readonly number[]): number =>
  index.reduce((flat, i, axis) => flat * shape[axis]! + i, 0);
const make = (shape: readonly number[], value: (index: number[]) => number): Tensor => ({
  shape,
  data: Array.from({ length: sizeOf(shape) }, (_, i) => value(indexOf(i, shape))),
});
const at = (x: Tensor, index: readonly number[]): number => {
  const own = index.slice(index.length - x.shape.length).map((i, axis) => (x.shape[axis] === 1 ? 0 : i));
  return x.data[flatOf(own, x.shape)]!;
};
const broadcast = (a: readonly number[], b: readonly number[]): number[] => {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) =>
    Math.max(a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1),
  );
};

const pairs: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Min: Math.min,
  Max: Math.max,
};
const singles: Readonly<Record<string, (a: number) => number>> = {
  Cast: (a) => a,
  Floor: Math.floor,
  Abs: Math.abs,
  Relu: (a) => Math.max(a, 0),
};

/** The logits of one lane with this window. */
export function evaluate(model: OnnxModel, window: readonly number[]): readonly number[] {
  const values = new Map<string, Tensor>([['window', { shape: [1, 32], data: window }]]);
  for (const { name, dims, data } of model.initialisers.values())
    values.set(name, { shape: dims, data: Array.from(data) });
  for (const node of model.nodes) {
    const inputs = node.inputs.map((name) => values.get(name));
    values.set(node.outputs[0]!, run(node, inputs as Tensor[]));
  }
  return values.get('logits')!.data;
}

function run({ operator, ints }: OnnxNode, inputs: readonly Tensor[]): Tensor {
  const [x, second, third, fourth] = inputs as [Tensor, Tensor, Tensor, Tensor];
  const axisOf = (axis: number): number => (axis < 0 ? axis + x.shape.length : axis);
  const pair = pairs[operator];
  if (pair !== undefined)
    return inputs.reduce((a, b) => make(broadcast(a.shape, b.shape), (i) => pair(at(a, i), at(b, i))));
  const single = singles[operator];
  if (single !== undefined) return { ...x, data: x.data.map(single) };
  switch (operator) {
    case 'Clip':
      return make(x.shape, (i) => Math.min(Math.max(at(x, i), at(second, i)), at(third, i)));
    case 'Reshape': {
      const rest = sizeOf(x.shape) / -sizeOf(second.data);
      return { shape: second.data.map((dim) => (dim === -1 ? rest : dim)), data: x.data };
    }
    case 'Slice': {
      const shape = [...x.shape];
      const start = shape.map(() => 0);
      fourth.data.forEach((axis, i) => {
        start[axisOf(axis)] = second.data[i]!;
        shape[axisOf(axis)] = third.data[i]! - second.data[i]!;
      });
      return make(shape, (index) =>
        at(
          x,
          index.map((i, axis) => i + start[axis]!),
        ),
      );
    }
    case 'Transpose': {
      const order = ints.get('perm')!;
      return make(
        order.map((axis) => x.shape[axis]!),
        (index) => {
          const from: number[] = [];
          order.forEach((axis, i) => (from[axis] = index[i]!));
          return at(x, from);
        },
      );
    }
    case 'Concat': {
      const along = axisOf(ints.get('axis')![0]!);
      const shape = [...x.shape];
      shape[along] = inputs.reduce((sum, part) => sum + part.shape[along]!, 0);
      return make(shape, (index) => {
        const from = [...index];
        const part = inputs.find(
          (p) => from[along]! < p.shape[along]! || ((from[along]! -= p.shape[along]!), false),
        );
        return at(part!, from);
      });
    }
    case 'Gather': {
      const width = x.shape.slice(1);
      return make([...second.shape, ...width], (index) =>
        at(x, [at(second, index.slice(0, second.shape.length)), ...index.slice(second.shape.length)]),
      );
    }
    case 'MatMul': {
      const batch = broadcast(x.shape.slice(0, -2), second.shape.slice(0, -2));
      const depth = x.shape.at(-1)!;
      return make([...batch, x.shape.at(-2)!, second.shape.at(-1)!], (index) => {
        let sum = 0;
        const [row, column] = index.slice(-2) as [number, number];
        for (let k = 0; k < depth; k++)
          sum += at(x, [...index.slice(0, -2), row, k]) * at(second, [...index.slice(0, -2), k, column]);
        return sum;
      });
    }
    case 'ReduceSum':
    case 'ReduceMax': {
      const axes = new Set(second.data.map(axisOf));
      const kept = x.shape.map((dim, axis) => (axes.has(axis) ? 1 : dim));
      const add = operator === 'ReduceSum';
      const data = Array.from({ length: sizeOf(kept) }, () => (add ? 0 : -Infinity));
      x.data.forEach((value, i) => {
        const to = flatOf(
          indexOf(i, x.shape).map((j, axis) => (axes.has(axis) ? 0 : j)),
          kept,
        );
        data[to] = add ? data[to]! + value : Math.max(data[to]!, value);
      });
      const keep = (ints.get('keepdims')?.[0] ?? 1) !== 0;
      return { shape: keep ? kept : x.shape.filter((_, axis) => !axes.has(axis)), data };
    }
    default:
      throw new RangeError(`no operator ${operator}`);
  }
}
