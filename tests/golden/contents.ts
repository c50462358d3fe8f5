/**
 * What the golden archives hold: bytes that anyone can make again, and that make the encoder take each of its methods.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { laneStarts, RangeDecoder } from '../plain-decoder/lanes.ts';
import { PlainStudent } from '../plain-decoder/student.ts';

export const modelFolders = {
  'tiny-swift': '../models/tiny-swift/',
  'swift-1': '../../models/swift-1/',
} as const;
export type ModelName = keyof typeof modelFolders;

export function modelBytes(
  name: ModelName,
  file: 'student.onnx' | 'parity.bin' = 'student.onnx',
): Uint8Array {
  return new Uint8Array(readFileSync(fileURLToPath(new URL(modelFolders[name] + file, import.meta.url))));
}

const students = new Map<ModelName, PlainStudent>();

export function plainStudent(name: ModelName): PlainStudent {
  const student = students.get(name) ?? new PlainStudent(modelBytes(name));
  students.set(name, student);
  return student;
}

export const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Bytes without any order: xorshift32. */
export function noise(count: number, seed = 1): Uint8Array {
  let x = seed * 2654435761 + 1;
  return Uint8Array.from({ length: count }, () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x & 0xff;
  });
}

export const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** Bytes that a student predicts well, cut into lanes as a segment of them is: noise, decoded. */
export function drawn(student: PlainStudent, count: number, lanes: number, seed = 1): Uint8Array {
  const starts = laneStarts(count, lanes);
  const bytes = Array.from({ length: lanes }, (_, lane) => {
    const decoder = new RangeDecoder(noise(2 * count, lane + seed));
    const next = student.newLane();
    const past: number[] = [];
    while (past.length < starts[lane + 1]! - starts[lane]!) past.push(decoder.symbol(next(past)));
    return past;
  });
  return Uint8Array.from(bytes.flat());
}

/** English without a source. */
export const prose = text(
  'The archive was small, and nobody had opened it for years. When they did, they found a letter, two maps of the ' +
    'coast and a list of the ships that had left the harbour in the spring. The letter was not signed. It said that ' +
    'the ships would not come back, and that the maps were wrong. ',
);

/** The words of the prose in another order, without end. */
export function words(count: number, seed: number): Uint8Array {
  const list = new TextDecoder().decode(prose).split(' ');
  return text(Array.from(noise(count, seed), (byte) => list[byte % list.length]).join(' '));
}

/** Rows of 24 bytes, as of a table: a number that grows, two that wander, some that stay. */
export function rows(count: number): Uint8Array {
  const bytes = new Uint8Array(24 * count);
  const view = new DataView(bytes.buffer);
  const wander = noise(2 * count, 7);
  for (let i = 0, a = 30000, b = 5000; i < count; i++) {
    a += wander[2 * i]! - 128;
    b += (wander[2 * i + 1]! >> 4) - 8;
    view.setUint32(24 * i, 1_000_000 + 7 * i, true);
    view.setUint16(24 * i + 4, a & 0xffff, true);
    view.setInt32(24 * i + 8, b, true);
    view.setFloat64(24 * i + 12, 1.5, true);
  }
  return bytes;
}

/** Fills of single bytes with short texts between. */
export function fills(count: number): Uint8Array {
  return joined(
    ...Array.from({ length: count }, (_, i) =>
      joined(text(`part ${i * i};`), new Uint8Array(900 + 37 * i).fill(i % 3)),
    ),
  );
}
