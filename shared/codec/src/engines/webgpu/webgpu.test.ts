/**
 * The engine `webgpu` on a software adapter: the integers of the parity vectors, and the same payloads as WebAssembly makes, in both
 * directions.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { createLaneCoder, type LaneCoder } from '../../coder/lane-coder.ts';
import { coderFile } from '../../node/house.ts';
import { loadStudentFolder } from '../../node/models.ts';
import { planOf, type Student } from '../../student/student.ts';
import { expectSoftwareGpu, gpuTest, openTestDevice, softwareGpu } from '../../testing/software-gpu.ts';
import { noise } from '../../testing/test-kit.ts';
import { capabilitiesOf, findAdapter, type GpuDevice } from '../gpu-device.ts';
import { openWebgpuEngine, type WebgpuEngine } from './engine.ts';
import type { PipelinedStepper } from './stepper.ts';
import type { StudentBlock } from './runs.ts';

const root = new URL('../../../../../', import.meta.url);
const studentAt = (path: string): Promise<Student> => loadStudentFolder(fileURLToPath(new URL(path, root)));
const text = new Uint8Array(readFileSync(fileURLToPath(new URL('docs/MODEL.md', root))));
const tinyName = 'tests/models/tiny-swift';
const transformerName = 'tests/models/tiny-transformer32';
const pathNames = ['with dot4I8Packed', 'with single products'] as const;
const refusal = (code: string): unknown => expect.objectContaining({ code });

let device: GpuDevice;
let coder: LaneCoder;
let tiny: Student;
/** Of the tiny student, on the workgroups of a real GPU; others have those that are quicker on a software adapter. */
let engine: WebgpuEngine;

beforeAll(async () => {
  coder = await createLaneCoder(await WebAssembly.compile(readFileSync(coderFile())));
  tiny = await studentAt(tinyName);
  if (softwareGpu === null) return;
  device = await openTestDevice();
  engine = await openWebgpuEngine(device, tiny, { lanes: 16, invocations: 256 });
  expect(engine.shape).toMatchObject({ lanes: 16, invocations: 256, memory: 'workgroup' });
}, 120_000);
afterAll(() => {
  device?.destroy();
});

/** Shaders take seconds to compile here, so tests share what is open. */
const others = new Map<string, Promise<WebgpuEngine>>();
function engineOf(path: string, packedDot: boolean): Promise<WebgpuEngine> {
  if (path.endsWith(tinyName) && packedDot) return Promise.resolve(engine);
  const key = `${path} ${packedDot}`;
  const opened =
    others.get(key) ?? studentAt(path).then((student) => openWebgpuEngine(device, student, { packedDot }));
  others.set(key, opened);
  return opened;
}

/** The payload as the coder in WebAssembly makes it, with its own network. */
function payloadOf(student: Student, { bytes, lanes }: StudentBlock): Uint8Array {
  coder.loadNetwork(planOf(student));
  coder.startEncode(student.metadata.front, bytes, lanes);
  coder.runSteps(bytes.length);
  return coder.finishEncode() as Uint8Array;
}

function bytesOf(student: Student, payload: Uint8Array, originalBytes: number, lanes: number): Uint8Array {
  coder.loadNetwork(planOf(student));
  coder.startDecode(student.metadata.front, payload, originalBytes, lanes);
  coder.runSteps(originalBytes);
  return coder.finishDecode();
}

/** Logits that differ from the vectors in the first steps, with the coder's inputs. */
async function wrongLogits(student: Student, stepper: PipelinedStepper, steps: number): Promise<number> {
  const { lanes, steps: all, bytes, logits } = student.parity!;
  const block = Uint8Array.from(bytes, (_, i) => bytes[(i % all) * lanes + Math.floor(i / all)]!);
  coder.startEncode(student.metadata.front, block, lanes);
  let wrong = 0;
  for (let step = 0; step < steps; step++) {
    const expected = logits.subarray(step * lanes * 256, (step + 1) * lanes * 256);
    const found = await stepper.step(coder.inputs());
    wrong += expected.reduce((sum, value, i) => sum + (found[i] === value ? 0 : 1), 0);
    coder.encodeStep(Float32Array.from(expected));
  }
  return wrong;
}

expectSoftwareGpu();

describe.each([
  [tinyName, Infinity],
  [transformerName, 2],
  ['models/swift-1', 4],
  ['models/swift-2', 4],
] as const)('%s', (path, most) => {
  gpuTest.each(pathNames)(
    'gives the integers of its parity vectors %s',
    async (name) => {
      const own = await engineOf(path, name === pathNames[0]);
      const { student } = own;
      const vectors = student.parity!;
      const stepper = own.lanes(vectors.lanes);
      const steps = Math.min(most, vectors.steps);
      expect(await wrongLogits(student, stepper, steps)).toBe(0);
      if (steps === vectors.steps) expect(await stepper.state()).toEqual(vectors.state);
      stepper.reset();
      expect(await wrongLogits(student, stepper, 1)).toBe(0);
      stepper.dispose();
    },
    60_000,
  );
});

