/**
 * A student: a model file that was read, checked and proven exact. Nothing runs here; engines (../engines) open it.
 */
import { InvalidModelError } from '../errors.ts';
import { parseMetadata, type StudentMetadata } from './metadata.ts';
import { readOnnx } from './onnx.ts';
import { readParity, type ParityVectors } from './parity.ts';
import { buildPlan } from './plan-builder.ts';
import type { StudentPlan } from './plan.ts';
import { proveBounds } from './proof.ts';

export interface Student {
  /** SHA-256 of the file, 64 hexadecimal digits; archives name it. */
  readonly id: string;
  readonly metadata: StudentMetadata;
  /** The file itself, as handed over (not copied: do not change it). */
  readonly onnx: Uint8Array;
  readonly parity: ParityVectors | undefined;
}

/** Plans by student, made when first asked for; not part of a Student, which may be cloned to another thread. */
const plans = new WeakMap<Student, () => StudentPlan>();

const metadataKey = 'understudy';
const mostBytes = 64 << 20; // MODEL.md says 8 MB for released ones; larger ones may be tried

/**
 * Reads a student and proves it exact.
 * @param onnx the model file; kept, not copied
 * @param parity the `parity.bin` beside it; without it an engine is trusted unseen
 * @throws InvalidModelError, UnprovenModelError
 */
export async function loadStudent(onnx: Uint8Array, parity?: Uint8Array): Promise<Student> {
  if (onnx.length > mostBytes)
    throw new InvalidModelError({ problem: `it has ${onnx.length} bytes, more than ${mostBytes}` });
  const { metadata, plan } = readStudent(onnx);
  const vectors = parity === undefined ? undefined : readParity(parity);
  const width = metadata.state.reduce((sum, entry) => sum + entry.width, 0);
  if (vectors !== undefined && vectors.stateWidth !== width) {
    throw new InvalidModelError({
      problem: `its parity vectors have a state of ${vectors.stateWidth}, the model ${width}`,
    });
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', onnx as Uint8Array<ArrayBuffer>));
  const student: Student = { id: toHex(digest), metadata, onnx, parity: vectors };
  plans.set(student, plan);
  return student;
}

/** The student's integer plan. @throws InvalidModelError where its graph has none */
export function planOf(student: Student): StudentPlan {
  const plan = plans.get(student) ?? readStudent(student.onnx).plan; // a clone is read anew
  plans.set(student, plan);
  return plan();
}

function readStudent(onnx: Uint8Array): { metadata: StudentMetadata; plan: () => StudentPlan } {
  const model = readOnnx(onnx);
  const json = model.metadata.get(metadataKey);
  if (json === undefined)
    throw new InvalidModelError({ problem: 'it is an ONNX file, but no student: no understudy metadata' });
  const metadata = parseMetadata(json);
  const bounds = proveBounds(model, metadata);
  let plan: StudentPlan | undefined;
  return { metadata, plan: () => (plan ??= buildPlan(model, metadata, bounds)) };
}

/** Hexadecimal digits of bytes, lower case. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
