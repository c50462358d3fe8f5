/**
 * Walks a proven graph and gives its plan (plan.ts). Element-wise nodes wait as expressions until someone needs their values, so
 * runs of them become one map; dot products wait as plan-dense.ts says; nodes that only move values become views.
 */
import { InvalidModelError } from '../errors.ts';
import { sizeOf, type Interval } from './interval.ts';
import type { StudentMetadata } from './metadata.ts';
import type { OnnxModel, OnnxNode } from './onnx.ts';
import { unclipped, type Operand, type PlanState, type StudentPlan } from './plan.ts';
import { withBias, withClip, withFloor, withScale, type PendingDense } from './plan-dense.ts';
import type { Expression } from './plan-emitter.ts';
import { PlanValues, trimmed, Unplanned, type Value } from './plan-values.ts';
import { broadcastTo, reshaped, sliced, transposed } from './plan-views.ts';
import { inputName } from './proof.ts';

/**
 * @param bounds intervals of all tensors, as `proveBounds` gives them
 * @throws InvalidModelError naming a node that the contract allows in ONNX Runtime but that has no integer form here
 */
export function buildPlan(
  model: OnnxModel,
  metadata: StudentMetadata,
  bounds: ReadonlyMap<string, Interval>,
): StudentPlan {
  const builder = new PlanBuilder(model, metadata, bounds);
  for (const node of model.nodes) {
    try {
      builder.visit(node);
    } catch (error) {
      if (!(error instanceof Unplanned)) throw error;
      throw new InvalidModelError({ problem: `node ${node.name} has no integer form: ${error.message}` });
    }
  }
  return builder.finish();
}

class PlanBuilder {
  private readonly tensors: PlanValues;
  private readonly uses = new Map<string, number>();
  private readonly outputs: ReadonlyMap<string, 'logits' | 'next'>;
  private readonly input: Operand;
  private readonly states: readonly { readonly name: string; readonly view: Operand }[];

  constructor(model: OnnxModel, metadata: StudentMetadata, bounds: ReadonlyMap<string, Interval>) {
    for (const { inputs } of model.nodes)
      for (const name of inputs) this.uses.set(name, (this.uses.get(name) ?? 0) + 1);
    this.outputs = new Map<string, 'logits' | 'next'>([
      ['logits', 'logits'],
      ...metadata.state.map(({ name }) => [`next_${name}`, 'next'] as const),
    ]);
    this.tensors = new PlanValues(bounds, this.outputs);
    const front = inputName(metadata.front);
    this.input = this.tensors.emitter.buffer(front, this.tensors.boundsOf(front), 'input');
    this.tensors.set(front, { kind: 'view', view: this.input });
    this.states = metadata.state.map(({ name }) => {
      const view = this.tensors.emitter.buffer(
        `state_${name}`,
        this.tensors.boundsOf(`state_${name}`),
        'state',
      );
      this.tensors.set(`state_${name}`, { kind: 'view', view });
      return { name, view };
    });
  }

  visit(node: OnnxNode): void {
    const name = node.outputs[0] as string;
    if (this.tensors.boundsOf(name).constant) return; // the bounds of constants are their values
    this.tensors.set(name, this.value(node, name));
    if (this.outputs.has(name)) this.tensors.store(name);
    else if ((this.uses.get(name) ?? 0) > 1) this.tensors.view(name);
  }

  finish(): StudentPlan {
    const whole = (name: string): Operand => {
      const value = this.tensors.get(name);
      if (value?.kind === 'view' && this.tensors.emitter.buffers[value.view.index]?.name === name)
        return value.view;
      return this.tensors.store(name); // a graph without nodes between input and output
    };
    const states = this.states.map(({ name, view }): PlanState => {
      return { name, width: sizeOf(view.shape), state: view.index, next: whole(`next_${name}`).index };
    });
    return this.tensors.emitter.finish(this.input, whole('logits'), states);
  }

  private value(node: OnnxNode, name: string): Value {
    const [first = '', second = '', third = ''] = node.inputs;
    switch (node.operator) {
      case 'Cast':
        return this.tensors.lazy(first);
      case 'Gather':
        return this.gather(first, second, name);
      case 'Reshape':
        return {
          kind: 'view',
          view: reshaped(this.tensors.contiguous(first), this.tensors.boundsOf(name).shape),
        };
      case 'Slice':
        return this.slice(node, name);
      case 'Transpose':
        return this.transpose(node);
      case 'Concat':
        return this.concat(node, name);
      case 'MatMul':
        return this.matmul(first, second, name);
      case 'ReduceSum':
      case 'ReduceMax':
        return this.reduce(node, first, second, name);
      case 'Add':
        return this.onDense(first, second, withBias) ?? this.elementwise('add', first, second, name);
      case 'Sub':
        return this.elementwise('sub', first, second, name);
      case 'Mul':
        return (
          this.onDense(first, second, withScale) ??
          this.scaled(first, second, name) ??
          this.elementwise('mul', first, second, name)
        );
      case 'Floor':
        return this.floor(first, name);
      case 'Abs':
        return { kind: 'expression', expression: { do: 'abs', a: this.tensors.expression(first, name) } };
      case 'Relu':
        return this.clip(first, name, { do: 'constant', value: 0 }, undefined);
      case 'Clip':
        return this.clip(first, name, second, third);
      case 'Min':
      case 'Max':
        return this.extreme(node.operator === 'Min' ? 'min' : 'max', node.inputs, name);
      default:
        throw new Unplanned(`operator ${node.operator} is not known`);
    }
  }