describe('segments', () => {
  // Lanes of different lengths, more lanes than a workgroup has, a lane alone, and streams that end in nothing.
  const blocks: StudentBlock[] = [
    { bytes: text.subarray(0, 501), lanes: 5 },
    { bytes: text.subarray(501, 502), lanes: 1 },
    { bytes: noise(1999), lanes: 20 },
    { bytes: new Uint8Array(100), lanes: 1 },
    { bytes: new Uint8Array(90).fill(255), lanes: 3 },
  ];

  gpuTest('have the payloads that WebAssembly makes, and come back', async () => {
    const expected = blocks.map((block) => payloadOf(tiny, block));
    expect(await engine.encodeStudentBlocks(blocks)).toEqual(expected);
    const payloads = blocks.map(({ bytes, lanes }, i) => ({
      payload: expected[i]!,
      originalBytes: bytes.length,
      lanes,
    }));
    const parts: number[] = [];
    const decoded = await engine.decodeStudentBlocks(payloads, (part) => void parts.push(part));
    expect(decoded.map((bytes) => Buffer.from(bytes))).toEqual(blocks.map(({ bytes }) => Buffer.from(bytes)));
    expect(parts.at(-1)).toBe(1);
    expect(parts).toEqual([...parts].sort((a, b) => a - b));
  });

  gpuTest('of nonsense decode to the nonsense that WebAssembly makes of it', async () => {
    // Streams too long, too short, and of a point behind the last symbol.
    for (const stream of [noise(600, 5), noise(3), new Uint8Array(600).fill(255)]) {
      const expected = bytesOf(tiny, stream, 300, 1);
      const [found] = await engine.decodeStudentBlocks([{ payload: stream, originalBytes: 300, lanes: 1 }]);
      expect(found).toEqual(expected);
    }
  });

  gpuTest(
    'asked for together are done together; one that is stopped or damaged disturbs no other',
    async () => {
      const [first, , third] = blocks as [StudentBlock, StudentBlock, StudentBlock];
      const stop = new Error('stopped');
      const results = await Promise.allSettled([
        engine.segments.encode(first.bytes, first.lanes),
        engine.segments.encode(third.bytes, third.lanes, () => {
          throw stop;
        }),
        engine.segments.decode(payloadOf(tiny, first), first.bytes.length, first.lanes),
        engine.segments.decode(Uint8Array.of(0x80), first.bytes.length, first.lanes),
      ]);
      expect(results).toMatchObject([
        { value: payloadOf(tiny, first) },
        { reason: stop },
        { value: new Uint8Array(first.bytes) },
        { reason: refusal('UST_CORRUPT') },
      ]);
      const alone = engine.segments.encode(first.bytes, first.lanes, () => {
        throw stop;
      });
      await expect(alone).rejects.toBe(stop);
      expect(engine.segments.inFlight(512) * 512).toBeGreaterThanOrEqual(4096);
    },
  );

  gpuTest(
    'of a model too large for workgroup memory have the same payloads',
    async () => {
      const own = await engineOf(transformerName, true);
      const { student } = own;
      expect(own.shape.memory).toBe('storage');
      const block = { bytes: text.subarray(0, 18), lanes: 6 };
      const payload = payloadOf(student, block);
      expect(await own.segments.encode(block.bytes, block.lanes)).toEqual(payload);
      expect(await own.segments.decode(payload, 18, 6)).toEqual(new Uint8Array(block.bytes));
    },
    60_000,
  );
});

gpuTest('two steppers work side by side, and at most one step of each is under way', async () => {
  const { lanes } = tiny.parity!;
  coder.startEncode(tiny.metadata.front, noise(4 * lanes), lanes);
  const input = coder.inputs().slice();
  const alone = engine.lanes(lanes);
  const expected = [(await alone.step(input)).slice(), (await alone.step(input)).slice()];
  const [a, b] = [engine.lanes(lanes), engine.lanes(lanes)];
  a.submit(input);
  b.submit(input);
  expect(() => a.submit(input)).toThrow(RangeError);
  const first = await a.collect();
  a.submit(input); // while the first logits are still in use
  expect(first).toEqual(expected[0]);
  expect(await b.collect()).toEqual(expected[0]);
  expect(await a.collect()).toEqual(expected[1]);
  await expect(a.collect()).rejects.toThrow(RangeError);
  for (const stepper of [alone, a, b]) stepper.dispose();
});

gpuTest('a software adapter is known as one', async () => {
  expect(capabilitiesOf(await findAdapter(softwareGpu))).toEqual({ webgpu: 'fallback' });
});

// The last one: nothing can follow on this device.
gpuTest('a device lost in mid-file is an engine error, for steps and for segments', async () => {
  const stepper = engine.lanes(4);
  const input = new Int32Array(40);
  await stepper.step(input);
  const work = engine.segments.encode(text.subarray(0, 2000), 20, (part) => {
    if (part > 0.1) device.device.destroy();
  });
  await expect(work).rejects.toEqual(refusal('UST_ENGINE'));
  await expect((async () => stepper.step(input))()).rejects.toEqual(refusal('UST_ENGINE'));
});
