/**
 * Frames of an archive back to original bytes, in order, side by side where there are threads, in flat memory. A block is handed
 * out only after its checksum matched.
 */
import { methodsWithModel } from '../container/format.ts';
import type { Frame } from '../container/types.ts';
import { AbortedError, ModelMismatchError, UnknownModelError, UstError } from '../errors.ts';
import type { Student } from '../student/student.ts';
import { BlockRunner, type RunnerOptions } from './block-runner.ts';
import { inOrder } from './in-order.ts';
import { peek } from './peek.ts';

export interface DecodeBlocksOptions extends RunnerOptions {
  /**
   * Finds the student with an id: 64 hexadecimal digits, or the first 16 of them in a small archive. Called at most once an id, and
   * only if a segment needs it. May throw; an error that is not a UstError becomes the cause of UnknownModelError.
   */
  readonly students: (id: string) => Promise<Student>;
  /**
   * For archives that are known to be damaged: what stands for a block that cannot be decoded, instead of the error. Not
   * asked where the model, the engine or the caller is the reason.
   */
  readonly onDamage?: (frame: Frame, error: UstError) => Uint8Array;
}

/**
 * @param frames in the order of their indices; gaps are allowed
 * @throws ChecksumError, CorruptError, LimitError, UnknownModelError, ModelMismatchError, ParityError, EngineError,
 *   AbortedError; what `frames` throws
 */
export async function* decodeBlocks(
  frames: AsyncIterable<Frame>,
  options: DecodeBlocksOptions,
): AsyncGenerator<Uint8Array> {
  const { rule, onProgress, onDamage } = options;
  const { first, all, close } = await peek(frames, 2);
  const runner = new BlockRunner(options, 'decompression', first.length > 1);
  const found = new Map<string, Promise<Student>>();
  const studentFor = async ({ modelId = '', segments }: Frame): Promise<Student | undefined> => {
    if (!segments.some(({ method }) => methodsWithModel.has(method))) return undefined;
    let student = found.get(modelId);
    if (student === undefined) {
      student = findStudent(modelId, options);
      found.set(modelId, student);
    }
    return await student;
  };
  const decode = async (frame: Frame): Promise<{ frame: Frame; bytes: Uint8Array }> => {
    const student = await studentFor(frame);
    const needed = student === undefined ? {} : { student: student.id };
    try {
      const result = await runner.run({ type: 'decode', frame, rule, ...needed }, frame.index, student);
      if (result.type !== 'decoded') throw new TypeError(`a worker gave ${result.type} for decode`);
      return { frame, bytes: result.bytes };
    } catch (error) {
      if (onDamage === undefined || !isDamage(error)) throw error;
      return { frame, bytes: onDamage(frame, error) };
    }
  };
  try {
    const [firstFrame] = first;
    const student = firstFrame && studentFor(firstFrame);
    const most = await runner.most(await student?.catch(() => undefined)).catch(async (error: unknown) => {
      await close();
      throw error;
    });
    for await (const { frame, bytes } of inOrder(all, most, decode)) {
      runner.meter.finish(frame.index, bytes.length);
      const segments = frame.segments.map(({ method, originalBytes, payload }) => ({
        method,
        bytesIn: originalBytes,
        bytesOut: payload.length,
      }));
      const bytesOut = segments.reduce((sum, segment) => sum + segment.bytesOut, 0);
      onProgress?.({ type: 'block', block: frame.index, bytesIn: bytes.length, bytesOut, segments });
      yield bytes;
    }
  } finally {
    runner.close();
  }
}

const damageCodes: readonly string[] = ['UST_CHECKSUM', 'UST_CORRUPT', 'UST_LIMIT'];

function isDamage(error: unknown): error is UstError {
  return error instanceof UstError && damageCodes.includes(error.code);
}

/** @throws UnknownModelError, ModelMismatchError, AbortedError; the caller's own UstError */
async function findStudent(id: string, { students, signal }: DecodeBlocksOptions): Promise<Student> {
  let student: Student;
  try {
    student = await students(id);
  } catch (error) {
    if (signal?.aborted === true) throw new AbortedError({ during: 'decompression' });
    throw error instanceof UstError ? error : new UnknownModelError({ id }, error);
  }
  if (!student.id.startsWith(id)) throw new ModelMismatchError({ needed: id, found: student.id });
  return student;
}
