/**
 * Method `teacher`: docs/FORMAT.md §12. Lanes in lockstep, one after the other within a step, each bit from the predictor of
 * docs/PREDICTOR.md.
 */
import { laneStarts, laneStreams, RangeDecoder } from './lanes.ts';
import type { PlainStudent } from './student.ts';
import { TeacherPredictor } from './teacher-predictor.ts';

/** @param memoryLog2 of the level, PREDICTOR.md §10 */
export function decodeTeacher(
  payload: Uint8Array,
  originalBytes: number,
  lanes: number,
  student: PlainStudent,
  memoryLog2: number,
): Uint8Array {
  const starts = laneStarts(originalBytes, lanes);
  const predictor = new TeacherPredictor(originalBytes, lanes, memoryLog2);
  const all = laneStreams(payload, lanes).map((stream, lane) => ({
    lane,
    decoder: new RangeDecoder(stream),
    predict: student.newLane(),
    past: [] as number[],
    bytes: starts[lane + 1]! - starts[lane]!,
  }));
  for (let step = 0; step < all[0]!.bytes; step++)
    for (const { lane, decoder, predict, past, bytes } of all)
      if (step < bytes) past.push(predictor.code(lane, predict(past), (p16) => decoder.bit(p16)));
  return Uint8Array.from(all.flatMap(({ past }) => past));
}
