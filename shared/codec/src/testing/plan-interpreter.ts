/**
 * Runs a plan as plan.ts describes it, one element at a time in plain JavaScript numbers, and checks on the way that every value
 * fits its buffer's storage and bounds: what the kernels are compared with.
 */
import type { MapStep, Operand, PlanOp, StudentPlan } from '../student/plan.ts';

const indices = (shape: readonly number[]): number[][] =>
  shape.reduce<number[][]>(
    (all, dim) => all.flatMap((index) => Array.from({ length: dim }, (_, i) => [...index, i])),
    [[]],
  );

const place = ({ offset, strides }: Operand, index: readonly number[]): number =>
  index.reduce((sum, i, axis) => sum + i * (strides[axis] ?? 0), offset);

const checked = (value: number): number => {
  if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 24) throw new RangeError(`${value} is not exact`);
  return value;
};

/** One lane of a plan; its state starts at 0. */
export class PlanInterpreter {
  readonly buffers: number[][];
  private readonly plan: StudentPlan;

  constructor(plan: StudentPlan) {
    this.plan = plan;
    this.buffers = plan.buffers.map(({ width }) => Array.from({ length: width }, () => 0));
  }

  /** @returns the logits; the state moves on */
  step(input: ArrayLike<number>): readonly number[] {
    const { plan } = this;
    this.buffers[plan.input] = Array.from(input);
    for (const op of plan.ops) this.run(op);
    for (const { state, next } of plan.states) this.buffers[state] = [...this.buffers[next]!];
    return this.buffers[plan.logits]!;
  }

  /** State values in the order of the metadata. */
  state(): number[] {
    return this.plan.states.flatMap(({ state }) => this.buffers[state]!);
  }

  private load(view: Operand, index: readonly number[]): number {
    const data = view.constant ? this.plan.constants[view.index]!.data : this.buffers[view.index]!;
    const value = data[place(view, index)];
    if (value === undefined) throw new RangeError(`a view of ${view.index} leaves its buffer`);
    return value;
  }

  private store(view: Operand, index: readonly number[], value: number): void {
    const { name, width, min, max } = this.plan.buffers[view.index]!;
    const at = place(view, index);
    if (at >= width) throw new RangeError(`a view of ${name} leaves it`);
    if (value < min || value > max) throw new RangeError(`${name} is ${value}, not within ${min} … ${max}`);
    this.buffers[view.index]![at] = value;
  }

  private run(op: PlanOp): void {
    const { constants } = this.plan;
    switch (op.kind) {
      case 'gather':
        indices(op.index.shape).forEach((index, i) => {
          const row = this.load(op.index, index);
          for (let j = 0; j < op.columns; j++)
            this.buffers[op.output.index]![op.output.offset + i * op.columns + j] =
              constants[op.table]!.data[row * op.columns + j]!;
        });
        return;
      case 'dense': {
        const weights = constants[op.weights]!.data;
        for (let r = 0; r < op.rows; r++) {
          for (let n = 0; n < op.columns; n++) {
            let sum = op.bias[n]!;
            for (let k = 0; k < op.depth; k++)
              sum = checked(sum + this.load(op.input, [r, k]) * weights[k * op.columns + n]!);
            const value = Math.min(op.high, Math.max(op.low, sum >> op.shift[n]!));
            this.buffers[op.output.index]![op.output.offset + r * op.columns + n] = value;
          }
        }
        return;
      }
      case 'matmul':
        for (const index of indices(op.output.shape)) {
          const batch = index.slice(0, -2);
          const [i, j] = index.slice(-2) as [number, number];
          let sum = 0;
          for (let k = 0; k < op.a.shape.at(-1)!; k++)
            sum = checked(sum + this.load(op.a, [...batch, i, k]) * this.load(op.b, [...batch, k, j]));
          this.store(op.output, index, sum);
        }
        return;
      case 'reduce': {
        const results = new Map<string, { index: number[]; value: number }>();
        for (const index of indices(op.input.shape)) {
          const kept = index.map((i, axis) => (op.axes.includes(axis) ? 0 : i));
          const value = this.load(op.input, index);
          const before = results.get(kept.join())?.value;
          const joined =
            before === undefined ? value : op.operator === 'sum' ? before + value : Math.max(before, value);
          results.set(kept.join(), { index: kept, value: checked(joined) });
        }
        for (const { index, value } of results.values()) this.store(op.output, index, value);
        return;
      }
      case 'map':
        for (const index of indices(op.shape)) {
          const values: number[] = [];
          for (const step of op.steps) values.push(checked(this.evaluate(step, values, op.inputs, index)));
          for (const { step, to } of op.outputs) this.store(to, index, values[step]!);
        }
    }
  }

  private evaluate(
    step: MapStep,
    values: readonly number[],
    inputs: readonly Operand[],
    index: readonly number[],
  ): number {
    if (step.do === 'load') return this.load(inputs[step.input]!, index);
    if (step.do === 'constant') return step.value;
    const a = values[step.a]!;
    if (step.do === 'abs') return Math.abs(a);
    if (step.do === 'lookup') return this.plan.constants[step.table]!.data[a]!;
    const b = values[step.b]!;
    switch (step.do) {
      case 'add':
        return a + b;
      case 'sub':
        return a - b;
      case 'mul':
        return a * b;
      case 'min':
        return Math.min(a, b);
      case 'max':
        return Math.max(a, b);
      case 'shift':
        return a >> b;
    }
  }
}
