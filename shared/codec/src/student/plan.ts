/**
 * A student as a plan: the integer operations that the proven graph amounts to, fused and free of ONNX, for kernels that are
 * ours (WASM SIMD and WGSL). plan-builder.ts makes it, from the graph and the intervals of the proof. It computes the same
 * integers as the graph, and no value in it, partial sums included, reaches 2^24 in magnitude.
 */

/** Smallest type that holds all values; from the proven bounds. */
export type Storage = 'int8' | 'int16' | 'int32';

/** A tensor [lanes, width]; all operands of ops are views of such, or of constants. */
export interface PlanBuffer {
  readonly name: string;
  readonly width: number;
  readonly storage: Storage;
  readonly min: number;
  readonly max: number;
  /** `input`: rows or window, int32, filled by the caller; `state`: kept from step to step; `logits`: the result. */
  readonly role: 'input' | 'state' | 'next' | 'logits' | 'temporary';
  /** Index of the first op that writes it and of the last op that uses it; -1 and ops.length where it lives beyond the step. */
  readonly born: number;
  readonly dies: number;
}

/** Integers of the model: weights, tables, per-channel numbers; row-major. int8 ones are views of the model file. */
export interface PlanConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly storage: Storage;
  readonly data: Int8Array | Int16Array | Int32Array;
}

/**
 * A strided view of each lane's part of a buffer (or of a constant, which all lanes share): element [i, j, …] lies at
 * offset + i·strides[0] + j·strides[1] + …, in elements. A stride is 0 where the view is broadcast.
 */
export interface Operand {
  readonly constant: boolean;
  /** In `plan.buffers`, or in `plan.constants` where `constant`. */
  readonly index: number;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Rows of a table: output[i, :] = table[index[i], :]; index is [count], output contiguous [count, columns]. */
export interface GatherOp {
  readonly kind: 'gather';
  /** Constant [rows, columns]. */
  readonly table: number;
  readonly columns: number;
  readonly index: Operand;
  readonly output: Operand;
}

/**
 * output[r, n] = min(high, max(low, (bias[n] + Σ_k input[r, k] · weights[k, n]) >> shift[n])). Input (int8 values) and output
 * are contiguous, [rows, depth] and [rows, columns]. low and high are the type's ends (±2^31) where nothing is clipped.
 */
export interface DenseOp {
  readonly kind: 'dense';
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  readonly input: Operand;
  /** Constant [depth, columns], int8. */
  readonly weights: number;
  readonly bias: Int32Array;
  readonly shift: Uint8Array;
  readonly low: number;
  readonly high: number;
  readonly output: Operand;
}

/** output[…, i, j] = Σ_k a[…, i, k] · b[…, k, j], all of one rank, batches broadcast by strides; output contiguous. */
export interface MatMulOp {
  readonly kind: 'matmul';
  readonly a: Operand;
  readonly b: Operand;
  readonly output: Operand;
}

/** Sum or maximum over `axes` of the input; output has its shape with 1 for those axes, contiguous. */
export interface ReduceOp {
  readonly kind: 'reduce';
  readonly operator: 'sum' | 'max';
  readonly axes: readonly number[];
  readonly input: Operand;
  readonly output: Operand;
}

/** One step of a map's little program; a and b are indices of earlier steps. */
export type MapStep =
  | { readonly do: 'load'; readonly input: number }
  | { readonly do: 'constant'; readonly value: number }
  /** shift: a >> b, rounding down. */
  | {
      readonly do: 'add' | 'sub' | 'mul' | 'min' | 'max' | 'shift';
      readonly a: number;
      readonly b: number;
    }
  | { readonly do: 'abs'; readonly a: number }
  /** table[a], the table a constant of one axis. */
  | { readonly do: 'lookup'; readonly table: number; readonly a: number };

/** Element by element: all operands have this shape; each output takes the value of one step. */
export interface MapOp {
  readonly kind: 'map';
  readonly shape: readonly number[];
  readonly inputs: readonly Operand[];
  readonly steps: readonly MapStep[];
  readonly outputs: readonly { readonly step: number; readonly to: Operand }[];
}

export type PlanOp = GatherOp | DenseOp | MatMulOp | ReduceOp | MapOp;

/** A state entry: `next` of a step is `state` of the following one. */
export interface PlanState {
  readonly name: string;
  readonly width: number;
  readonly state: number;
  readonly next: number;
}

export interface StudentPlan {
  readonly buffers: readonly PlanBuffer[];
  readonly constants: readonly PlanConstant[];
  /** In order of execution. */
  readonly ops: readonly PlanOp[];
  /** Buffers of the integer input and of the logits. */
  readonly input: number;
  readonly logits: number;
  /** In the order of the metadata. */
  readonly states: readonly PlanState[];
}

/** Ends of int32: a clip that does nothing. */
export const unclipped = { low: -(2 ** 31), high: 2 ** 31 - 1 } as const;

/** Multiply-accumulates of one lane and step. */
export function multiplications(plan: StudentPlan): number {
  const size = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);
  return plan.ops.reduce((sum, op) => {
    if (op.kind === 'dense') return sum + op.rows * op.depth * op.columns;
    if (op.kind === 'matmul') return sum + size(op.output.shape) * (op.a.shape.at(-1) ?? 1);
    return sum;
  }, 0);
}
