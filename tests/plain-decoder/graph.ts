/**
 * The graph of a student (docs/MODEL.md §2, §4) read from its ONNX file and evaluated for one lane, node by node, in double
 * precision: every value is an integer or a small fraction of one, so nothing rounds. Slow, and meant to be.
 */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number>;
}

interface Node {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly ints: ReadonlyMap<string, readonly number[]>;
}

type Field = readonly [number: number, value: bigint, bytes: Uint8Array];

/** Protocol Buffers: the fields of a message. */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
  };
  while (at < message.length) {
    const tag = Number(varint());
    if (tag % 8 === 0) yield [tag >> 3, varint(), new Uint8Array()];
    else if (tag % 8 === 2) {
      const length = Number(varint());
      yield [tag >> 3, 0n, message.subarray(at, (at += length))];
    } else at += tag % 8 === 1 ? 8 : 4;
  }
}

const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A repeated int64, packed or not. */
function integers([, value, bytes]: Field): number[] {
  if (bytes.length === 0) return [Number(value)];
  const list: number[] = [];
  for (const [, packed] of fieldsOf(
    new Uint8Array([...bytes].flatMap((byte, i) => (i === 0 || bytes[i - 1]! < 0x80 ? [8, byte] : [byte]))),
  ))
    list.push(Number(packed));
  return list;
}

/** The graph and its metadata. */
export class Graph {
  readonly metadata: unknown;
  private readonly nodes: readonly Node[];
  private readonly constants = new Map<string, Tensor>();

  constructor(onnx: Uint8Array) {
    const nodes: Node[] = [];
    for (const [number, , bytes] of fieldsOf(onnx)) {
      if (number === 14) this.metadata = metadataOf(bytes) ?? this.metadata;
      if (number !== 7) continue;
      for (const [part, , content] of fieldsOf(bytes)) {
        if (part === 1) nodes.push(nodeOf(content));
        if (part === 5) this.constants.set(...tensorOf(content));
      }
    }
    // What depends on nothing is computed once.
    this.nodes = nodes.filter((node) => {
      if (!node.inputs.every((name) => name === '' || this.constants.has(name))) return true;
      this.constants.set(
        node.output,
        evaluate(node, (name) => this.constants.get(name)),
      );
      return false;
    });
  }

  /** All tensors by name. */
  run(inputs: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor> {
    const values = new Map(inputs);
    for (const node of this.nodes)
      values.set(
        node.output,
        evaluate(node, (name) => values.get(name) ?? this.constants.get(name)),
      );
    return values;
  }
}

function metadataOf(bytes: Uint8Array): unknown {
  const [key, value] = [...fieldsOf(bytes)].map(([, , text]) => utf8(text));
  return key === 'understudy' ? JSON.parse(value!) : undefined;
}

function nodeOf(bytes: Uint8Array): Node {
  const inputs: string[] = [];
  let output = '';
  let operator = '';
  const ints = new Map<string, number[]>();
  for (const [number, , content] of fieldsOf(bytes)) {
    if (number === 1) inputs.push(utf8(content));
    if (number === 2) output = utf8(content);
    if (number === 4) operator = utf8(content);
    if (number !== 5) continue;
    const parts = [...fieldsOf(content)];
    const name = utf8(parts.find(([part]) => part === 1)![2]);
    ints.set(name, parts.filter(([part]) => part === 3 || part === 8).flatMap(integers));
  }
  return { operator, inputs, output, ints };
}

function tensorOf(bytes: Uint8Array): [string, Tensor] {
  const dims: number[] = [];
  let type = 0;
  let name = '';
  let raw = new Uint8Array();
  for (const field of fieldsOf(bytes)) {
    const [number, value, content] = field;
    if (number === 1) dims.push(...integers(field));
    if (number === 2) type = Number(value);
    if (number === 8) name = utf8(content);
    if (number === 9) raw = new Uint8Array(content);
  }
  const views: Record<number, (buffer: ArrayBuffer) => ArrayLike<number>> = {
    1: (buffer) => new Float32Array(buffer),
    3: (buffer) => new Int8Array(buffer),
    6: (buffer) => new Int32Array(buffer),
    7: (buffer) => Array.from(new BigInt64Array(buffer), Number),
  };
  return [name, { dims, data: views[type]!(raw.buffer) }];
}

const sizeOf = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);

function make(dims: readonly number[], value: (index: number[], flat: number) => number): Tensor {
  const data = new Float64Array(sizeOf(dims));
  const index = dims.map(() => 0);
  for (let flat = 0; flat < data.length; flat++) {
    data[flat] = value(index, flat);
    for (let axis = dims.length - 1; axis >= 0 && ++index[axis]! === dims[axis]; axis--) index[axis] = 0;
  }
  return { dims, data };
}

/** Element of a tensor at an index of the same or a higher rank, axes of size 1 repeated. */
function at({ dims, data }: Tensor, index: readonly number[]): number {
  let flat = 0;
  const skip = index.length - dims.length;
  for (let axis = 0; axis < dims.length; axis++)
    flat = flat * dims[axis]! + (dims[axis] === 1 ? 0 : index[axis + skip]!);
  return data[flat]!;
}

function broadcast(a: Tensor, b: Tensor, combine: (x: number, y: number) => number): Tensor {
  if (a.dims.join() === b.dims.join()) return make(a.dims, (_, i) => combine(a.data[i]!, b.data[i]!));
  const rank = Math.max(a.dims.length, b.dims.length);
  const dim = (t: Tensor, axis: number): number => t.dims[axis - rank + t.dims.length] ?? 1;
  const dims = Array.from({ length: rank }, (_, axis) => Math.max(dim(a, axis), dim(b, axis)));
  return make(dims, (index) => combine(at(a, index), at(b, index)));
}

