/**
 * The growing plan: buffers, constants and ops, and how expressions become map ops. Ops are appended in an order in which
 * every buffer is written once, before it is read.
 */
import { sizeOf, type Interval } from './interval.ts';
import type {
  MapOp,
  MapStep,
  Operand,
  PlanBuffer,
  PlanConstant,
  PlanOp,
  PlanState,
  StudentPlan,
} from './plan.ts';
import { broadcastTo, isContiguous, rowMajor, sameView, storageFor } from './plan-views.ts';

/** An element-wise computation not yet emitted; loads may have a shape that broadcasts to that of the whole. */
export type Expression =
  | { readonly do: 'load'; readonly view: Operand }
  | { readonly do: 'constant'; readonly value: number }
  | {
      readonly do: 'add' | 'sub' | 'mul' | 'min' | 'max' | 'shift';
      readonly a: Expression;
      readonly b: Expression;
    }
  | { readonly do: 'abs'; readonly a: Expression }
  | { readonly do: 'lookup'; readonly table: number; readonly a: Expression };

type Role = PlanBuffer['role'];
type BufferInProgress = Omit<PlanBuffer, 'born' | 'dies'>;
const arrays = { int8: Int8Array, int16: Int16Array, int32: Int32Array } as const;

export class PlanEmitter {
  readonly buffers: BufferInProgress[] = [];
  readonly constants: PlanConstant[] = [];
  private ops: PlanOp[] = [];
  /** Buffers that became a part of another one. */
  private readonly parts = new Map<number, { readonly index: number; readonly offset: number }>();

  /** A new buffer for values within the interval's bounds; the whole of it as a view. */
  buffer(name: string, bounds: Pick<Interval, 'shape' | 'low' | 'high'>, role: Role = 'temporary'): Operand {
    let min = 0;
    let max = 0;
    for (let i = 0; i < bounds.low.length; i++) {
      min = Math.min(min, bounds.low[i] as number);
      max = Math.max(max, bounds.high[i] as number);
    }
    const fixed = { input: 'int32', logits: 'int16' } as const; // proven within int16
    const storage = role === 'input' || role === 'logits' ? fixed[role] : storageFor(min, max);
    const { shape } = bounds;
    this.buffers.push({ name, width: sizeOf(shape), storage, min, max, role });
    return { constant: false, index: this.buffers.length - 1, offset: 0, shape, strides: rowMajor(shape) };
  }

  /** Index of a new constant, stored as small as its values allow; int8 data is kept as it is. */
  constant(name: string, shape: readonly number[], data: ArrayLike<number>): number {
    if (data instanceof Int8Array) return this.constants.push({ name, shape, storage: 'int8', data }) - 1;
    let min = 0;
    let max = 0;
    for (let i = 0; i < data.length; i++) {
      min = Math.min(min, data[i] as number);
      max = Math.max(max, data[i] as number);
    }
    const storage = storageFor(min, max);
    return this.constants.push({ name, shape, storage, data: arrays[storage].from(data) }) - 1;
  }

  /** Appends an op that is no map. */
  push(op: Exclude<PlanOp, MapOp>): void {
    this.ops.push(op);
  }

  /** Appends a map that writes the expression to a view of the same shape. */
  map(expression: Expression, to: Operand): void {
    const previous = this.ops.at(-1);
    const joins =
      previous?.kind === 'map' &&
      sameShape(previous.shape, to.shape) &&
      this.continues(expression, previous, to);
    const inputs: Operand[] = joins ? [...previous.inputs] : [];
    const steps: MapStep[] = joins ? [...previous.steps] : [];
    const outputs = joins ? [...previous.outputs] : [];
    const emit = (e: Expression): number => {
      switch (e.do) {
        case 'load': {
          const view = broadcastTo(e.view, to.shape);
          const known = outputs.find((output) => sameView(this.settled(output.to), this.settled(view)));
          if (known !== undefined) return known.step;
          let input = inputs.findIndex((other) => sameView(other, view));
          if (input < 0) input = inputs.push(view) - 1;
          return once({ do: 'load', input });
        }
        case 'constant':
          return once({ do: 'constant', value: e.value });
        case 'abs':
          return steps.push({ do: 'abs', a: emit(e.a) }) - 1;
        case 'lookup':
          return steps.push({ do: 'lookup', table: e.table, a: emit(e.a) }) - 1;
        default: {
          const a = emit(e.a);
          return steps.push({ do: e.do, a, b: emit(e.b) }) - 1;
        }
      }
    };
    const once = (step: MapStep): number => {
      const at = steps.findIndex(
        (other) =>
          (step.do === 'load' && other.do === 'load' && other.input === step.input) ||
          (step.do === 'constant' && other.do === 'constant' && other.value === step.value),
      );
      return at >= 0 ? at : steps.push(step) - 1;
    };
    outputs.push({ step: emit(expression), to });
    if (joins) this.ops.pop();
    this.ops.push({ kind: 'map', shape: to.shape, inputs, steps, outputs });
  }

