/** Plans give the integers of the parity vectors, are as fused as they should be, and refuse what has no integer form. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PlanInterpreter } from '../testing/plan-interpreter.ts';
import { referenceInputs } from '../testing/reference.ts';
import { multiplications } from './plan.ts';
import { loadStudent, planOf, type Student } from './student.ts';

const house = new URL('../../../../', import.meta.url);
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(fileURLToPath(new URL(path, house))));
const load = (folder: string): Promise<Student> =>
  loadStudent(read(`${folder}/student.onnx`), read(`${folder}/parity.bin`));

const models = [
  'tests/models/tiny-swift',
  'tests/models/tiny-deep',
  'tests/models/tiny-transformer32',
  'models/swift-1',
  'models/swift-2',
];

describe('the plan of', () => {
  it.each(models)(
    '%s gives the integers of its parity vectors',
    async (folder) => {
      const student = await load(folder);
      const plan = planOf(student);
      const { lanes, steps, bytes, logits, state, stateWidth } = student.parity!;
      // The interpreter is slow: a few lanes and steps of the larger ones tell as much.
      const most = student.metadata.front.kind === 'window' ? 3 : steps;
      for (let lane = 0; lane < Math.min(lanes, 2); lane++) {
        const interpreter = new PlanInterpreter(plan);
        const past: number[] = [];
        for (let step = 0; step < most; step++) {
          const got = interpreter.step(referenceInputs(student.metadata.front, Uint8Array.from(past)));
          const from = (step * lanes + lane) * 256;
          expect(got).toEqual(Array.from(logits.subarray(from, from + 256)));
          past.push(bytes[step * lanes + lane]!);
        }
        if (most === steps)
          expect(interpreter.state()).toEqual(
            Array.from(state.subarray(lane * stateWidth, (lane + 1) * stateWidth)),
          );
      }
    },
    60_000,
  );

  it('swift is six operations and reads its weights from the model file', async () => {
    const student = await load('models/swift-1');
    const plan = planOf(student);
    expect(plan.ops.map(({ kind }) => kind)).toEqual(['gather', 'dense', 'dense', 'map', 'dense', 'dense']);
    expect(plan.buffers.map(({ name, storage, role }) => `${name} ${storage} ${role}`).sort()).toEqual([
      'clip_15 int8 temporary',
      'clip_34 int8 temporary',
      'clip_9 int16 temporary',
      'concat_28 int8 temporary',
      'logits int16 logits',
      'next_h int16 next',
      'rows int32 input',
      'state_h int16 state',
    ]);
    expect(multiplications(plan)).toBe(96_256);
    for (const { storage, data } of plan.constants) {
      expect(storage).toBe('int8');
      expect(data.buffer).toBe(student.onnx.buffer);
    }
  });
});
