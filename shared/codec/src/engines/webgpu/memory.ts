/**
 * Where a plan's buffers lie in the memory that a workgroup's lanes share, and how many values share a word: int8 buffers four,
 * int16 buffers two. Two invocations must never write one word, so a buffer is packed only if each op that writes it can write whole
 * words; all others have a word a value. Buffers that are not alive at the same time share words.
 */
import { EngineError } from '../../errors.ts';
import type { MapOp, Operand, PlanOp, StudentPlan } from '../../student/plan.ts';

/** Values in one word. */
export type Packing = 1 | 2 | 4;

export interface NetworkMemory {
  /** By buffer: values a word. */
  readonly packing: readonly Packing[];
  /** By buffer: first word of a lane's part; the input has none. */
  readonly start: readonly number[];
  readonly words: readonly number[];
  /** Words a lane needs in all. */
  readonly total: number;
  /** State entries that are not written in place: the words of `next` are copied over those of `state` after each step. */
  readonly copies: readonly { readonly from: number; readonly to: number; readonly words: number }[];
  /** Words that must be kept between dispatches, of each state entry, in order. */
  readonly states: readonly { readonly buffer: number; readonly start: number; readonly words: number }[];
}

export const unsupported = (problem: string): EngineError =>
  new EngineError({ engine: 'webgpu', problem: `the model has ${problem}, which its kernels cannot do` });

const natural = { int8: 4, int16: 2, int32: 1 } as const;

export function packingOf(storage: keyof typeof natural): Packing {
  return natural[storage];
}

/** Loops over the elements of equally shaped views: axes of size 1 left out, neighbouring axes joined where all strides allow. */
export function joinedAxes(views: readonly Operand[]): { shape: number[]; strides: number[][] } {
  const shape: number[] = [];
  const strides: number[][] = views.map(() => []);
  views[0]?.shape.forEach((dim, axis) => {
    if (dim === 1) return;
    const steps = views.map((view) => view.strides[axis] ?? 0);
    const joins =
      shape.length > 0 && strides.every((list, v) => list[list.length - 1] === (steps[v] ?? 0) * dim);
    if (joins) {
      shape[shape.length - 1] = (shape[shape.length - 1] ?? 1) * dim;
      strides.forEach((list, v) => (list[list.length - 1] = steps[v] ?? 0));
    } else {
      shape.push(dim);
      strides.forEach((list, v) => list.push(steps[v] ?? 0));
    }
  });
  if (shape.length === 0) {
    shape.push(1);
    strides.forEach((list) => list.push(0));
  }
  return { shape, strides };
}

/** Views that an op reads from buffers and views that it writes. */
export function viewsOf(op: PlanOp): { reads: readonly Operand[]; writes: readonly Operand[] } {
  switch (op.kind) {
    case 'gather':
      return { reads: [op.index], writes: [op.output] };
    case 'dense':
    case 'reduce':
      return { reads: [op.input], writes: [op.output] };
    case 'matmul':
      return { reads: [op.a, op.b], writes: [op.output] };
    case 'map':
      return { reads: op.inputs, writes: op.outputs.map(({ to }) => to) };
  }
}

/** Elements that one item of a map computes: as many as the most tightly packed output has in a word. */
export function mapGranule(op: MapOp, packing: readonly Packing[]): Packing {
  return Math.max(1, ...op.outputs.map(({ to }) => packing[to.index] ?? 1)) as Packing;
}

/** Outputs of `op` that cannot be written in whole words with this packing. */
function unfit(plan: StudentPlan, op: PlanOp, packing: readonly Packing[]): readonly Operand[] {
  const of = (view: Operand): Packing => packing[view.index] ?? 1;
  const last = (view: Operand): number => view.shape[view.shape.length - 1] ?? 1;
  switch (op.kind) {
    case 'gather': {
      const table = plan.constants[op.table];
      const whole = table?.storage === 'int8' && of(op.output) === 4;
      return whole && op.columns % 4 === 0 && op.output.offset % 4 === 0 ? [] : [op.output];
    }
    case 'dense':
    case 'matmul':
      return op.output.offset % of(op.output) === 0 && last(op.output) % of(op.output) === 0
        ? []
        : [op.output];
    case 'reduce': {
      const count = op.output.shape.reduce((product, dim) => product * dim, 1);
      return op.output.offset % of(op.output) === 0 && count % of(op.output) === 0 ? [] : [op.output];
    }
    case 'map': {
      const granule = mapGranule(op, packing);
      const views = [...op.outputs.map(({ to }) => to), ...op.inputs];
      const { shape, strides } = joinedAxes(views);
      const writes = op.outputs.map(({ to }) => to);
      if ((shape[shape.length - 1] ?? 1) % granule !== 0) return writes;
      return writes.filter((view, i) => {
        const [inner = 0, ...outer] = [...(strides[i] ?? [])].reverse();
        return inner !== 1 || [view.offset, ...outer].some((step) => step % of(view) !== 0);
      });
    }
  }
}

