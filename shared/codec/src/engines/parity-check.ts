/**
 * Runs a student's parity vectors on an opened engine (docs/MODEL.md §6): an engine that gives one other integer is refused.
 */
import type { LaneCoder } from '../coder/lane-coder.ts';
import { ParityError } from '../errors.ts';
import type { ParityVectors } from '../student/parity.ts';
import type { StudentEngine } from './engine.ts';

const symbols = 256;

/** @throws ParityError naming the first difference */
export async function checkParity(
  engine: StudentEngine,
  vectors: ParityVectors,
  coder: LaneCoder,
): Promise<void> {
  const { lanes, steps } = vectors;
  const refuse = (problem: string): ParityError =>
    new ParityError({ engine: engine.name, model: engine.student.id.slice(0, 16), problem });
  const stepper = engine.lanes(lanes);
  try {
    // The coder walks through the vectors' bytes as a block of as many lanes, which gives the inputs of each step.
    coder.startEncode(engine.student.metadata.front, transpose(vectors.bytes, steps, lanes), lanes);
    for (let step = 0; step < steps; step++) {
      const logits = await stepper.step(coder.inputs());
      const expected = vectors.logits.subarray(step * lanes * symbols, (step + 1) * lanes * symbols);
      const wrong = expected.findIndex((value, i) => logits[i] !== value);
      if (wrong >= 0 || logits.length !== expected.length) {
        const lane = Math.floor(wrong / symbols);
        throw refuse(
          `its logits differ from the parity vectors at step ${step}, lane ${lane}, symbol ${wrong % symbols}`,
        );
      }
      coder.encodeStep(logits);
    }
    const state = await stepper.state();
    if (state.length !== vectors.state.length || state.some((value, i) => value !== vectors.state[i])) {
      throw refuse(`its state differs from the parity vectors after ${steps} steps`);
    }
  } finally {
    stepper.dispose();
  }
}

/** [steps, lanes] to [lanes, steps]. */
function transpose(bytes: Uint8Array, steps: number, lanes: number): Uint8Array {
  return Uint8Array.from(bytes, (_, i) => bytes[(i % steps) * lanes + Math.floor(i / steps)] as number);
}