  private elementwise(kind: 'add' | 'sub' | 'mul', a: string, b: string, name: string): Value {
    const left = this.tensors.expression(a, name);
    return { kind: 'expression', expression: { do: kind, a: left, b: this.tensors.expression(b, name) } };
  }

  /** Takes a node with one constant operand into a waiting dot product, if it fits. */
  private onDense(
    a: string,
    b: string,
    extend: (dense: PendingDense, constant: Interval) => PendingDense | undefined,
  ): Value | undefined {
    for (const [name, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const value = this.tensors.get(name);
      const constant = this.tensors.constantOf(other);
      if (value?.kind !== 'dense' || constant === undefined) continue;
      const dense = extend(value.dense, constant);
      if (dense !== undefined) return { kind: 'dense', dense };
    }
    return undefined;
  }

  /** A product with a constant of fractions n · 2^-s: the product with n, to be shifted. */
  private scaled(a: string, b: string, name: string): Value | undefined {
    const [value, factor] = this.tensors.constantOf(b) !== undefined ? [a, b] : [b, a];
    const constant = this.tensors.constantOf(factor);
    if (constant === undefined || constant.exponent.every((e) => e === 0)) return undefined;
    const { shape, exponent } = constant;
    const numerators = Array.from(exponent, (e, i) => (constant.low[i] as number) * 2 ** e);
    const tensor = (what: string, data: ArrayLike<number>): Expression => {
      const value0 = data[0] as number;
      if (Array.from(data).every((x) => x === value0)) return { do: 'constant', value: value0 };
      const index = this.tensors.emitter.constant(`${factor}_${what}`, shape, data);
      const view = reshaped({ constant: true, index, offset: 0, shape, strides: [] }, shape);
      return { do: 'load', view: trimmed(view, this.tensors.boundsOf(name).shape) };
    };
    const x = this.tensors.expression(value, name);
    const expression: Expression = numerators.every((n) => n === 1)
      ? x
      : { do: 'mul', a: x, b: tensor('numerators', numerators) };
    return { kind: 'scaled', expression, shift: tensor('shifts', exponent) };
  }

  private floor(x: string, name: string): Value {
    const value = this.tensors.get(x);
    if (value?.kind === 'dense') {
      const dense = withFloor(value.dense);
      if (dense !== undefined) return { kind: 'dense', dense };
    }
    if (value?.kind === 'scaled')
      return { kind: 'expression', expression: { do: 'shift', a: value.expression, b: value.shift } };
    return { kind: 'expression', expression: this.tensors.expression(x, name) }; // an integer already
  }

  /** Limits are names of constants or tensors, '' for none. */
  private clip(x: string, name: string, low: string | Expression, high: string | undefined): Value {
    const value = this.tensors.get(x);
    const limit = (end: string | Expression | undefined): Interval | undefined | 'computed' => {
      if (end === undefined || end === '') return undefined;
      if (typeof end === 'string') return this.tensors.constantOf(end) ?? 'computed';
      const numbers = [end.do === 'constant' ? end.value : 0];
      return {
        shape: [],
        lanes: false,
        low: numbers,
        high: numbers,
        exponent: new Uint8Array(1),
        constant: true,
      };
    };
    const from = limit(low);
    const to = limit(high);
    if (value?.kind === 'dense' && from !== 'computed' && to !== 'computed') {
      const dense = withClip(value.dense, from, to);
      if (dense !== undefined) return { kind: 'dense', dense };
    }
    const end = (e: string | Expression): Expression =>
      typeof e === 'string' ? this.tensors.expression(e, name) : e;
    let expression = this.tensors.expression(x, name);
    if (from !== undefined) expression = { do: 'max', a: expression, b: end(low) };
    if (to !== undefined) expression = { do: 'min', a: expression, b: end(high ?? '') };
    return { kind: 'expression', expression };
  }

  private extreme(kind: 'min' | 'max', inputs: readonly string[], name: string): Value {
    const [a = '', b = ''] = inputs;
    if (inputs.length === 2) {
      const dense = this.onDense(a, b, (pending, constant) =>
        kind === 'min' ? withClip(pending, undefined, constant) : withClip(pending, constant, undefined),
      );
      if (dense !== undefined) return dense;
    }
    const expression = inputs
      .map((input) => this.tensors.expression(input, name))
      .reduce((x, y) => ({ do: kind, a: x, b: y }));
    return { kind: 'expression', expression };
  }

  private gather(table: string, index: string, name: string): Value {
    const { shape } = this.tensors.boundsOf(table);
    const numbers = this.tensors.constantIndex(table);
    if (shape.length === 1) {
      return {
        kind: 'expression',
        expression: { do: 'lookup', table: numbers, a: this.tensors.expression(index, name) },
      };
    }
    const rows = this.tensors.contiguous(index);
    const output = this.tensors.emitter.buffer(name, this.tensors.boundsOf(name));
    this.tensors.emitter.push({
      kind: 'gather',
      table: numbers,
      columns: sizeOf(shape.slice(1)),
      index: reshaped(rows, [sizeOf(rows.shape)]),
      output,
    });
    return { kind: 'view', view: output };
  }

  private slice(node: OnnxNode, name: string): Value {
    const [x = '', starts = '', , axes = ''] = node.inputs;
    const { shape } = this.tensors.boundsOf(name);
    let view = this.tensors.view(x);
    const places = this.tensors.constantOf(axes);
    Array.from(this.tensors.constantOf(starts)?.low ?? []).forEach((start, i) => {
      const axis = inner(places?.low[i] ?? i, view.shape.length);
      const dim = view.shape[axis] as number;
      const first = Math.min(Math.max(start < 0 ? start + dim : start, 0), dim);
      view = sliced(view, axis, first, shape[axis] as number);
    });
    return { kind: 'view', view };
  }

  private transpose(node: OnnxNode): Value {
    const view = this.tensors.view(node.inputs[0] ?? '');
    const order = node.ints.get('perm'); // the proof refused those that move the lanes, as the default does
    if (order === undefined) throw new Unplanned('its order is missing');
    const axes = order.slice(1).map((axis) => axis - 1);
    return { kind: 'view', view: transposed(view, axes) };
  }

  private concat(node: OnnxNode, name: string): Value {
    const output = this.tensors.emitter.buffer(name, this.tensors.boundsOf(name));
    const axis = inner(node.ints.get('axis')?.[0] ?? 0, output.shape.length);
    const inOneRow = sizeOf(output.shape.slice(0, axis)) === 1;
    let start = 0;
    node.inputs.forEach((part) => {
      const view = this.tensors.view(part);
      const count = view.shape[axis] as number;
      const to = sliced(output, axis, start, count);
      if (!inOneRow || !this.tensors.emitter.place(view, output, to.offset))
        this.tensors.emitter.map({ do: 'load', view }, to);
      start += count;
    });
    return { kind: 'view', view: output };
  }

  private matmul(a: string, b: string, name: string): Value {
    const weights = this.tensors.constantOf(b);
    if (weights?.shape.length === 2) {
      const input = this.tensors.contiguous(a);
      const [depth = 1, columns = 1] = weights.shape;
      const rows = sizeOf(input.shape) / depth;
      const op = {
        kind: 'dense',
        rows,
        depth,
        columns,
        input: reshaped(input, [rows, depth]),
        weights: this.tensors.constantIndex(b),
        bias: new Int32Array(columns),
        shift: new Uint8Array(columns),
        ...unclipped,
      } as const;
      return { kind: 'dense', dense: { op, stage: 'sum' } };
    }
    const output = this.tensors.emitter.buffer(name, this.tensors.boundsOf(name));
    const batch = output.shape.slice(0, -2);
    const operand = (view: Operand): Operand =>
      broadcastTo(trimmed(view, output.shape), [...batch, ...view.shape.slice(-2)]);
    const left = this.tensors.view(a);
    if (left.shape.length < 2 || output.shape.length < 2) throw new Unplanned('an operand is a vector');
    this.tensors.emitter.push({ kind: 'matmul', a: operand(left), b: operand(this.tensors.view(b)), output });
    return { kind: 'view', view: output };
  }

  private reduce(node: OnnxNode, x: string, axesName: string, name: string): Value {
    const input = this.tensors.view(x);
    const axes = Array.from(this.tensors.constantOf(axesName)?.low ?? [], (axis) =>
      inner(axis, input.shape.length),
    );
    const shape = input.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
    const bounds = this.tensors.boundsOf(name);
    const output = this.tensors.emitter.buffer(name, { ...bounds, shape });
    const operator = node.operator === 'ReduceSum' ? 'sum' : 'max';
    this.tensors.emitter.push({ kind: 'reduce', operator, axes, input, output });
    return { kind: 'view', view: reshaped(output, bounds.shape) };
  }
}

/** Position of an axis of a tensor with lanes among the axes of one lane. */
function inner(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis - 1;
}