function choosePacking(plan: StudentPlan): Packing[] {
  const packing = plan.buffers.map(({ storage }) => packingOf(storage));
  packing[plan.logits] = 2; // whatever their bounds: the coding stage reads pairs, and then writes frequencies in their place
  for (let settled = false; !settled;) {
    settled = true;
    const loosen = (buffer: number): void => {
      if (packing[buffer] === 1) return;
      packing[buffer] = 1;
      settled = false;
    };
    for (const op of plan.ops) for (const view of unfit(plan, op, packing)) loosen(view.index);
    for (const { state, next } of plan.states) {
      if (packing[state] !== packing[next]) [state, next].forEach(loosen);
    }
  }
  if (packing[plan.logits] !== 2) throw unsupported('logits that do not come in pairs');
  return packing;
}

/** True where `next` may overwrite `state` value by value: one map reads the old and writes the new one at the same place. */
function inPlace(plan: StudentPlan, state: number, next: number): boolean {
  const old = plan.buffers[state];
  const born = plan.buffers[next]?.born ?? -1;
  const writers = plan.ops.filter((op) => viewsOf(op).writes.some(({ index }) => index === next));
  const op = plan.ops[born];
  if (old === undefined || old.dies > born || writers.length !== 1 || op?.kind !== 'map') return false;
  const of = (index: number): Operand[] =>
    [...viewsOf(op).reads, ...viewsOf(op).writes].filter((view) => !view.constant && view.index === index);
  const all = [...of(state), ...of(next)];
  return all.every(
    ({ offset, strides }) => offset === all[0]?.offset && strides.join() === all[0].strides.join(),
  );
}

interface Region {
  readonly buffers: readonly number[];
  readonly words: number;
  readonly born: number;
  readonly dies: number;
}

/** Places regions, the largest first, at the lowest words that no region alive at the same time has. */
function place(regions: readonly Region[], start: number[]): number {
  const placed: (Region & { at: number })[] = [];
  let total = 0;
  for (const region of [...regions].sort((a, b) => b.words - a.words)) {
    const rivals = placed
      .filter((other) => other.born <= region.dies && region.born <= other.dies)
      .sort((a, b) => a.at - b.at);
    let at = 0;
    for (const rival of rivals) {
      if (rival.at - at >= region.words) break;
      at = Math.max(at, rival.at + rival.words);
    }
    placed.push({ ...region, at });
    for (const buffer of region.buffers) start[buffer] = at;
    total = Math.max(total, at + region.words);
  }
  return total;
}

/** @throws EngineError where the plan has what the kernels cannot do */
export function layOut(plan: StudentPlan): NetworkMemory {
  const packing = choosePacking(plan);
  const words = plan.buffers.map(({ width, role }, i) =>
    role === 'input' ? 0 : Math.ceil(width / (packing[i] ?? 1)),
  );
  const whole = { born: -1, dies: plan.ops.length };
  const start = plan.buffers.map(() => 0);
  const kept = new Set<number>();
  const regions: Region[] = [];
  const copied: { next: number; state: number }[] = [];
  for (const { state, next } of plan.states) {
    const joined = inPlace(plan, state, next);
    regions.push({ buffers: joined ? [state, next] : [state], words: words[state] ?? 0, ...whole });
    kept.add(state);
    if (joined) kept.add(next);
    else copied.push({ next, state });
  }
  plan.buffers.forEach(({ role, born, dies }, buffer) => {
    if (role === 'input' || kept.has(buffer)) return;
    const lasts = role === 'next' || role === 'logits';
    regions.push({ buffers: [buffer], words: words[buffer] ?? 0, born, dies: lasts ? whole.dies : dies });
  });
  const total = place(regions, start);
  const at = (buffer: number): number => start[buffer] ?? 0;
  return {
    packing,
    start,
    words,
    total,
    copies: copied.map(({ next, state }) => ({ from: at(next), to: at(state), words: words[state] ?? 0 })),
    states: plan.states.map(({ state }) => ({
      buffer: state,
      start: at(state),
      words: words[state] ?? 0,
    })),
  };
}
