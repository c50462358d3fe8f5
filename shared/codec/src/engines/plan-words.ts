/**
 * A plan as the words and bytes that the coder's network reads (wasm/coder/src/network/plan_reader.cc): numbers of the plan in
 * the order of its types, constants behind each other at multiples of 16 bytes.
 */
import type { MapStep, Operand, PlanBuffer, PlanOp, Storage, StudentPlan } from '../student/plan.ts';

const storages: Readonly<Record<Storage, number>> = { int8: 0, int16: 1, int32: 2 };
const roles: Readonly<Record<PlanBuffer['role'], number>> = {
  input: 0,
  state: 1,
  next: 2,
  logits: 3,
  temporary: 4,
};
const kinds: Readonly<Record<PlanOp['kind'], number>> = { gather: 0, dense: 1, matmul: 2, reduce: 3, map: 4 };
const codes: Readonly<Record<MapStep['do'], number>> = {
  load: 0,
  constant: 1,
  add: 2,
  sub: 3,
  mul: 4,
  min: 5,
  max: 6,
  shift: 7,
  abs: 8,
  lookup: 9,
};
const alignment = 16;

export interface PlanWords {
  readonly words: Int32Array;
  /** Bytes that all constants take. */
  readonly dataBytes: number;
  /** Where each constant begins. */
  readonly offsets: readonly number[];
}

export function planWords(plan: StudentPlan): PlanWords {
  const offsets: number[] = [];
  let dataBytes = 0;
  for (const { data } of plan.constants) {
    offsets.push(dataBytes);
    dataBytes += Math.ceil(data.byteLength / alignment) * alignment;
  }
  const words = [
    plan.buffers.length,
    plan.constants.length,
    plan.ops.length,
    plan.states.length,
    plan.input,
    plan.logits,
    ...plan.buffers.flatMap((b) => [b.width, storages[b.storage], roles[b.role], b.born, b.dies]),
    ...plan.constants.flatMap((c, i) => [storages[c.storage], c.data.length, offsets[i] ?? 0]),
    ...plan.states.flatMap(({ state, next }) => [state, next]),
    ...plan.ops.flatMap((op) => [kinds[op.kind], ...opWords(op)]),
  ];
  return { words: Int32Array.from(words), dataBytes, offsets };
}

function viewWords({ constant, index, offset, shape, strides }: Operand): number[] {
  return [constant ? 1 : 0, index, offset, shape.length, ...shape, ...strides];
}

function opWords(op: PlanOp): number[] {
  switch (op.kind) {
    case 'gather':
      return [op.table, op.columns, ...viewWords(op.index), ...viewWords(op.output)];
    case 'dense':
      return [
        ...[op.rows, op.depth, op.columns, op.weights, op.low, op.high],
        ...viewWords(op.input),
        ...viewWords(op.output),
        ...op.bias,
        ...op.shift,
      ];
    case 'matmul':
      return [...viewWords(op.a), ...viewWords(op.b), ...viewWords(op.output)];
    case 'reduce':
      return [
        op.operator === 'sum' ? 1 : 0,
        op.axes.reduce((mask, axis) => mask | (1 << axis), 0),
        ...viewWords(op.input),
        ...viewWords(op.output),
      ];
    case 'map':
      return [
        ...[op.inputs.length, op.steps.length, op.outputs.length],
        ...op.inputs.flatMap(viewWords),
        ...op.steps.flatMap(stepWords),
        ...op.outputs.flatMap(({ step, to }) => [step, ...viewWords(to)]),
      ];
  }
}

function stepWords(step: MapStep): number[] {
  const code = codes[step.do];
  if (step.do === 'load') return [code, step.input, 0];
  if (step.do === 'constant') return [code, step.value, 0];
  if (step.do === 'abs') return [code, step.a, 0];
  return [code, step.a, step.do === 'lookup' ? step.table : step.b];
}
