/**
 * Proves that a student gives the same integers on every engine (docs/MODEL.md §4): walks the graph with interval arithmetic
 * and refuses it where any value may not be exact in float32, where an operator is not allowed, or where the graph's inputs
 * and outputs are not those of its metadata. The exporter makes the same proof; here it protects against files from elsewhere.
 */
import { InvalidModelError, UnprovenModelError } from '../errors.ts';
import { constant, input, requireExact, requireIntegers, Unproven, type Interval } from './interval.ts';
import { inputsPerLane, type Front, type StudentMetadata } from './metadata.ts';
import type { ElementType, OnnxModel } from './onnx.ts';
import { operatorRules } from './operators.ts';

const logitLimit = 32767; // parity vectors keep logits as int16
const symbols = 256;

/** Name of the graph's integer input. */
export function inputName(front: Front): 'rows' | 'window' {
  return front.kind === 'ngram' ? 'rows' : 'window';
}

/**
 * @returns the bounds of every tensor by name; those of constants are their values
 * @throws UnprovenModelError naming the node; InvalidModelError where the graph does not fit its metadata
 */
export function proveBounds(model: OnnxModel, metadata: StudentMetadata): ReadonlyMap<string, Interval> {
  checkSignature(model, metadata);
  const values = new Map<string, Interval>();
  for (const tensor of model.initialisers.values()) {
    values.set(
      tensor.name,
      attempt(tensor.name, () => constant(tensor.dims, tensor.data, tensor.type !== 'float32')),
    );
  }
  values.set(inputName(metadata.front), frontInterval(metadata.front));
  for (const { name, width, min, max } of metadata.state) {
    values.set(
      `state_${name}`,
      input([width], new Float64Array(width).fill(min), new Float64Array(width).fill(max)),
    );
  }
  for (const node of model.nodes) {
    const result = attempt(node.name, () => {
      const rule = operatorRules.get(node.operator);
      if (rule === undefined) throw new Unproven(`operator ${node.operator} is not allowed`);
      const operands = node.inputs.map((name) => {
        if (name === '') return undefined;
        const value = values.get(name);
        if (value === undefined) throw new Unproven(`its input ${name} does not exist yet`);
        return value;
      });
      const [first] = operands;
      if (first === undefined || node.outputs.length !== 1)
        throw new Unproven('it needs an input and one output');
      const interval = rule(first, operands, node);
      requireExact(interval);
      return interval;
    });
    const output = node.outputs[0] as string;
    if (values.has(output))
      throw new InvalidModelError({ problem: `the tensor ${output} is computed twice` });
    values.set(output, result);
  }
  checkOutput(values, 'logits', symbols, -logitLimit, logitLimit);
  for (const { name, width, min, max } of metadata.state)
    checkOutput(values, `next_${name}`, width, min, max);
  return values;
}

/** Rows that each place of the input can name: bounds per place, so that a table only vouches for its own rows. */
function frontInterval(front: Front): Interval {
  const count = inputsPerLane(front);
  const low = new Float64Array(count);
  const high = new Float64Array(count).fill(front.kind === 'window' ? 255 : 0);
  let place = 0;
  if (front.kind === 'ngram') {
    for (const { firstRow, rows, dim } of front.tables) {
      const perContext = dim / front.rowDim;
      for (let j = 0; j < perContext; j++, place++) {
        low[place] = firstRow + j;
        high[place] = firstRow + (rows - 1) * perContext + j;
      }
    }
  }
  return input([count], low, high);
}

function checkOutput(
  values: ReadonlyMap<string, Interval>,
  name: string,
  width: number,
  min: number,
  max: number,
): void {
  attempt(name, () => {
    const value = values.get(name);
    if (value === undefined || !value.lanes || value.shape.length !== 1 || value.shape[0] !== width) {
      throw new Unproven(`it is not a tensor of [lanes, ${width}]`);
    }
    requireIntegers(value, 'an output');
    for (let i = 0; i < width; i++) {
      const low = value.low[i] as number;
      const high = value.high[i] as number;
      if (low < min || high > max)
        throw new Unproven(`it can be ${low} … ${high}, outside of ${min} … ${max}`);
    }
  });
}

/** Inputs and outputs of the graph must be exactly those that the metadata says. */
function checkSignature(model: OnnxModel, metadata: StudentMetadata): void {
  const { front, state } = metadata;
  const expect = (
    kind: string,
    found: OnnxModel['inputs'],
    wanted: ReadonlyMap<string, readonly [type: ElementType, width: number]>,
  ): void => {
    const invalid = (problem: string): InvalidModelError =>
      new InvalidModelError({ problem: `the graph's ${kind} ${problem}` });
    if (found.length !== wanted.size) throw invalid(`are ${found.length}, not ${wanted.size}`);
    for (const { name, type, dims } of found) {
      const [wantedType, width] = wanted.get(name) ?? [];
      if (wantedType === undefined) throw invalid(`${name} is not in its metadata`);
      if (type !== wantedType || dims.length !== 2 || typeof dims[0] !== 'string' || dims[1] !== width) {
        throw invalid(`${name} must be ${wantedType} [lanes, ${width}]`);
      }
      if (model.initialisers.has(name)) throw invalid(`${name} has a default value`);
    }
  };
  type Signature = readonly (readonly [name: string, typeAndWidth: readonly [ElementType, number]])[];
  const stateTensors = (prefix: string): Signature =>
    state.map(({ name, width }) => [`${prefix}_${name}`, ['float32', width]]);
  const inputs: Signature = [[inputName(front), ['int32', inputsPerLane(front)]], ...stateTensors('state')];
  const outputs: Signature = [['logits', ['float32', symbols]], ...stateTensors('next')];
  expect('inputs', model.inputs, new Map(inputs));
  expect('outputs', model.outputs, new Map(outputs));
}

function attempt<T>(node: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof Unproven) throw new UnprovenModelError({ node, problem: error.message });
    throw error;
  }
}
