/**
 * Reads the parts of an ONNX file that a student uses: metadata, nodes with integer attributes, initialisers. It refuses what
 * docs/MODEL.md does not allow in a file at all (subgraphs, functions, external data, other opsets), so that what the
 * proof sees is what ONNX Runtime runs. Field numbers: onnx.proto of ONNX 1.23 (IR 10).
 */
import { InvalidModelError } from '../errors.ts';
import { fields, int64s, utf8, type Field } from './protobuf.ts';

export type ElementType = 'float32' | 'int8' | 'int32' | 'int64';

export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly data: Float32Array | Int8Array | Int32Array | Float64Array;
}

export interface OnnxNode {
  readonly name: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly ints: ReadonlyMap<string, readonly number[]>;
}

/** A graph input or output; `dims` has the name of a symbolic dimension or its size. */
export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType | undefined;
  readonly dims: readonly (string | number)[];
}

export interface OnnxModel {
  readonly metadata: ReadonlyMap<string, string>;
  readonly nodes: readonly OnnxNode[];
  readonly initialisers: ReadonlyMap<string, OnnxTensor>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

const opset = 21;
const irVersion = 10;
const elementTypes: ReadonlyMap<number, ElementType> = new Map([
  [1, 'float32'],
  [3, 'int8'],
  [6, 'int32'],
  [7, 'int64'],
]);
const elementBytes: Readonly<Record<ElementType, number>> = { float32: 4, int8: 1, int32: 4, int64: 8 };

const invalid = (problem: string): InvalidModelError => new InvalidModelError({ problem });

/** The type with ONNX's number (TensorProto.DataType), or undefined. */
export function elementType(number: number | undefined): ElementType | undefined {
  return number === undefined ? undefined : elementTypes.get(number);
}

/** Parses a ModelProto. @throws InvalidModelError */
export function readOnnx(file: Uint8Array): OnnxModel {
  const metadata = new Map<string, string>();
  let graph: Uint8Array | undefined;
  let ir = 0;
  let version = 0;
  for (const field of fields(file)) {
    if (field.number === 1) ir = Number(field.varint);
    else if (field.number === 7) {
      if (graph !== undefined) throw invalid('it holds two graphs');
      graph = field.bytes;
    } else if (field.number === 8) {
      if (version !== 0) throw invalid('it names two operator sets');
      version = readOpset(field.bytes);
    } else if (field.number === 14) {
      const [key, value] = readPair(field.bytes);
      if (metadata.has(key)) throw invalid(`it has the metadata key ${key} twice`);
      metadata.set(key, value);
    } else if (field.number === 25) throw invalid('it holds functions, which students may not');
  }
  if (graph === undefined) throw invalid('it is not an ONNX file');
  if (version !== opset || ir !== irVersion) {
    throw invalid(`it has opset ${version} and IR ${ir}, students have ${opset} and ${irVersion}`);
  }
  return { metadata, ...readGraph(graph) };
}

function readGraph(graph: Uint8Array): Omit<OnnxModel, 'metadata'> {
  const nodes: OnnxNode[] = [];
  const initialisers = new Map<string, OnnxTensor>();
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  for (const field of fields(graph)) {
    if (field.number === 1) nodes.push(readNode(field.bytes));
    else if (field.number === 5) {
      const tensor = readTensor(field.bytes);
      if (initialisers.has(tensor.name)) throw invalid(`it has the initialiser ${tensor.name} twice`);
      initialisers.set(tensor.name, tensor);
    } else if (field.number === 11) inputs.push(readValue(field.bytes));
    else if (field.number === 12) outputs.push(readValue(field.bytes));
    else if (field.number === 15) throw invalid('it holds sparse initialisers, which students may not');
  }
  return { nodes, initialisers, inputs, outputs };
}

function readNode(bytes: Uint8Array): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const ints = new Map<string, readonly number[]>();
  let name = '';
  let operator = '';
  for (const field of fields(bytes)) {
    if (field.number === 1) inputs.push(utf8(field.bytes));
    else if (field.number === 2) outputs.push(utf8(field.bytes));
    else if (field.number === 3) name = utf8(field.bytes);
    else if (field.number === 4) operator = utf8(field.bytes);
    else if (field.number === 5) readAttribute(field.bytes, ints);
    else if (field.number === 7 && field.bytes.length > 0)
      throw invalid('a node belongs to a domain of its own');
  }
  return { name: name || outputs[0] || operator, operator, inputs, outputs, ints };
}