  /** Lets a whole buffer live inside of another one from now on, if it may; false where its values must be copied. */
  place(part: Operand, inside: Operand, offset: number): boolean {
    const from = this.buffers[part.index];
    const to = this.buffers[inside.index];
    if (part.constant || from === undefined || to === undefined || this.parts.has(part.index)) return false;
    if (from.role !== 'temporary' || from.storage !== to.storage) return false;
    if (part.offset !== 0 || !isContiguous(part) || sizeOf(part.shape) !== from.width) return false;
    this.parts.set(part.index, { index: inside.index, offset });
    return true;
  }

  /** The finished plan: stores that nobody reads are gone, so are buffers that became parts or are not used. */
  finish(input: Operand, logits: Operand, states: readonly PlanState[]): StudentPlan {
    const ops = this.withoutDeadStores().map((op) => withViews(op, (view) => this.settled(view)));
    const span = this.buffers.map(() => ({ born: ops.length, dies: -1 }));
    ops.forEach((op, at) => {
      for (const view of viewsOf(op)) {
        const entry = view.constant ? undefined : span[view.index];
        if (entry !== undefined) {
          entry.born = Math.min(entry.born, at);
          entry.dies = at;
        }
      }
    });
    const numbers = new Map<number, number>();
    const buffers: PlanBuffer[] = [];
    this.buffers.forEach((buffer, index) => {
      const { born, dies } = span[index] as { born: number; dies: number };
      if (dies < 0 && buffer.role === 'temporary') return;
      const before = buffer.role === 'input' || buffer.role === 'state';
      const after = buffer.role === 'next' || buffer.role === 'logits';
      numbers.set(index, buffers.length);
      buffers.push({ ...buffer, born: before ? -1 : born, dies: after ? ops.length : dies });
    });
    const number = (index: number): number => numbers.get(index) ?? -1;
    return {
      buffers,
      constants: this.constants,
      ops: ops.map((op) =>
        withViews(op, (view) => (view.constant ? view : { ...view, index: number(view.index) })),
      ),
      input: number(input.index),
      logits: number(logits.index),
      states: states.map((entry) => ({ ...entry, state: number(entry.state), next: number(entry.next) })),
    };
  }

  /** True where the expression loads what the map has just written, and nothing of it at another place. */
  private continues(expression: Expression, map: MapOp, to: Operand): boolean {
    const loads = loadsOf(expression).map((view) => this.settled(broadcastTo(view, to.shape)));
    const written = map.outputs.map((output) => this.settled(output.to));
    const same = (view: Operand): boolean => written.some((other) => sameView(view, other));
    const touched = (view: Operand): boolean =>
      !view.constant && written.some((other) => view.index === other.index);
    return loads.some(same) && loads.every((view) => same(view) || !touched(view));
  }

  private settled(view: Operand): Operand {
    const part = view.constant ? undefined : this.parts.get(view.index);
    if (part === undefined) return view;
    return this.settled({ ...view, index: part.index, offset: view.offset + part.offset });
  }

  private withoutDeadStores(): PlanOp[] {
    const read = new Set(this.ops.flatMap(inputsOf).map((view) => (view.constant ? -1 : view.index)));
    const needed = (to: Operand): boolean =>
      read.has(to.index) || this.parts.has(to.index) || this.buffers[to.index]?.role !== 'temporary';
    return this.ops.map((op) =>
      op.kind === 'map' ? { ...op, outputs: op.outputs.filter(({ to }) => needed(to)) } : op,
    );
  }
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

function loadsOf(e: Expression): Operand[] {
  if (e.do === 'constant') return [];
  if (e.do === 'load') return [e.view];
  return 'b' in e ? [...loadsOf(e.a), ...loadsOf(e.b)] : loadsOf(e.a);
}

/** Views that an op reads. */
export function inputsOf(op: PlanOp): Operand[] {
  switch (op.kind) {
    case 'gather':
      return [op.index];
    case 'dense':
    case 'reduce':
      return [op.input];
    case 'matmul':
      return [op.a, op.b];
    case 'map':
      return [...op.inputs];
  }
}

function viewsOf(op: PlanOp): Operand[] {
  return [...inputsOf(op), ...(op.kind === 'map' ? op.outputs.map(({ to }) => to) : [op.output])];
}

function withViews(op: PlanOp, change: (view: Operand) => Operand): PlanOp {
  switch (op.kind) {
    case 'gather':
      return { ...op, index: change(op.index), output: change(op.output) };
    case 'dense':
    case 'reduce':
      return { ...op, input: change(op.input), output: change(op.output) };
    case 'matmul':
      return { ...op, a: change(op.a), b: change(op.b), output: change(op.output) };
    case 'map':
      return {
        ...op,
        inputs: op.inputs.map(change),
        outputs: op.outputs.map(({ step, to }) => ({ step, to: change(to) })),
      };
  }
}
