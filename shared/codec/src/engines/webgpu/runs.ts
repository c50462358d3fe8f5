/** How work goes to the GPU: blocks in batches that it can hold, steps in dispatches that it can do in time. */
import { failed, type Gpu, type GpuProgram } from './gpu-program.ts';
import type { Pace } from './pace.ts';

export interface StudentBlock {
  readonly bytes: Uint8Array;
  /** 1 <= lanes <= bytes. */
  readonly lanes: number;
}

export interface StudentPayload {
  readonly payload: Uint8Array;
  readonly originalBytes: number;
  readonly lanes: number;
}

/** Called between dispatches with the part of the work that is done, 0 … 1; it may wait, or throw to stop. */
export type OnPart = (part: number) => void | Promise<void>;

export interface StepRun {
  readonly program: GpuProgram;
  readonly params: GPUBuffer;
  readonly group: GPUBindGroup;
  readonly workgroups: number;
  /** Of all workgroups, used or not. */
  readonly lanes: number;
  readonly steps: number;
}

/** All steps, some in each dispatch, with two dispatches under way so that the GPU never waits for the CPU. */
export async function runSteps(gpu: Gpu, pace: Pace, run: StepRun, onPart: OnPart): Promise<void> {
  const { queue } = gpu.device;
  const under: { end: number; count: number; done: Promise<undefined> }[] = [];
  let submitted = 0;
  let mark = performance.now();
  while (submitted < run.steps || under.length > 0) {
    while (submitted < run.steps && under.length < 2) {
      const count = Math.min(pace.steps, run.steps - submitted);
      gpu.write(run.params, Uint32Array.of(submitted, submitted + count, run.lanes, 0));
      const encoder = gpu.device.createCommandEncoder();
      run.program.dispatch(encoder, run.group, run.workgroups);
      queue.submit([encoder.finish()]);
      submitted += count;
      under.push({ end: submitted, count, done: queue.onSubmittedWorkDone() });
    }
    const first = under.shift();
    if (first === undefined) break;
    await gpu.wait(first.done, 'coding');
    const now = performance.now();
    pace.note(first.count, now - mark);
    mark = now;
    await onPart(first.end / run.steps);
  }
}

/** As many blocks at a time as fit. @throws EngineError where one alone does not */
export async function inBatches<B, T>(
  blocks: readonly B[],
  fits: (batch: readonly B[]) => boolean,
  sizeOf: (block: B) => number,
  onPart: OnPart,
  code: (batch: readonly B[], report: OnPart) => Promise<T[]>,
): Promise<T[]> {
  const total = Math.max(
    1,
    blocks.reduce((sum, block) => sum + sizeOf(block), 0),
  );
  const results: T[] = [];
  let done = 0;
  for (let from = 0; from < blocks.length;) {
    let to = from + 1;
    while (to < blocks.length && fits(blocks.slice(from, to + 1))) to++;
    const batch = blocks.slice(from, to);
    if (!fits(batch)) throw failed('a block is larger than what the device can bind');
    const before = done;
    const size = batch.reduce((sum, block) => sum + sizeOf(block), 0);
    results.push(...(await code(batch, (part) => onPart((before + part * size) / total))));
    done += size;
    from = to;
  }
  return results;
}

/** Most bytes of a buffer that a shader may see whole. */
export function mostBindable({ device }: Gpu): number {
  return Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
}
