/** The method `blend` wholly on a GPU, here a software adapter: the same payloads as WebAssembly makes, in both directions. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { createLaneCoder, type LaneCoder } from '../../coder/lane-coder.ts';
import { coderFile } from '../../node/house.ts';
import { loadStudentFolder } from '../../node/models.ts';
import { planOf, type Student } from '../../student/student.ts';
import { expectSoftwareGpu, gpuTest, openTestDevice, softwareGpu } from '../../testing/software-gpu.ts';
import { noise } from '../../testing/test-kit.ts';
import type { SegmentCoder } from '../engine.ts';
import type { GpuDevice } from '../gpu-device.ts';
import { openWebgpuEngine } from './engine.ts';

const root = new URL('../../../../../', import.meta.url);
const text = new Uint8Array(readFileSync(fileURLToPath(new URL('docs/FORMAT.md', root))));

let device: GpuDevice | undefined;
let coder: LaneCoder;
let student: Student;
let segments: SegmentCoder;

beforeAll(async () => {
  coder = await createLaneCoder(await WebAssembly.compile(readFileSync(coderFile())));
  student = await loadStudentFolder(fileURLToPath(new URL('tests/models/tiny-swift', root)));
  if (softwareGpu === null) return;
  device = await openTestDevice();
  const engine = await openWebgpuEngine(device, student, { coder });
  expect(engine.blendSegments).toBeDefined();
  segments = engine.blendSegments as SegmentCoder;
}, 60_000);
afterAll(() => {
  device?.destroy();
});

interface Block {
  readonly bytes: Uint8Array;
  readonly lanes: number;
}

function payloadOf({ bytes, lanes }: Block): Uint8Array | undefined {
  coder.loadNetwork(planOf(student));
  coder.startEncode(student.metadata.front, bytes, lanes, 'blend');
  coder.runSteps(bytes.length);
  return coder.finishEncode();
}

function bytesOf(payload: Uint8Array, originalBytes: number, lanes: number): Uint8Array {
  coder.loadNetwork(planOf(student));
  coder.startDecode(student.metadata.front, payload, originalBytes, lanes, 'blend');
  coder.runSteps(originalBytes);
  return coder.finishDecode();
}

expectSoftwareGpu();

describe('segments of the blend', () => {
  const repeated = Uint8Array.from({ length: 2400 }, (_, i) => text[(i * 7) % 301]!);
  const blocks: Block[] = [
    { bytes: text.subarray(0, 4001), lanes: 17 }, // lanes of two lengths, and lanes of the workgroup that are not used
    { bytes: repeated, lanes: 20 }, // matches that run from lane to lane, many lanes in one context
    { bytes: noise(640), lanes: 32 }, // lines of the table that change hands
  ];

  gpuTest(
    'have the payloads that WebAssembly makes, and come back',
    async () => {
      const expected = blocks.map(payloadOf);
      expect(await Promise.all(blocks.map(({ bytes, lanes }) => segments.encode(bytes, lanes)))).toEqual(
        expected,
      );
      const decoded = await Promise.all(
        blocks.map(({ bytes, lanes }, i) => segments.decode(expected[i]!, bytes.length, lanes)),
      );
      expect(decoded.map((bytes) => Buffer.from(bytes))).toEqual(
        blocks.map(({ bytes }) => Buffer.from(bytes)),
      );
    },
    120_000,
  );

  gpuTest('of nonsense decode to the nonsense that WebAssembly makes of it', async () => {
    const payload = Uint8Array.of(20, 0, ...noise(20 * 17, 3));
    expect(await segments.decode(payload, 1000, 17)).toEqual(bytesOf(payload, 1000, 17));
  });

  gpuTest('are not for a few lanes, and several are worth having at once', () => {
    expect(segments.fewestLanes).toBeGreaterThan(1);
    expect(segments.inFlight(256)).toBeGreaterThan(2);
  });
});
