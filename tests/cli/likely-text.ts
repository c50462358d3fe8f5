/**
 * Bytes that the tiny student predicts better than any other method, so that archives of them really need it: what
 * comes out when noise is decoded. A student with random weights saves nothing on real text.
 */
import { openNodeCodec, loadStudentFolder } from '@understudy/codec/node';
import { tinyModel } from './understudy.ts';

/** The same bytes at every call; `length` below 4096, where the codec always tries the student. */
export async function likelyText(length: number): Promise<Buffer> {
  const codec = await openNodeCodec({ engine: 'ort-wasm' });
  try {
    const student = await loadStudentFolder(tinyModel);
    const { engine } = await codec.open(student);
    const coder = await codec.newCoder();
    const stepper = engine.lanes(1);
    const steps = coder.startDecode(student.metadata.front, noise(length), length, 1);
    for (let step = 0; step < steps; step++) coder.decodeStep(await stepper.step(coder.inputs()));
    stepper.dispose();
    return Buffer.from(coder.finishDecode());
  } finally {
    await codec.dispose();
  }
}

/** Marsaglia's xorshift, 32 bits. */
function noise(length: number): Uint8Array {
  let state = 0x2545f491;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}