function evaluate({ operator, inputs, ints }: Node, find: (name: string) => Tensor | undefined): Tensor {
  const optional = (i: number): Tensor | undefined => (inputs[i] ? find(inputs[i]) : undefined);
  const need = (i: number): Tensor => {
    const value = optional(i);
    if (value === undefined) throw new Error(`${operator} misses input ${i}`);
    return value;
  };
  const list = (i: number): number[] => Array.from(need(i).data);
  const x = need(0);
  const each = (change: (value: number) => number): Tensor => make(x.dims, (_, i) => change(x.data[i]!));
  const axisOf = (axis: number, rank = x.dims.length): number => (axis < 0 ? axis + rank : axis);
  const axis = axisOf(ints.get('axis')?.[0] ?? 0);
  switch (operator) {
    case 'Cast':
      return x;
    case 'Floor':
      return each(Math.floor);
    case 'Abs':
      return each(Math.abs);
    case 'Relu':
      return each((value) => Math.max(value, 0));
    case 'Clip': {
      const [low, high] = [optional(1)?.data[0] ?? -Infinity, optional(2)?.data[0] ?? Infinity];
      return each((value) => Math.min(Math.max(value, low), high));
    }
    case 'Add':
      return broadcast(x, need(1), (a, b) => a + b);
    case 'Sub':
      return broadcast(x, need(1), (a, b) => a - b);
    case 'Mul':
      return broadcast(x, need(1), (a, b) => a * b);
    case 'Min':
      return inputs.slice(1).reduce((sum, _, i) => broadcast(sum, need(i + 1), Math.min), x);
    case 'Max':
      return inputs.slice(1).reduce((sum, _, i) => broadcast(sum, need(i + 1), Math.max), x);
    case 'Gather': {
      const index = need(1);
      const width = sizeOf(x.dims.slice(1));
      return make(
        [...index.dims, ...x.dims.slice(1)],
        (_, i) => x.data[index.data[Math.floor(i / width)]! * width + (i % width)]!,
      );
    }
    case 'Reshape': {
      const shape = list(1).map((dim, i) => (dim === 0 ? x.dims[i]! : dim));
      const known = shape.reduce((product, dim) => (dim < 0 ? product : product * dim), 1);
      return { dims: shape.map((dim) => (dim < 0 ? x.data.length / known : dim)), data: x.data };
    }
    case 'Concat': {
      const parts = inputs.map((_, i) => need(i));
      const dims = x.dims.map((dim, i) =>
        i === axis ? parts.reduce((sum, part) => sum + part.dims[axis]!, 0) : dim,
      );
      return make(dims, (index) => {
        const place = [...index];
        const part = parts.find(
          (one) => place[axis]! < one.dims[axis]! || ((place[axis]! -= one.dims[axis]!), false),
        )!;
        return at(part, place);
      });
    }
    case 'Slice': {
      const [starts, ends, axes] = [list(1), list(2), list(3)];
      const dims = [...x.dims];
      const first = x.dims.map(() => 0);
      axes.forEach((raw, i) => {
        const one = axisOf(raw);
        const clamp = (value: number): number =>
          Math.min(Math.max(value < 0 ? value + x.dims[one]! : value, 0), x.dims[one]!);
        first[one] = clamp(starts[i]!);
        dims[one] = clamp(ends[i]!) - first[one];
      });
      return make(dims, (index) =>
        at(
          x,
          index.map((value, i) => value + first[i]!),
        ),
      );
    }
    case 'Transpose': {
      const order = ints.get('perm')!;
      return make(
        order.map((from) => x.dims[from]!),
        (index) => {
          const place = [...index];
          order.forEach((from, to) => (place[from] = index[to]!));
          return at(x, place);
        },
      );
    }
    case 'MatMul':
      return product(x, need(1));
    case 'ReduceSum':
    case 'ReduceMax': {
      const axes = new Set(list(1).map((value) => axisOf(value)));
      const keep = (ints.get('keepdims')?.[0] ?? 1) === 1;
      const inner = x.dims.map((dim, i) => (axes.has(i) ? dim : 1));
      const outer = x.dims.map((dim, i) => (axes.has(i) ? 1 : dim));
      const result = make(outer, (index) => {
        let value = operator === 'ReduceSum' ? 0 : -Infinity;
        make(inner, (step) => {
          const element = at(
            x,
            index.map((start, i) => start + step[i]!),
          );
          value = operator === 'ReduceSum' ? value + element : Math.max(value, element);
          return 0;
        });
        return value;
      });
      return keep ? result : { dims: outer.filter((_, i) => !axes.has(i)), data: result.data };
    }
    default:
      throw new Error(`operator ${operator} is not in docs/MODEL.md §4`);
  }
}

function product(a: Tensor, b: Tensor): Tensor {
  const [rows, inner, columns] = [a.dims.at(-2)!, a.dims.at(-1)!, b.dims.at(-1)!];
  const batch = a.dims.slice(0, -2);
  const shared = b.dims.length === 2;
  const data = new Float64Array(sizeOf(batch) * rows * columns);
  for (let m = 0; m < sizeOf(batch) * rows; m++) {
    const base = shared ? 0 : Math.floor(m / rows) * inner * columns;
    for (let k = 0; k < inner; k++) {
      const factor = a.data[m * inner + k]!;
      if (factor === 0) continue;
      for (let n = 0; n < columns; n++) data[m * columns + n]! += factor * b.data[base + k * columns + n]!;
    }
  }
  return { dims: [...batch, rows, columns], data };
}
