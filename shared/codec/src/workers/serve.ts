/**
 * Inside a block worker: does jobs one after the other with a codec of its own (engine `simd`), which stands on the coder that was
 * compiled outside. Ends only by being terminated.
 */
import { BlockCoder } from '../blocks/block-coder.ts';
import { routeBlock } from '../blocks/groundwork.ts';
import { createCodec, type Codec } from '../codec.ts';
import { EngineError, toWire } from '../errors.ts';
import { Gate } from '../gate.ts';
import type { Student } from '../student/student.ts';
import type { FromWorker, ToWorker, WorkerJob, WorkerResult } from './messages.ts';

/** Handler of the messages that come in; answers go out through `post`. */
export function serveBlocks(
  post: (message: FromWorker, transfer: Transferable[]) => void,
): (message: ToWorker) => void {
  const students = new Map<string, Student>();
  const gate = new Gate();
  let codec: Promise<Codec> | undefined;
  let coder: BlockCoder | undefined;

  const studentOf = (id: string | undefined): Student => {
    const student = id === undefined ? undefined : students.get(id);
    if (student === undefined) throw new EngineError({ engine: 'simd', problem: `model ${id} never came` });
    return student;
  };

  const run = async (job: WorkerJob): Promise<WorkerResult> => {
    if (codec === undefined) throw new EngineError({ engine: 'simd', problem: 'the coder never came' });
    const own = await codec;
    coder ??= new BlockCoder(own);
    const onWork = (bytesDone: number): void => post({ type: 'work', bytesDone }, []);
    switch (job.type) {
      case 'encode': {
        const { bytes, rule, modelCostBytes } = job;
        const student = studentOf(job.student);
        return {
          type: 'encoded',
          block: await coder.encode(bytes, { rule, student, modelCostBytes, onWork }),
        };
      }
      case 'decode': {
        const student = async (): Promise<Student> => studentOf(job.student);
        return { type: 'decoded', bytes: await coder.decode(job.frame, { rule: job.rule, student, onWork }) };
      }
      case 'route':
        return { type: 'routed', parts: routeBlock(job.bytes, job.method, await own.zstd()) };
      case 'zstd':
        return { type: 'compressed', payload: (await own.zstd()).compress(job.bytes, job.level) };
    }
  };

  let last: Promise<void> = Promise.resolve();
  return (message) => {
    if (message.type === 'start') {
      const zstdUrl = message.zstdUrl === undefined ? {} : { zstdUrl: message.zstdUrl };
      codec = createCodec({ coder: message.coder, engine: 'simd', gpu: null, gate, ...zstdUrl });
      codec.catch(() => undefined); // the first job says so
    } else if (message.type === 'student') students.set(message.student.id, message.student);
    else if (message.type === 'hold') gate[message.held ? 'hold' : 'release']();
    else {
      last = last
        .then(() => run(message.job))
        .then((result) => post({ type: 'result', result }, buffersOf(result)))
        .catch((error: unknown) => post({ type: 'failed', error: toWire(error) }, []));
    }
  };
}

/** Handed over instead of copied; a buffer that several arrays share crosses once. */
function buffersOf(result: WorkerResult): Transferable[] {
  return [...new Set(arraysOf(result).map(({ buffer }) => buffer as ArrayBuffer))];
}

function arraysOf(result: WorkerResult): readonly Uint8Array[] {
  switch (result.type) {
    case 'encoded':
      return result.block.segments.map(({ payload }) => payload);
    case 'decoded':
      return [result.bytes];
    case 'compressed':
      return [result.payload];
    case 'routed':
      return [];
  }
}
