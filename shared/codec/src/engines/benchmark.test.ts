/** The look at an engine's speed: it ends soon, and knows what is done side by side. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createLaneCoder } from '../coder/lane-coder.ts';
import { coderFile } from '../node/house.ts';
import { loadStudentFolder } from '../node/models.ts';
import type { Student } from '../student/student.ts';
import { measureSpeed } from './benchmark.ts';
import type { SegmentCoder, StudentEngine } from './engine.ts';
import { openSimdEngine } from './simd.ts';

const module = await WebAssembly.compile(readFileSync(coderFile()));
const tiny = fileURLToPath(new URL('../../../../tests/models/tiny-swift', import.meta.url));

it.each(['student', 'blend'])('the CPU is measured by the method %s, times its threads', async (method) => {
  const student = await loadStudentFolder(tiny);
  const engine = await openSimdEngine(module, student);
  const coder = await createLaneCoder(module);
  const speed = await measureSpeed(engine, { lanes: 600, method }, { threads: 2, coder, milliseconds: 20 });
  expect(speed.engine).toBe('simd');
  expect(speed.bytesPerSecond).toBeGreaterThan(1000);
});

it('a GPU is measured with all blocks at once, its first round left out', async () => {
  const student = await loadStudentFolder(tiny);
  const asked: { bytes: number; lanes: number }[] = [];
  let first = true;
  const segments: SegmentCoder = {
    fewestLanes: 1,
    inFlight: () => 8,
    encode: async (bytes, lanes) => {
      asked.push({ bytes: bytes.length, lanes });
      // As a shader's compilation would.
      const wait = first ? 300 : 30;
      first = false;
      await new Promise((resolve) => setTimeout(resolve, wait));
      return bytes;
    },
    decode: async (payload) => payload,
  };
  const engine: StudentEngine = {
    name: 'webgpu',
    student: student satisfies Student,
    segments,
    lanes: () => {
      throw new Error('not by steps');
    },
    dispose: () => Promise.resolve(),
  };
  const coder = await createLaneCoder(module);
  const { bytesPerSecond } = await measureSpeed(
    engine,
    { lanes: 1024 },
    { threads: 2, coder, milliseconds: 20 },
  );
  expect(asked.map(({ lanes }) => lanes)).toEqual(Array.from({ length: 8 }, () => 256));
  const second = asked.slice(4).reduce((sum, { bytes }) => sum + bytes, 0);
  expect(bytesPerSecond).toBeLessThan(second / 0.025);
  expect(bytesPerSecond).toBeGreaterThan(second / 0.3);
});
