/**
 * Every engine against every kind of file: one archive, byte for byte, and each engine gives the original back from it. With the released
 * student, which works on what people have, unlike the tiny ones. A software GPU takes up to 30 ms a step: two kinds in `npm test`,
 * all of them where the long tests run. ONNX Runtime's WebGPU provider needs a browser's loader: tests/e2e has it in Chromium.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Codec } from '../codec.ts';
import { compress } from '../compress.ts';
import { decompress } from '../decompress.ts';
import { inspect } from '../inspect.ts';
import type { LevelNumber } from '../level.ts';
import { loadStudentFolder, openNodeCodec } from '../node/index.ts';
import {
  audio,
  base64,
  concat,
  json,
  log,
  picture,
  prose,
  random,
  table,
  widened,
} from '../router/test-data.ts';
import type { Student } from '../student/student.ts';
import { expectSoftwareGpu, softwareGpu } from '../testing/software-gpu.ts';
import { bytesOf, streamOf } from '../testing/test-kit.ts';
import type { EngineName } from './engine.ts';

const isLong = process.env.UNDERSTUDY_LONG === '1';

/** Bytes of most files: one lane of a few hundred steps. */
const usual = 400;
/** What the released student knows: of this repository, no text that repeats itself, where zstd would do. */
const ofHouse = (path: string, from: number, length: number): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../../../../${path}`, import.meta.url)))).subarray(
    from,
    from + length,
  );
const greek = (text: string): string =>
  text.replace(/[a-z]/g, (letter) => String.fromCharCode(0x3b1 + (letter.charCodeAt(0) % 24)));
const kinds: Record<string, Uint8Array> = {
  text: ofHouse('docs/MODEL.md', 1000, usual),
  'program text': ofHouse('shared/codec/src/level.ts', 2500, usual),
  prose: prose(usual),
  'prose in Greek letters': prose(usual, 2, greek),
  'UTF-16': widened(prose(usual / 2, 3), 2),
  JSON: json(usual),
  log: log(usual),
  base64: base64(usual),
  records: table(20, 32),
  audio: audio(usual / 4, 2),
  picture: picture(20, 20, 1, 1),
  gzip: new Uint8Array(gzipSync(prose(4 * usual, 5))),
  noise: random(usual),
  zeros: new Uint8Array(4 * usual),
  'one byte': Uint8Array.of(65),
  nothing: new Uint8Array(),
  'text, noise, zeros': concat(prose(usual, 6), random(usual, 7), new Uint8Array(usual)),
  'text of several lanes': ofHouse('docs/FORMAT.md', 0, 8193),
};
/** Those in which the student must have a part, or equal archives would prove nothing. */
const ofStudent = ['text', 'program text', 'text of several lanes'];
const names = isLong ? Object.keys(kinds) : ['text', 'text, noise, zeros'];

/** Level 1 has a lane for each 4 KiB, level 4 for each 16. */
const levels: readonly LevelNumber[] = [1, 4];
const engines: readonly EngineName[] =
  softwareGpu === null ? ['simd', 'ort-wasm'] : ['simd', 'ort-wasm', 'webgpu'];

const codecs = new Map<EngineName, Codec>();
let student: Student;

beforeAll(async () => {
  student = await loadStudentFolder(fileURLToPath(new URL('../../../../models/swift-1', import.meta.url)));
  for (const engine of engines) {
    const codec = await openNodeCodec({
      engine,
      threads: 1,
      ...(engine === 'webgpu' && softwareGpu !== null ? { gpu: softwareGpu } : {}),
    });
    expect((await codec.open(student)).name).toBe(engine);
    codecs.set(engine, codec);
  }
}, 240_000);
afterAll(async () => {
  for (const codec of codecs.values()) await codec.dispose();
});

expectSoftwareGpu();

describe.each(levels)('at level %d', (level) => {
  it.each(names)(
    '%s: one archive, which every engine makes and opens',
    { timeout: 1_800_000 },
    async (name) => {
      const original = kinds[name] as Uint8Array;
      const made = new Map<EngineName, Uint8Array>();
      for (const [engine, codec] of codecs)
        made.set(engine, await bytesOf(compress(streamOf(original), { codec, student, level, name })));
      const archive = made.get('simd') as Uint8Array;
      for (const [engine, bytes] of made) expect(Buffer.compare(bytes, archive), engine).toBe(0);

      for (const [engine, codec] of codecs) {
        const back = decompress(streamOf(archive), { codec, students: async () => student });
        expect(Buffer.compare(await bytesOf(back), original), engine).toBe(0);
      }
      if (!ofStudent.includes(name)) return;
      const { blocks } = await inspect(streamOf(archive));
      const methods = blocks.flatMap(({ segments }) => segments.map(({ method }) => method));
      expect(methods).toContain(level === 1 ? 'student' : 'blend');
    },
  );
});
