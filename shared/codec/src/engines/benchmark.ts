/**
 * The short look at the start: how fast an engine codes bytes here, with as many lanes as the work has. A fraction of a second says enough
 * to tell a GPU from a CPU, and no more is asked of it (choose.ts).
 */
import type { LaneCoder } from '../coder/lane-coder.ts';
import type { EngineSpeed, EngineWork } from './choose.ts';
import { segmentCoderOf, type StudentEngine } from './engine.ts';

export interface BenchmarkOptions {
  /** Threads that the CPU's engine will have. */
  readonly threads: number;
  readonly coder: LaneCoder;
  /** Least time to measure. */
  readonly milliseconds?: number;
}

/** Lanes of a block; more are more blocks. */
const mostLanes = 256;

/** Bytes that cost a student what text costs it: what they are does not matter, only that the table rows differ. */
function sample(length: number): Uint8Array {
  let x = 1;
  return Uint8Array.from({ length }, () => {
    x = (Math.imul(x, 0x915f77f5) + 0x2545f491) >>> 0;
    return 32 + (x >>> 26);
  });
}

/** @throws EngineError where the engine fails, which excludes it */
export async function measureSpeed(
  engine: StudentEngine,
  work: EngineWork,
  { threads, coder, milliseconds = 60 }: BenchmarkOptions,
): Promise<EngineSpeed> {
  const method = work.method === 'blend' ? 'blend' : 'student';
  const lanes = Math.min(work.lanes, mostLanes);
  const segments = segmentCoderOf(engine, method, lanes);
  // A GPU does all blocks that are under way at once.
  const blocks = segments === undefined ? 1 : Math.ceil(work.lanes / lanes);
  const { front } = engine.student.metadata;
  // The first round compiles shaders and warms code, and does not count.
  let elapsed = 0;
  let bytes = 0;
  for (let round = 0, steps = 8; elapsed < milliseconds && steps <= 4096; round++, steps *= 2) {
    const input = sample(lanes * steps);
    const begin = performance.now();
    if (segments !== undefined)
      await Promise.all(Array.from({ length: blocks }, () => segments.encode(input, lanes)));
    else if (engine.plan !== undefined) {
      coder.loadNetwork(engine.plan);
      coder.startEncode(front, input, lanes, method);
      coder.runSteps(steps);
    } else {
      const stepper = engine.lanes(lanes);
      coder.startEncode(front, input, lanes, method);
      for (let step = 0; step < steps; step++) coder.encodeStep(await stepper.step(coder.inputs()));
      stepper.dispose();
    }
    elapsed = round === 0 ? 0 : performance.now() - begin;
    bytes = input.length * blocks;
  }
  const parallel = segments === undefined ? threads : 1;
  return { engine: engine.name, bytesPerSecond: (bytes * 1000 * parallel) / elapsed };
}
