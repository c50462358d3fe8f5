/** Loading: what is accepted, what is refused, and with which reason; tampering is done on the bytes of the tiny student. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { UstError } from '../errors.ts';
import { noise, tinyOnnx, tinyParity } from '../testing/test-kit.ts';
import { readOnnx } from './onnx.ts';
import { loadStudent } from './student.ts';

/** The file with every `from` replaced by `to`, which has the same length. */
function tampered(from: string | Float32Array, to: string | Float32Array): Uint8Array {
  const raw = (value: string | Float32Array): string =>
    typeof value === 'string' ? value : Buffer.from(value.buffer as ArrayBuffer).toString('latin1');
  expect(raw(to).length).toBe(raw(from).length);
  const file = Buffer.from(tinyOnnx()).toString('latin1');
  expect(file).toContain(raw(from));
  return new Uint8Array(Buffer.from(file.replaceAll(raw(from), raw(to)), 'latin1'));
}

/** The named initialiser's values with the first one changed. */
function withFirst(name: string, value: number): Uint8Array {
  const data = readOnnx(tinyOnnx()).initialisers.get(name)?.data as Float32Array;
  const changed = data.slice();
  changed[0] = value;
  return tampered(data, changed);
}

describe('a student', () => {
  it('is loaded with its id, metadata and vectors', async () => {
    const onnx = tinyOnnx();
    const student = await loadStudent(onnx, tinyParity());
    expect(student.id).toBe(createHash('sha256').update(onnx).digest('hex'));
    expect(student.metadata).toMatchObject({
      architecture: 'swift',
      state: [{ name: 'h', min: -32767, max: 32767 }],
    });
    expect(student.parity?.bytes.length).toBe(student.parity!.lanes * student.parity!.steps);
  });

  it.each([
    [
      'an operator that rounds differently elsewhere',
      () => tampered('Floor', 'Round'),
      /node_gate.*Round is not allowed/,
    ],
    ['a bias that makes sums inexact', () => withFirst('gate_bias', 2 ** 24), /node_add_6.*not below 2\^24/],
    ['a rescaling by no power of two', () => withFirst('gate_scale', 1 / 3), /gate_scale.*too fine/],
    ['a bias that is no number', () => withFirst('gate_bias', NaN), /gate_bias.*not a number/],
    [
      'a state that can leave its range',
      () => tampered('"min":-32767', '"min":-32766'),
      /next_h.*outside of -32766/,
    ],
    [
      'a state range that makes products inexact',
      () => tampered('"max":32767', '"max":99999'),
      /not below 2\^24/,
    ],
    [
      'rows outside of the table',
      () => tampered('"firstRow":2304', '"firstRow":2305'),
      /2560.*outside of the 2560 rows/,
    ],
  ])('is refused for %s', async (_, onnx, reason) => {
    const error: unknown = await loadStudent(onnx()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'UST_MODEL_UNPROVEN' });
    expect((error as Error).message).toMatch(reason);
  });

  it.each([
    ['another contract', () => tampered('"contract":1', '"contract":2'), /contract is 2/],
    ['other logit steps', () => tampered('"logitsPerOctave":32', '"logitsPerOctave":16'), /logitsPerOctave/],
    [
      'a state of another width',
      () => tampered('"width":32', '"width":31'),
      /state_h must be float32 \[lanes, 31\]/,
    ],
    ['rows that are no power of two', () => tampered('"rows":256', '"rows":255'), /power of two/],
    [
      'an unknown context',
      () => tampered('"context":"words"', '"context":"verbs"'),
      /byte, order, word or words/,
    ],
    ['no metadata', () => tampered('understudy', 'overstudy!'), /no understudy metadata/],
    ['metadata that is no JSON', () => tampered('{"architecture"', '["architecture"'), /not JSON/],
    ['an empty file', () => new Uint8Array(), /not an ONNX file/],
    ['any other file', () => noise(5000), /not an ONNX file/],
  ])('is refused for %s', async (_, onnx, reason) => {
    const error: unknown = await loadStudent(onnx()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'UST_MODEL_INVALID' });
    expect((error as Error).message).toMatch(reason);
  });

  it('is refused with incomplete or foreign vectors', async () => {
    const parity = tinyParity();
    const altered = (at: number, value: number): Uint8Array => {
      const copy = parity.slice();
      copy[at] = value;
      return copy;
    };
    for (const bad of [
      new Uint8Array(),
      parity.subarray(0, -1),
      altered(0, 0),
      altered(4, 2),
      altered(8, 77),
      altered(16, 33),
    ]) {
      await expect(loadStudent(tinyOnnx(), bad)).rejects.toMatchObject({ code: 'UST_MODEL_INVALID' });
    }
  });

  it('never fails in an unnamed way, however the file is damaged', async () => {
    const onnx = tinyOnnx();
    const places = noise(8 * 150, 5);
    // The tables in the middle are weights, any value of which is fine: damage the structure around them.
    const structure = [...Array(400).keys(), ...Array(4000).keys()].map((i, n) =>
      n < 400 ? i : onnx.length - 1 - i,
    );
    for (let round = 0; round < 150; round++) {
      const copy = onnx.slice(0, round % 5 === 0 ? (onnx.length * round) / 150 : onnx.length);
      for (let i = 0; i < 4; i++) {
        const at =
          structure[((places[8 * round + 2 * i]! << 8) | places[8 * round + 2 * i + 1]!) % structure.length]!;
        if (at < copy.length) copy[at] = (copy[at]! + 1 + places[8 * round + i]!) & 0xff;
      }
      const error: unknown = await loadStudent(copy).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (error !== undefined) expect(error).toBeInstanceOf(UstError);
    }
  });
});
