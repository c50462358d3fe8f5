/**
 * One block after the other on this thread: bytes to segments and back. What a block becomes depends on its bytes, the level and
 * the model alone. Several blocks may be under way at once (they then take turns); workers/serve.ts has one a worker.
 */
import { Breather } from '../breather.ts';
import type { Codec, CodecWork } from '../codec.ts';
import { requireChecksum, RunningHash } from '../container/checksum.ts';
import type { EncodedBlock, Frame } from '../container/types.ts';
import type { LevelRule } from '../level.ts';
import type { OnProgress } from '../progress.ts';
import type { Student } from '../student/student.ts';
import type { Zstd } from '../zstd.ts';
import { decodeSegment } from './decode-segment.ts';
import { encodeSegments } from './encode-segments.ts';
import { LocalGroundwork, type Groundwork } from './groundwork.ts';
import { ModelCoder } from './model-coder.ts';

/** What both directions take beside the block. */
interface BlockOptions {
  readonly rule: LevelRule;
  readonly signal?: AbortSignal;
  readonly onWork: (bytesDone: number) => void;
}

export class BlockCoder {
  private readonly codec: Codec;
  private readonly models: ModelCoder;
  private readonly groundwork: LocalGroundwork;
  private hash: RunningHash | undefined;

  /**
   * @param work decides the engine
   * @param onEngine hears which engine runs, and which one replaced it
   */
  constructor(codec: Codec, work?: CodecWork, onEngine?: OnProgress) {
    this.codec = codec;
    this.models = new ModelCoder(codec, work, onEngine);
    this.groundwork = new LocalGroundwork(() => codec.zstd());
  }

  /** @throws EngineError, ParityError, AbortedError */
  async encode(
    bytes: Uint8Array,
    options: BlockOptions & {
      readonly student: Student;
      readonly modelCostBytes: number;
      /** This thread's by default. */
      readonly groundwork?: Groundwork | undefined;
    },
  ): Promise<EncodedBlock> {
    const breather = new Breather('compression', options.signal, this.codec.gate);
    await breather.breathe();
    const { models } = this;
    const groundwork = options.groundwork ?? this.groundwork;
    const segments = await encodeSegments(bytes, { ...options, groundwork, models, breather });
    return { originalBytes: bytes.length, segments, checksum: (await this.hasher()).of(bytes) };
  }

  /**
   * The original bytes of a block, checked.
   * @param student called only if a segment needs a model
   * @throws ChecksumError, CorruptError, EngineError, ParityError, AbortedError; as `student`
   */
  async decode(
    frame: Frame,
    options: BlockOptions & { readonly student: (id: string) => Promise<Student> },
  ): Promise<Uint8Array> {
    const breather = new Breather('decompression', options.signal, this.codec.gate);
    const { models } = this;
    const zstd = (): Promise<Zstd> => this.codec.zstd();
    const student = (): Promise<Student> => options.student(frame.modelId ?? '');
    const where = `block ${frame.index}`;
    const parts: Uint8Array[] = [];
    let done = 0;
    for (const segment of frame.segments) {
      await breather.breathe();
      const onWork = (bytesDone: number): void => options.onWork(done + bytesDone);
      parts.push(
        await decodeSegment(segment, { rule: options.rule, zstd, models, breather, student, onWork }),
      );
      done += segment.originalBytes;
      options.onWork(done);
    }
    const [first] = parts;
    const bytes = parts.length === 1 && first !== undefined ? first : joined(parts, done);
    requireChecksum(frame.checksum, (await this.hasher()).of(bytes), where);
    return bytes;
  }

  dispose(): void {
    this.models.dispose();
  }

  private async hasher(): Promise<RunningHash> {
    return (this.hash ??= await RunningHash.create());
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
