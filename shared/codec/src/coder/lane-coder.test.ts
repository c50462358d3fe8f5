/** The WebAssembly coder against the shared vectors and the plain reference in TypeScript. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coderFile } from '../node/house.ts';
import type { Front } from '../student/metadata.ts';
import {
  referenceDecoder,
  referenceFrequencies,
  referenceInputs,
  referenceLaneStreams,
} from '../testing/reference.ts';
import { noise, vectors } from '../testing/test-kit.ts';
import { createLaneCoder, type LaneCoder } from './lane-coder.ts';

const exp2 = vectors('exp2.json') as number[];
const frequencyCases = vectors('frequencies.json') as { logits: number[]; frequencies: number[] }[];
const rowCases = vectors('ngram_rows.json') as {
  text: number[];
  fronts: { front: Front; rows: number[][] }[];
};
const anyLogits = (lanes: number): Float32Array => new Float32Array(lanes * 256);
const windows: Front = { kind: 'window', bytes: 32 };

const newCoder = async (): Promise<LaneCoder> =>
  createLaneCoder(await WebAssembly.compile(readFileSync(coderFile())));

describe('the plain reference', () => {
  it('equals the shared vectors', () => {
    for (const { logits, frequencies } of frequencyCases)
      expect(referenceFrequencies(logits, exp2)).toEqual(frequencies);
    const text = Uint8Array.from(rowCases.text);
    for (const { front, rows } of rowCases.fronts) {
      expect(rows.map((_, i) => referenceInputs(front, text.subarray(0, i)))).toEqual(rows);
    }
  });
});

describe('the lane coder', () => {
  it('gives the row numbers of the shared vectors', async () => {
    const coder = await newCoder();
    const text = Uint8Array.from(rowCases.text);
    for (const { front, rows } of rowCases.fronts) {
      const steps = coder.startEncode(front, text, 1);
      for (let step = 0; step < steps; step++) {
        expect(Array.from(coder.inputs())).toEqual(rows[step]);
        coder.encodeStep(anyLogits(1));
      }
    }
  });

  it('gives the windows of lanes of unequal length', async () => {
    const coder = await newCoder();
    const bytes = noise(100);
    const steps = coder.startEncode(windows, bytes, 3);
    expect(steps).toBe(34);
    const starts = [0, 34, 67];
    for (let step = 0; step < steps; step++) {
      const done = starts.map((_, lane) => Math.min(step, lane === 0 ? 34 : 33));
      const expected = starts.flatMap((start, lane) =>
        referenceInputs(windows, bytes.subarray(start, start + done[lane]!)),
      );
      expect(Array.from(coder.inputs())).toEqual(expected);
      coder.encodeStep(anyLogits(3));
    }
  });

  it('writes streams that the plain reference decodes, with the frequencies of the shared vectors', async () => {
    const coder = await newCoder();
    for (const lanes of [1, 2, 7]) {
      const bytes = noise(lanes * 60 + lanes - 1, lanes).map((byte, i) => (i % 3 === 0 ? 65 : byte));
      const logitsAt = (lane: number, step: number): number[] =>
        frequencyCases[(lane * 5 + step) % frequencyCases.length]!.logits;
      const logits = (step: number): Float32Array =>
        Float32Array.from(Array.from({ length: lanes }, (_, lane) => logitsAt(lane, step)).flat());
      const steps = coder.startEncode(windows, bytes, lanes);
      for (let step = 0; step < steps; step++) coder.encodeStep(logits(step));
      const payload = coder.finishEncode()!;

      let start = 0;
      referenceLaneStreams(payload, lanes).forEach((stream, lane) => {
        const decode = referenceDecoder(stream);
        const length = Math.floor(bytes.length / lanes) + (lane < bytes.length % lanes ? 1 : 0);
        const decoded = Array.from({ length }, (_, step) =>
          decode(referenceFrequencies(logitsAt(lane, step), exp2)),
        );
        expect(decoded).toEqual(Array.from(bytes.subarray(start, (start += length))));
      });

      expect(coder.startDecode(windows, payload, bytes.length, lanes)).toBe(steps);
      for (let step = 0; step < steps; step++) coder.decodeStep(logits(step));
      expect(coder.finishDecode()).toEqual(bytes);
    }
  });

  it('refuses payloads with a damaged head', async () => {
    const coder = await newCoder();
    const start = (payload: Uint8Array, bytes = 100): number => coder.startDecode(windows, payload, bytes, 2);
    expect(() => start(new Uint8Array())).toThrow(expect.objectContaining({ code: 'UST_CORRUPT' }));
    expect(() => start(Uint8Array.of(200, 1, 0))).toThrow(expect.objectContaining({ code: 'UST_CORRUPT' }));
    expect(() => start(new Uint8Array(5000))).toThrow(expect.objectContaining({ code: 'UST_CORRUPT' }));
  });

  it('refuses a module that is not the coder', async () => {
    const empty = await WebAssembly.compile(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    await expect(createLaneCoder(empty)).rejects.toMatchObject({ code: 'UST_ENGINE' });
  });
});
