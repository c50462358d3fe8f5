/**
 * The seam between coding and computing: an engine runs a student's graph for many lanes in lockstep. Whatever the
 * engine, the same inputs give the same integers (docs/MODEL.md §4), so nothing above this file depends on which one runs.
 */
import type * as OrtCommon from 'onnxruntime-common';
import type { Student } from '../student/student.ts';

/** The part of onnxruntime-web that engines use; the caller imports the build it wants and hands it over. */
export type OrtModule = Pick<typeof OrtCommon, 'InferenceSession' | 'Tensor' | 'env'>;

export type EngineName = 'ort-wasm' | 'ort-webgpu';
export const engineNames: readonly EngineName[] = ['ort-wasm', 'ort-webgpu'];

/** Runs a fixed number of lanes through a student, one byte a lane and step. Not re-entrant: await each step. */
export interface LaneStepper {
  readonly lanes: number;
  /**
   * One step of all lanes.
   * @param input row numbers [lanes, R] or windows [lanes, 32], lane by lane; read before the promise resolves
   * @returns logits [lanes, 256] as integers in float32; valid until the next call
   */
  step(input: Int32Array): Promise<Float32Array>;
  /** Sets all state to 0: the start of new lanes. */
  reset(): void;
  /** State values after the last step, [lanes, sum of widths], entries concatenated per lane; for parity checks. */
  state(): Promise<Int32Array>;
  dispose(): void;
}

/** A student opened on an engine. */
export interface StudentEngine {
  readonly name: EngineName;
  readonly student: Student;
  /** A stepper for so many lanes, its state at 0. */
  lanes(count: number): LaneStepper;
  dispose(): Promise<void>;
}
