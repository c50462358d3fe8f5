/** The engine `simd`: parity of all models, and the payloads of every way to run a student are the same. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { createLaneCoder } from '../coder/lane-coder.ts';
import { coderFile } from '../node/house.ts';
import { loadStudent, planOf, type Student } from '../student/student.ts';
import { noise } from '../testing/test-kit.ts';
import { openOrtEngine, RunQueue } from './ort.ts';
import { checkParity } from './parity-check.ts';
import { openSimdEngine } from './simd.ts';

const house = new URL('../../../../', import.meta.url);
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(fileURLToPath(new URL(path, house))));
const load = (folder: string): Promise<Student> =>
  loadStudent(read(`${folder}/student.onnx`), read(`${folder}/parity.bin`));
const coderModule = WebAssembly.compile(readFileSync(coderFile()));
const models = [
  'tests/models/tiny-swift',
  'tests/models/tiny-deep',
  'tests/models/tiny-transformer32',
  'models/swift-1',
  'models/swift-2',
];

/** Text, zeros, noise, and bytes with a period. */
const kinds: readonly (readonly [string, Uint8Array])[] = [
  [
    'text',
    new TextEncoder().encode('The archive is the same, whoever computes it: Grüße, 圧縮. '.repeat(12)),
  ],
  ['zeros', new Uint8Array(500)],
  ['noise', noise(700, 3)],
  ['records', Uint8Array.from({ length: 640 }, (_, i) => (i % 16 < 3 ? i >> 4 : i % 16))],
];

describe('the engine simd', () => {
  it.each(models)('gives the logits and the state of the parity vectors of %s', async (folder) => {
    const student = await load(folder);
    const engine = await openSimdEngine(await coderModule, student);
    await checkParity(engine, student.parity!, await createLaneCoder(await coderModule));
    // A second stepper beside the first, after a reset in the middle of things.
    const stepper = engine.lanes(2);
    const input = new Int32Array(2 * (student.metadata.front.kind === 'window' ? 32 : 10));
    const first = await stepper.step(input);
    await stepper.step(input);
    stepper.reset();
    expect(await stepper.step(input)).toEqual(first);
    await engine.dispose();
  });

  it.each(models.slice(0, 2))(
    'codes with %s as the other engine does, step by step or in batches',
    async (folder) => {
      ort.env.wasm.numThreads = 1;
      const student = await load(folder);
      const { front } = student.metadata;
      const coder = await createLaneCoder(await coderModule);
      const engines = [
        await openSimdEngine(await coderModule, student),
        await openOrtEngine(ort, new RunQueue(), student),
      ];
      for (const [name, bytes] of kinds) {
        for (const lanes of [1, 3, 37]) {
          const payloads: Uint8Array[] = [];
          for (const engine of engines) {
            const stepper = engine.lanes(lanes);
            const steps = coder.startEncode(front, bytes, lanes);
            for (let step = 0; step < steps; step++) coder.encodeStep(await stepper.step(coder.inputs()));
            payloads.push(coder.finishEncode()!);
            stepper.dispose();
          }
          coder.loadNetwork(planOf(student));
          const steps = coder.startEncode(front, bytes, lanes);
          expect([coder.runSteps(5), coder.runSteps(steps)]).toEqual([5, steps - 5]);
          payloads.push(coder.finishEncode()!);
          for (const payload of payloads.slice(1))
            expect(payload, `${name}, ${lanes} lanes`).toEqual(payloads[0]);
          coder.startDecode(front, payloads[0]!, bytes.length, lanes);
          while (coder.runSteps(7) === 7);
          expect(coder.finishDecode()).toEqual(bytes);
        }
      }
      for (const engine of engines) await engine.dispose();
    },
  );

  it('does not run steps without a model, or with that of another front', async () => {
    const coder = await createLaneCoder(await coderModule);
    const refusal: unknown = expect.objectContaining({ code: 'UST_ENGINE' });
    coder.startEncode({ kind: 'window', bytes: 32 }, noise(40), 2);
    expect(() => coder.runSteps(1)).toThrow(refusal);
    coder.loadNetwork(planOf(await load('tests/models/tiny-swift')));
    coder.startEncode({ kind: 'window', bytes: 32 }, noise(40), 2);
    expect(() => coder.runSteps(1)).toThrow(refusal);
  });
});
