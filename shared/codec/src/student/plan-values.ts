/**
 * The tensors of a graph while its plan is built: what is known of each one's values, and the ways to use them: as a view of a
 * buffer, computed there if that was not done, or as a part of an expression.
 */
import { sizeOf, type Interval } from './interval.ts';
import type { Operand, PlanBuffer } from './plan.ts';
import type { PendingDense } from './plan-dense.ts';
import { PlanEmitter, type Expression } from './plan-emitter.ts';
import { isContiguous, reshaped } from './plan-views.ts';

/** What is known of a tensor's values; `scaled`: to be divided by 2^shift, which only Floor may follow. */
export type Value =
  | { readonly kind: 'view'; readonly view: Operand }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'scaled'; readonly expression: Expression; readonly shift: Expression }
  | { readonly kind: 'dense'; readonly dense: PendingDense };

/** A node has no integer form; the walk adds its name. */
export class Unplanned extends Error {}

export class PlanValues {
  readonly emitter = new PlanEmitter();
  private readonly bounds: ReadonlyMap<string, Interval>;
  /** Names of the graph's outputs. */
  private readonly outputs: ReadonlyMap<string, PlanBuffer['role']>;
  private readonly values = new Map<string, Value>();
  private readonly constants = new Map<string, number>();

  constructor(bounds: ReadonlyMap<string, Interval>, outputs: ReadonlyMap<string, PlanBuffer['role']>) {
    this.bounds = bounds;
    this.outputs = outputs;
  }

  get(name: string): Value | undefined {
    return this.values.get(name);
  }

  set(name: string, value: Value): void {
    this.values.set(name, value);
  }

  boundsOf(name: string): Interval {
    const interval = this.bounds.get(name);
    if (interval === undefined) throw new Unplanned(`there is no tensor ${name}`);
    return interval;
  }

  constantOf(name: string): Interval | undefined {
    const interval = name === '' ? undefined : this.bounds.get(name);
    return interval?.constant === true ? interval : undefined;
  }

  lazy(name: string): Value {
    const value = this.values.get(name);
    return value ?? { kind: 'view', view: this.view(name) };
  }

  /** Index in the plan of a constant tensor of integers. */
  constantIndex(name: string): number {
    let index = this.constants.get(name);
    if (index === undefined) {
      const { shape, low, exponent } = this.boundsOf(name);
      // Tables are large, and int8 values are integers.
      if (!(low instanceof Int8Array) && exponent.some((e) => e !== 0))
        throw new Unplanned(`${name} is not of integers`);
      index = this.emitter.constant(name, shape, low);
      this.constants.set(name, index);
    }
    return index;
  }

  /** A tensor's values in a buffer (or constant); computes them if that was not done. */
  view(name: string): Operand {
    if (this.constantOf(name) !== undefined) {
      const { shape } = this.boundsOf(name);
      const all = { constant: true, index: this.constantIndex(name), offset: 0, shape, strides: [] };
      return reshaped(all, shape);
    }
    const value = this.values.get(name);
    if (value === undefined) throw new Unplanned(`its input ${name} does not exist yet`);
    if (value.kind === 'view') return value.view;
    return this.store(name);
  }

  contiguous(name: string): Operand {
    const view = this.view(name);
    if (isContiguous(view)) return view;
    const copy = this.emitter.buffer(`${name}_in_order`, { ...this.boundsOf(name), shape: view.shape });
    this.emitter.map({ do: 'load', view }, copy);
    return copy;
  }

  /** Computes a tensor into a buffer of its own. */
  store(name: string): Operand {
    const value = this.lazy(name);
    const to = this.emitter.buffer(name, this.boundsOf(name), this.outputs.get(name));
    if (value.kind === 'dense') {
      if (value.dense.stage === 'scaled') throw new Unplanned('a fraction is used before it is floored');
      this.emitter.push({ ...value.dense.op, output: to });
    } else if (value.kind === 'scaled') {
      throw new Unplanned('a fraction is used before it is floored');
    } else {
      this.emitter.map(value.kind === 'view' ? { do: 'load', view: value.view } : value.expression, to);
    }
    this.values.set(name, { kind: 'view', view: to });
    return to;
  }

  /** A tensor as a part of an expression for the tensor `result`. */
  expression(name: string, result: string): Expression {
    const { shape } = this.boundsOf(result);
    const constant = this.constantOf(name);
    if (constant !== undefined) {
      if (constant.exponent.some((e) => e !== 0)) throw new Unplanned(`${name} is not of integers`);
      if (constant.low.length === 1) return { do: 'constant', value: constant.low[0] as number };
      return { do: 'load', view: trimmed(this.view(name), shape) };
    }
    const value = this.values.get(name);
    if (value?.kind === 'expression' && sizeOf(this.boundsOf(name).shape) === sizeOf(shape))
      return value.expression;
    return { do: 'load', view: this.view(name) };
  }
}

/** A constant of full rank loses its first axis, which stands for the lanes. */
export function trimmed(view: Operand, shape: readonly number[]): Operand {
  if (view.shape.length <= shape.length || !view.constant) return view;
  return { ...view, shape: view.shape.slice(1), strides: view.strides.slice(1) };
}
