/**
 * What a student costs a GPU, counted from the shaders themselves and the plan they are made of, for the tables of docs/ENGINES.md. Nothing is
 * timed: no GPU need be at hand.
 */
import { blendLayout, mostLanes } from '../engines/webgpu/blend-layout.ts';
import { blendKernel, blendShape } from '../engines/webgpu/blend-kernel.ts';
import { chooseShape, studentKernel } from '../engines/webgpu/kernels.ts';
import { rowsPerItem } from '../engines/webgpu/wgsl-dense.ts';
import type { DenseOp, StudentPlan } from '../student/plan.ts';
import { planOf, type Student } from '../student/student.ts';

/** The method `student`, one step of one workgroup; "a lane" means of one of its lanes, which is a byte. */
export interface StepCosts {
  readonly lanes: number;
  readonly invocations: number;
  /** Bytes of workgroup memory that the shader declares. */
  readonly workgroupBytes: number;
  readonly barriers: number;
  /** Multiplications of a lane, and the packed products of four that they take. */
  readonly multiplications: number;
  readonly products: number;
  /** Bytes of weights, each counted once; and as invocations load them, vector by vector. */
  readonly weightBytes: number;
  readonly loadedWeightBytes: number;
  /** Bytes of values that a lane's products read from workgroup memory. */
  readonly valueBytes: number;
  /** Rows of tables that a lane reads, and their bytes. */
  readonly rows: number;
  readonly rowBytes: number;
}

/** The method `blend`, one step of a segment's workgroup. */
export interface BlendStepCosts {
  readonly lanes: number;
  /** The network runs for so many of them at a time. */
  readonly slices: number;
  readonly workgroupBytes: number;
  readonly barriersOfSlice: number;
  /** Besides those of the slices. */
  readonly barriers: number;
}

const limits = { lanes: 16, invocations: 256, packedDot: true, workgroupStorageBytes: 32768 } as const;

export function studentCosts(student: Student): StepCosts {
  const plan = planOf(student);
  const { front } = student.metadata;
  const shape = chooseShape(plan, front, limits);
  const { wgsl } = studentKernel(plan, front, 'decode', shape);
  const dense = denseOps(plan);
  const gathers = plan.ops.filter((op) => op.kind === 'gather');
  const sum = <T>(all: readonly T[], of: (one: T) => number): number =>
    all.reduce((total, one) => total + of(one), 0);
  const words = ({ depth }: DenseOp): number => Math.ceil(depth / 4);
  const rowsOf = (shapeOf: readonly number[]): number => shapeOf.reduce((product, dim) => product * dim, 1);
  return {
    lanes: shape.lanes,
    invocations: shape.invocations,
    workgroupBytes: workgroupBytes(wgsl),
    barriers: barriersIn(wgsl, bodyAt(wgsl, 'for (var t ')),
    multiplications: sum(dense, ({ rows, depth, columns }) => rows * depth * columns),
    products: sum(dense, (op) => op.rows * words(op) * op.columns),
    weightBytes: sum(dense, (op) => words(op) * 4 * op.columns),
    loadedWeightBytes: sum(dense, (op) => {
      const rows = op.rows * shape.lanes;
      const tile = rowsPerItem(rows, op.columns, shape.invocations);
      return (rows / tile) * words(op) * 4 * op.columns;
    }),
    valueBytes: sum(dense, (op) => op.rows * words(op) * 4 * (op.columns / 4)),
    rows: sum(gathers, ({ index }) => rowsOf(index.shape)),
    rowBytes: sum(gathers, ({ index, columns, table }) => {
      const { BYTES_PER_ELEMENT = 1 } = plan.constants[table]?.data ?? {};
      return rowsOf(index.shape) * columns * BYTES_PER_ELEMENT;
    }),
  };
}

/** @throws where the student's blend does not fit into a workgroup of the usual device */
export function blendCosts(student: Student): BlendStepCosts {
  const plan = planOf(student);
  const { front } = student.metadata;
  const shape = blendShape(plan, front, chooseShape(plan, front, limits), limits.workgroupStorageBytes);
  if (shape === undefined) throw new RangeError('the blend does not fit into workgroup memory');
  const { wgsl } = blendKernel(plan, front, 'decode', shape, blendLayout(mostLanes));
  const step = bodyAt(wgsl, 'for (var t ');
  const slice = bodyAt(step, 'for (var slice ');
  const barriersOfSlice = barriersIn(wgsl, slice);
  return {
    lanes: mostLanes,
    slices: mostLanes / shape.lanes,
    workgroupBytes: workgroupBytes(wgsl),
    barriersOfSlice,
    barriers: barriersIn(wgsl, step) - barriersOfSlice,
  };
}

function denseOps(plan: StudentPlan): DenseOp[] {
  return plan.ops.filter((op) => op.kind === 'dense');
}

/** Of all arrays in workgroup memory. */
function workgroupBytes(wgsl: string): number {
  const arrays = wgsl.matchAll(/var<workgroup> \w+: array<(?:atomic<u32>|[iu]32), (\d+)u?>/g);
  return [...arrays].reduce((sum, [, words]) => sum + 4 * Number(words), 0);
}

/** What stands between the braces behind a text. */
function bodyAt(wgsl: string, before: string): string {
  const from = wgsl.indexOf(before);
  if (from < 0) throw new RangeError(`the shader has no '${before}'`);
  const start = wgsl.indexOf('{', from);
  let depth = 0;
  for (let at = start; at < wgsl.length; at++) {
    if (wgsl[at] === '{') depth++;
    if (wgsl[at] === '}' && --depth === 0) return wgsl.slice(start + 1, at);
  }
  throw new RangeError(`the shader's '${before}' does not end`);
}

/** Barriers of a part of a shader, with those of the functions it calls. No barrier stands in a loop of its own. */
function barriersIn(wgsl: string, part: string): number {
  let count = part.split('workgroupBarrier()').length - 1;
  for (const [, name] of part.matchAll(/\b(\w+)\(/g)) {
    if (new RegExp(`\\bfn ${name}\\(`).test(wgsl)) count += barriersIn(wgsl, bodyAt(wgsl, `fn ${name}(`));
  }
  return count;
}