/** Only integers and lists of integers; the allowed operators need no others. */
function readAttribute(bytes: Uint8Array, into: Map<string, readonly number[]>): void {
  let name = '';
  const values: number[] = [];
  for (const field of fields(bytes)) {
    if (field.number === 1) name = utf8(field.bytes);
    else if (field.number === 3 || field.number === 8) values.push(...int64s(field));
    else if (field.number !== 20 && field.number !== 13)
      throw invalid(`a node has an attribute ${name} that is no integer`);
  }
  into.set(name, values);
}

function readTensor(bytes: Uint8Array): OnnxTensor {
  const dims: number[] = [];
  let name = '';
  let type: ElementType | undefined;
  let raw: Uint8Array | undefined;
  for (const field of fields(bytes)) {
    if (field.number === 1) dims.push(...int64s(field));
    else if (field.number === 2) type = elementType(Number(field.varint));
    else if (field.number === 8) name = utf8(field.bytes);
    else if (field.number === 9) raw = field.bytes;
    else if (field.number === 13 || field.number === 14)
      throw invalid(`initialiser ${name} lies outside of the file`);
  }
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (type === undefined) throw invalid(`initialiser ${name} has a type that students may not use`);
  if (raw?.length !== count * elementBytes[type] || dims.some((dim) => dim < 1)) {
    throw invalid(`initialiser ${name} does not have the bytes that its shape needs`);
  }
  return { name, type, dims, data: readElements(raw, type, count) };
}

function readElements(raw: Uint8Array, type: ElementType, count: number): OnnxTensor['data'] {
  if (type === 'int8') return new Int8Array(raw.buffer, raw.byteOffset, count);
  const copy = new Uint8Array(raw).buffer; // aligned; slice() of a Node Buffer would not copy
  if (type === 'float32') return new Float32Array(copy);
  if (type === 'int32') return new Int32Array(copy);
  return Float64Array.from(new BigInt64Array(copy), Number);
}

function readValue(bytes: Uint8Array): OnnxValue {
  let name = '';
  let type: ElementType | undefined;
  const dims: (string | number)[] = [];
  for (const field of fields(bytes)) {
    if (field.number === 1) name = utf8(field.bytes);
    else if (field.number === 2) {
      const tensor = only(field.bytes, 1);
      for (const part of fields(tensor)) {
        if (part.number === 1) type = elementType(Number(part.varint));
        else if (part.number === 2) dims.push(...readShape(part.bytes));
      }
    }
  }
  return { name, type, dims };
}

function readShape(bytes: Uint8Array): (string | number)[] {
  const dims: (string | number)[] = [];
  for (const dim of fields(bytes)) {
    if (dim.number !== 1) continue;
    let size: string | number = '';
    for (const part of fields(dim.bytes)) size = part.number === 1 ? Number(part.varint) : utf8(part.bytes);
    dims.push(size);
  }
  return dims;
}

function only(bytes: Uint8Array, number: number): Uint8Array {
  let found: Field | undefined;
  for (const field of fields(bytes)) if (field.number === number) found = field;
  if (found === undefined) throw invalid('an input or output is not a tensor');
  return found.bytes;
}

function readOpset(bytes: Uint8Array): number {
  let version = 0;
  for (const field of fields(bytes)) {
    if (field.number === 1 && field.bytes.length > 0)
      throw invalid(`it uses the operator set ${utf8(field.bytes)}`);
    if (field.number === 2) version = Number(field.varint);
  }
  return version;
}

function readPair(bytes: Uint8Array): [string, string] {
  let key = '';
  let value = '';
  for (const field of fields(bytes)) {
    if (field.number === 1) key = utf8(field.bytes);
    else if (field.number === 2) value = utf8(field.bytes);
  }
  return [key, value];
}
