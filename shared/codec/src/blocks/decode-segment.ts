/** One segment back to its original bytes; what a payload may hold is checked by its method. */
import type { Breather } from '../breather.ts';
import type { Segment } from '../container/types.ts';
import { lanesOf, type LevelRule } from '../level.ts';
import type { Student } from '../student/student.ts';
import type { Zstd } from '../zstd.ts';
import type { ModelCoder } from './model-coder.ts';
import { decodeRunsPayload } from './runs-payload.ts';

/** @throws CorruptError, EngineError, AbortedError; as `student` */
export async function decodeSegment(
  segment: Segment,
  tools: {
    readonly rule: LevelRule;
    readonly zstd: () => Promise<Zstd>;
    readonly models: ModelCoder;
    readonly breather: Breather;
    readonly student: () => Promise<Student>;
    readonly onWork: (bytesDone: number) => void;
  },
): Promise<Uint8Array> {
  const { method, originalBytes, payload } = segment;
  const { rule, breather, onWork } = tools;
  switch (method) {
    case 'stored':
      return payload;
    case 'zstd':
      return (await tools.zstd()).decompress(payload, originalBytes);
    case 'runs':
      return await decodeRunsPayload(payload, originalBytes, tools.zstd);
    default: {
      const student = method === 'binary' ? undefined : await tools.student();
      const parameters = { recordLength: segment.parameter ?? 0, memoryLog2: rule.memoryLog2 };
      const lanes = lanesOf(rule, originalBytes, method);
      const job = { method, student, lanes, parameters, breather, onWork };
      return await tools.models.decode(payload, originalBytes, job);
    }
  }
}
