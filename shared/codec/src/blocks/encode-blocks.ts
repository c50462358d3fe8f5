/**
 * Blocks of original bytes to blocks of segments, in order, side by side where there are threads, in flat memory. What comes out
 * depends on the bytes, the level and the student alone.
 */
import type { EncodedBlock } from '../container/types.ts';
import type { Student } from '../student/student.ts';
import { BlockRunner, type RunnerOptions } from './block-runner.ts';
import { inOrder } from './in-order.ts';
import { peek } from './peek.ts';
import { requireArchitecture } from './require-architecture.ts';

export interface EncodeBlocksOptions extends RunnerOptions {
  readonly student: Student;
  /** What a segment that needs the model costs beside its payload: the id in the short form. */
  readonly modelCostBytes?: number;
}

/**
 * @param blocks each of the level's length but the last; not changed, and let go of as soon as they are coded
 * @throws ModelArchitectureError, EngineError, ParityError, AbortedError; what `blocks` throws
 */
export async function* encodeBlocks(
  blocks: AsyncIterable<Uint8Array>,
  options: EncodeBlocksOptions,
): AsyncGenerator<EncodedBlock> {
  const { rule, student, modelCostBytes = 0, onProgress } = options;
  requireArchitecture(rule, student);
  const { first, all, close } = await peek(blocks, 2);
  const runner = new BlockRunner(options, 'compression', first.length > 1);
  const encode = async (bytes: Uint8Array, index: number): Promise<EncodedBlock> => {
    const job = { type: 'encode', bytes, index, rule, modelCostBytes, student: student.id } as const;
    const result = await runner.run(job, index, student);
    if (result.type !== 'encoded') throw new TypeError(`a worker gave ${result.type} for encode`);
    return result.block;
  };
  try {
    let index = 0;
    const most = await runner.most(student).catch(async (error: unknown) => {
      await close();
      throw error;
    });
    for await (const block of inOrder(all, most, encode)) {
      runner.meter.finish(index, block.originalBytes);
      const segments = block.segments.map(({ method, originalBytes, payload }) => ({
        method,
        bytesIn: originalBytes,
        bytesOut: payload.length,
      }));
      const bytesOut = segments.reduce((sum, segment) => sum + segment.bytesOut, 0);
      onProgress?.({ type: 'block', block: index, bytesIn: block.originalBytes, bytesOut, segments });
      index++;
      yield block;
    }
  } finally {
    runner.close();
  }
}
