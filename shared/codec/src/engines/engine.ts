/**
 * The seam between coding and computing: an engine runs a student's graph for many lanes in lockstep. Whatever the
 * engine, the same inputs give the same integers (docs/MODEL.md §4), so nothing above this file depends on which one runs.
 */
import type * as OrtCommon from 'onnxruntime-common';
import type { StudentPlan } from '../student/plan.ts';
import type { Student } from '../student/student.ts';

/** The part of onnxruntime-web that engines use; the caller imports the build it wants and hands it over. */
export type OrtModule = Pick<typeof OrtCommon, 'InferenceSession' | 'Tensor' | 'env'>;

export type EngineName = 'simd' | 'webgpu' | 'ort-wasm' | 'ort-webgpu';
export const engineNames: readonly EngineName[] = ['simd', 'webgpu', 'ort-wasm', 'ort-webgpu'];

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

/** Codes whole segments of one method; what is asked for at the same time is done side by side. */
export interface SegmentCoder {
  /** Segments of fewer lanes it cannot do. */
  readonly fewestLanes: number;
  /** Segments of so many lanes that are worth having under way at once. */
  inFlight(lanes: number): number;
  /**
   * The payload, the same as a LaneCoder makes; undefined where that has none because a stream does not fit.
   * @param onPart hears the part that is done, 0 … 1; it may wait, or throw to stop
   * @throws EngineError; what `onPart` throws
   */
  encode(
    bytes: Uint8Array,
    lanes: number,
    onPart?: (part: number) => void | Promise<void>,
  ): Promise<Uint8Array | undefined>;
  /** The original bytes. @throws CorruptError where the payload's head is damaged; as encode */
  decode(
    payload: Uint8Array,
    originalBytes: number,
    lanes: number,
    onPart?: (part: number) => void | Promise<void>,
  ): Promise<Uint8Array>;
}

/** What the engine does of a method by itself; undefined where steps have to do. */
export function segmentCoderOf(
  engine: StudentEngine,
  method: string,
  lanes: number,
): SegmentCoder | undefined {
  const byMethod: Readonly<Record<string, SegmentCoder | undefined>> = {
    student: engine.segments,
    blend: engine.blendSegments,
  };
  const coder = byMethod[method];
  return coder !== undefined && lanes >= coder.fewestLanes ? coder : undefined;
}

/** A student opened on an engine. */
export interface StudentEngine {
  readonly name: EngineName;
  readonly student: Student;
  /** Only where the engine does more than steps (webgpu): it codes segments of the method `student` by itself. */
  readonly segments?: SegmentCoder;
  /** Of the method `blend`, where it does these too. */
  readonly blendSegments?: SegmentCoder;
  /** Only where the engine is the coder itself (simd): a LaneCoder that loads it needs no stepper, but does runSteps. */
  readonly plan?: StudentPlan;
  /** A stepper for so many lanes, its state at 0. */
  lanes(count: number): LaneStepper;
  dispose(): Promise<void>;
}
