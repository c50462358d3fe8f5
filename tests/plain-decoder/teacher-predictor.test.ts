/**
 * Method `teacher`: the predictor written from docs/PREDICTOR.md reads tests/vectors/teacher_payload.json, which coder.wasm writes
 * (shared/codec/src/coder/teacher-method.test.ts).
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { laneStarts, laneStreams, RangeDecoder } from './lanes.ts';
import { TeacherPredictor } from './teacher-predictor.ts';

interface Vector {
  readonly lanes: number;
  readonly memoryLog2: number;
  readonly text: string;
  readonly payload: string;
}

/** The vector's student is nearly sure of one byte, by the byte before it. */
const frequenciesAfter = (last: number): number[] =>
  Array.from({ length: 256 }, (_, symbol) => (symbol === (last * 5 + 1) % 256 ? 65536 - 255 : 1));

it('decodes lanes of text bit by bit', { timeout: 60_000 }, () => {
  const file = new URL('../vectors/teacher_payload.json', import.meta.url);
  const { lanes, memoryLog2, text, payload } = JSON.parse(readFileSync(file, 'utf8')) as Vector;
  const bytes = new TextEncoder().encode(text);
  const starts = laneStarts(bytes.length, lanes);
  const streams = laneStreams(new Uint8Array(Buffer.from(payload, 'base64')), lanes);
  const decoders = streams.map((stream) => new RangeDecoder(stream));
  const predictor = new TeacherPredictor(bytes.length, lanes, memoryLog2);
  const out = new Uint8Array(bytes.length);
  for (let step = 0; step < Math.ceil(bytes.length / lanes); step++) {
    for (let lane = 0; lane < lanes; lane++) {
      const to = (starts[lane] as number) + step;
      if (to >= (starts[lane + 1] as number)) continue;
      const decoder = decoders[lane] as RangeDecoder;
      const frequencies = frequenciesAfter(step === 0 ? 0 : (out[to - 1] as number));
      out[to] = predictor.code(lane, frequencies, (p16) => decoder.bit(p16));
    }
  }
  expect(new TextDecoder().decode(out)).toBe(text);
});
