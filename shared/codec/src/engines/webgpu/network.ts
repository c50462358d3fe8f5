/**
 * A student's network as WGSL, from its plan: `network(local)` reads the inputs through `input_value(place, lane)` and leaves logits
 * and the next state in memory. All invocations of a workgroup run it together; there is a barrier wherever an operation needs
 * what another invocation wrote, and nowhere else.
 */
import type { PlanOp, StudentPlan } from '../../student/plan.ts';
import { ConstantPool } from './constants.ts';
import { layOut, viewsOf, type NetworkMemory } from './memory.ts';
import { wordAt, type Kernel, type KernelShape } from './wgsl-access.ts';
import { denseWgsl, dot4Wgsl } from './wgsl-dense.ts';
import { gatherWgsl, mapWgsl, matmulWgsl, reduceWgsl } from './wgsl-ops.ts';

export interface Network {
  readonly memory: NetworkMemory;
  /** Functions; they need `mem`, `constants`, `weights`, `input_value` and, with memory in storage, `origin`. */
  readonly code: string;
  readonly constants: Uint32Array;
  readonly weights: Uint32Array;
  /** Barriers of one step, for counting. */
  readonly barriers: number;
}

/** A barrier that also orders what lies in storage buffers. */
export const barrierWgsl = ({ memory }: KernelShape): string =>
  memory === 'storage' ? 'storageBarrier();\nworkgroupBarrier();' : 'workgroupBarrier();';

function operation(kernel: Kernel, op: PlanOp): string {
  switch (op.kind) {
    case 'gather':
      return gatherWgsl(kernel, op);
    case 'dense':
      return denseWgsl(kernel, op);
    case 'matmul':
      return matmulWgsl(kernel, op);
    case 'reduce':
      return reduceWgsl(kernel, op);
    case 'map':
      return mapWgsl(kernel, op);
  }
}

/** Says where barriers must stand: notes which words were read and written since the last one. */
class Hazards {
  private readonly memory: NetworkMemory;
  private reads: number[] = [];
  private writes: number[] = [];

  constructor(memory: NetworkMemory) {
    this.memory = memory;
  }

  /** True where a barrier must come first. */
  needsBarrier(reads: readonly number[], writes: readonly number[]): boolean {
    const clash = (some: readonly number[], others: readonly number[]): boolean =>
      some.some((a) => others.some((b) => this.overlap(a, b)));
    const needed = clash(reads, this.writes) || clash(writes, [...this.reads, ...this.writes]);
    if (needed) {
      this.reads = [];
      this.writes = [];
    }
    this.reads.push(...reads);
    this.writes.push(...writes);
    return needed;
  }

  private overlap(a: number, b: number): boolean {
    const { start, words } = this.memory;
    const end = (buffer: number): number => (start[buffer] ?? 0) + (words[buffer] ?? 0);
    return (start[a] ?? 0) < end(b) && (start[b] ?? 0) < end(a);
  }
}

/** @throws EngineError where the plan has what the kernels cannot do */
export function buildNetwork(plan: StudentPlan, shape: KernelShape): Network {
  const memory = layOut(plan);
  const pool = new ConstantPool(plan);
  const kernel: Kernel = { plan, memory, shape, pool };
  const hazards = new Hazards(memory);
  const barrier = barrierWgsl(shape);
  const code: string[] = [];
  let barriers = 0;
  const buffersOf = (views: readonly { constant: boolean; index: number }[]): number[] =>
    views.filter(({ constant }) => !constant).map(({ index }) => index);
  for (const op of plan.ops) {
    const { reads, writes } = viewsOf(op);
    if (hazards.needsBarrier(buffersOf(reads), buffersOf(writes))) {
      code.push(barrier);
      barriers++;
    }
    code.push(operation(kernel, op));
  }
  if (memory.copies.length > 0) {
    code.push(barrier);
    barriers++;
    for (const { from, to, words } of memory.copies) {
      const word = (first: number): string =>
        wordAt(kernel, `${first}u + i / ${shape.lanes}u`, `i % ${shape.lanes}u`);
      code.push(
        `for (var i = local; i < ${words * shape.lanes}u; i += ${shape.invocations}u) { ${word(to)} = ${word(from)}; }`,
      );
    }
  }
  const functions = [
    dot4Wgsl(shape.packedDot),
    ...extractors,
    `fn network(local: u32) {\n${code.join('\n')}\n}`,
  ];
  return {
    memory,
    code: functions.join('\n\n'),
    constants: pool.constants(),
    weights: pool.weights(),
    barriers,
  };
}

/** Values of constants by their number behind a first word. */
const extractors = ([1, 2, 4] as const).map((packing) => {
  const bits = 32 / packing;
  const body =
    packing === 1
      ? 'bitcast<i32>(constants[first + number])'
      : `extractBits(bitcast<i32>(constants[first + number / ${packing}u]), (number % ${packing}u) * ${bits}u, ${bits}u)`;
  return `fn extract_constant_${packing}(first: u32, number: u32) -> i32 { return ${body}; }`;
});
