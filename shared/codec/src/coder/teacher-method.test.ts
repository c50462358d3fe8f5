/** Method `teacher` in WebAssembly: the bytes that the native build gives (wasm/coder/src/teacher_step_coder_test.cc), and back. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { coderFile } from '../node/house.ts';
import type { Front } from '../student/metadata.ts';
import { vectors } from '../testing/test-kit.ts';
import { createLaneCoder } from './lane-coder.ts';

const windows: Front = { kind: 'window', bytes: 32 };
const digestOfGeneration1 = 0xad731adb;

/** A phrase with letters changed here and there, by the rules of the C++ test. */
function changed(count: number): Uint8Array {
  const phrase = new TextEncoder().encode('the teacher and its student, [[lanes]] of 1984\n');
  let state = 1;
  return Uint8Array.from({ length: count }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24 < 20 ? 97 + ((state >>> 16) % 26) : (phrase[i % phrase.length] as number);
  });
}

/** Stands for a student, as in the C++ test. */
function answer(inputs: Int32Array, lanes: number): Float32Array {
  const logits = new Float32Array(lanes * 256);
  for (let lane = 0; lane < lanes; lane++) {
    const last = inputs[lane * 32 + 31] as number;
    for (let s = 0; s < 256; s++)
      logits[lane * 256 + s] = ((s * 7 + last * 13) % 64) + (s > 96 && s < 123 ? 90 : 0);
    logits[lane * 256 + ((last * 5 + 1) % 256)] = last * 3;
  }
  return logits;
}

it('gives the bytes of generation 1 and takes them back', async () => {
  const coder = await createLaneCoder(await WebAssembly.compile(readFileSync(coderFile())));
  const bytes = changed(30000);
  let digest = 2166136261;
  for (const lanes of [1, 4]) {
    const parameters = { memoryLog2: 21 + lanes };
    const steps = coder.startEncode(windows, bytes, lanes, 'teacher', parameters);
    for (let step = 0; step < steps; step++) coder.encodeStep(answer(coder.inputs(), lanes));
    const payload = coder.finishEncode() as Uint8Array;
    for (const byte of payload) digest = Math.imul(digest ^ byte, 16777619);
    coder.startDecode(windows, payload, bytes.length, lanes, 'teacher', parameters);
    for (let step = 0; step < steps; step++) coder.decodeStep(answer(coder.inputs(), lanes));
    expect(coder.finishDecode()).toEqual(bytes);
  }
  expect(digest >>> 0).toBe(digestOfGeneration1);
});

it('gives the payload of the shared vector', async () => {
  const vector = vectors('teacher_payload.json') as {
    lanes: number;
    memoryLog2: number;
    text: string;
    payload: string;
  };
  const { lanes, memoryLog2 } = vector;
  const bytes = new TextEncoder().encode(vector.text);
  const coder = await createLaneCoder(await WebAssembly.compile(readFileSync(coderFile())));
  const steps = coder.startEncode(windows, bytes, lanes, 'teacher', { memoryLog2 });
  for (let step = 0; step < steps; step++) {
    const inputs = coder.inputs();
    const logits = new Float32Array(lanes * 256).fill(-2047);
    for (let lane = 0; lane < lanes; lane++)
      logits[lane * 256 + (((inputs[lane * 32 + 31] as number) * 5 + 1) % 256)] = 2047;
    coder.encodeStep(logits);
  }
  expect(Buffer.from(coder.finishEncode() as Uint8Array).toString('base64')).toBe(vector.payload);
});
