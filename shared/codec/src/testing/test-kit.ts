/**
 * What the tests of this package share: the tiny student on the real engine, streams cut in odd ways, and bytes drawn from the
 * student's own distribution (a random-weight student compresses nothing else).
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { InputEntry } from '../archive/join-files.ts';
import type { Codec } from '../codec.ts';
import { lanesOf, ruleOf } from '../level.ts';
import { openNodeCodec } from '../node/index.ts';
import { loadStudent, type Student } from '../student/student.ts';

const tiny = fileURLToPath(new URL('../../../../tests/models/tiny-swift/', import.meta.url));

export const tinyOnnx = (): Uint8Array => new Uint8Array(readFileSync(`${tiny}student.onnx`));
export const tinyParity = (): Uint8Array => new Uint8Array(readFileSync(`${tiny}parity.bin`));
export const vectors = (name: string): unknown =>
  JSON.parse(
    readFileSync(fileURLToPath(new URL(`../../../../tests/vectors/${name}`, import.meta.url)), 'utf8'),
  );

let shared: Promise<{ codec: Codec; student: Student }> | undefined;

/** One codec and student a test file: opening ONNX Runtime takes about a second. */
export function tinyCodec(): Promise<{ codec: Codec; student: Student }> {
  shared ??= (async () => ({
    codec: await openNodeCodec({ threads: 1 }),
    student: await loadStudent(tinyOnnx(), tinyParity()),
  }))();
  return shared;
}

/** Reproducible bytes (xorshift32). */
export function noise(count: number, seed = 1): Uint8Array {
  let x = seed * 2654435761 + 1;
  return Uint8Array.from({ length: count }, () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x & 0xff;
  });
}

/** Bytes that the student predicts well: random streams, decoded. */
export async function sampleOf(codec: Codec, student: Student, count: number): Promise<Uint8Array> {
  const coder = await codec.newCoder();
  const { engine } = await codec.open(student);
  const lanes = lanesOf(ruleOf(1), count, 'student');
  const stepper = engine.lanes(lanes);
  // A head of equal lane lengths in front of random streams; each is longer than its lane needs.
  const length = Math.ceil(count / lanes);
  const head = lanes > 1 ? [(length & 0x7f) | 0x80, (length >> 7) & 0x7f, 0] : [];
  const payload = Uint8Array.from([...head, ...noise(length * lanes)]);
  const steps = coder.startDecode(student.metadata.front, payload, count, lanes);
  for (let step = 0; step < steps; step++) coder.decodeStep(await stepper.step(coder.inputs()));
  stepper.dispose();
  return coder.finishDecode();
}

/** A stream of `bytes` in chunks of so many bytes. */
export function streamOf(bytes: Uint8Array, chunk = 65536): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.subarray(at, (at += chunk)));
    },
  });
}

export async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) parts.push(chunk);
  return new Uint8Array(Buffer.concat(parts));
}

/** A file for compressFiles. */
export function inputFile(
  path: string,
  bytes: Uint8Array,
  facts: { readonly mtime?: number; readonly mode?: number } = {},
): InputEntry {
  return { path, kind: 'file', size: bytes.length, ...facts, stream: () => streamOf(bytes) };
}
