/**
 * Codes one segment after the other with a model: the loop over steps, which encoder and decoder walk alike. On the engine `simd`, and
 * with methods that need no student, the coder runs batches of steps by itself; other engines answer between the calls of a
 * step, or code whole segments by themselves. If the engine fails in mid-segment, the segment is done again on the one that
 * takes over, with the same result.
 */
import type { Breather } from '../breather.ts';
import type { Codec, CodecWork, OpenedEngine } from '../codec.ts';
import type { LaneCoder, LaneMethod, LaneParameters } from '../coder/lane-coder.ts';
import { EngineError } from '../errors.ts';
import { segmentCoderOf, type LaneStepper, type SegmentCoder } from '../engines/engine.ts';
import type { OnProgress } from '../progress.ts';
import type { Front } from '../student/metadata.ts';
import type { Student } from '../student/student.ts';

/** How a segment is coded, and who watches. */
export interface ModelJob {
  readonly method: LaneMethod;
  /** Missing for methods that need none. */
  readonly student: Student | undefined;
  readonly lanes: number;
  readonly parameters: LaneParameters;
  readonly breather: Breather;
  readonly onWork: (bytesDone: number) => void;
}

/** Does so many steps of what was started. */
type Advance = (coder: LaneCoder, steps: number, code: 'encodeStep' | 'decodeStep') => Promise<void>;

/** Bytes between two looks at the clock: some 10 ms. */
const batchBytes = { student: 4096, blend: 2048, binary: 2048, teacher: 256 } as const;
/** Of a stepper, which takes about a millisecond a step. */
const stepperBatch = 16;
/** A stream's end may shorten it by a few bytes: giving up must not depend on when one looks. */
const slackBytesPerLane = 4;

/** For methods that look at no front. */
const noFront: Front = { kind: 'window', bytes: 32 };

/** Keeps the coder and the stepper from segment to segment. Calls wait for each other, but where the engine takes many at once. */
export class ModelCoder {
  private readonly codec: Codec;
  private readonly work: CodecWork | undefined;
  private readonly onEngine: OnProgress | undefined;
  private coder: LaneCoder | undefined;
  private opened: OpenedEngine | undefined;
  private stepper: LaneStepper | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /** @param work decides the engine */
  constructor(codec: Codec, work: CodecWork | undefined, onEngine: OnProgress | undefined) {
    this.codec = codec;
    this.work = work;
    this.onEngine = onEngine;
  }

  /**
   * Payload of a segment, or undefined as soon as it is clear that it needs more than `mostBytes`.
   * @throws EngineError, ParityError, AbortedError
   */
  async encode(bytes: Uint8Array, mostBytes: number, job: ModelJob): Promise<Uint8Array | undefined> {
    if (mostBytes < 1) return undefined;
    const { lanes, method, parameters } = job;
    const fitting = (payload: Uint8Array | undefined): Uint8Array | undefined =>
      payload === undefined || payload.length > mostBytes ? undefined : payload;
    const whole = await this.asWhole(job, bytes.length, async (segments, onPart) => ({
      payload: await segments.encode(bytes, lanes, onPart),
    }));
    if (whole !== undefined) return fitting(whole.payload);
    const hopeless = mostBytes + lanes * slackBytesPerLane;
    return await this.inTurn(job, async (coder, advance, batch) => {
      const steps = coder.startEncode(frontOf(job), bytes, lanes, method, parameters);
      for (let step = 0; step < steps; step += batch) {
        await this.breathe(job, bytes.length, step / steps);
        await advance(coder, Math.min(batch, steps - step), 'encodeStep');
        if (coder.streamBytes() > hopeless) return undefined;
      }
      return fitting(coder.finishEncode());
    });
  }

  /** The original bytes of a payload. @throws CorruptError, EngineError, ParityError, AbortedError */
  async decode(payload: Uint8Array, originalBytes: number, job: ModelJob): Promise<Uint8Array> {
    const { lanes, method, parameters } = job;
    const whole = await this.asWhole(job, originalBytes, async (segments, onPart) =>
      segments.decode(payload, originalBytes, lanes, onPart),
    );
    if (whole !== undefined) return whole;
    return await this.inTurn(job, async (coder, advance, batch) => {
      const steps = coder.startDecode(frontOf(job), payload, originalBytes, lanes, method, parameters);
      for (let step = 0; step < steps; step += batch) {
        await this.breathe(job, originalBytes, step / steps);
        await advance(coder, Math.min(batch, steps - step), 'decodeStep');
      }
      return coder.finishDecode();
    });
  }

  dispose(): void {
    this.stepper?.dispose();
    this.stepper = undefined;
  }

  private async breathe({ breather, onWork }: ModelJob, bytes: number, part: number): Promise<void> {
    onWork(Math.floor(bytes * part));
    await breather.breathe();
  }

  /** By an engine that codes whole segments; undefined where the engine in use does not, or does not any more. */
  private async asWhole<T>(
    job: ModelJob,
    bytes: number,
    action: (segments: SegmentCoder, onPart: (part: number) => Promise<void>) => Promise<T>,
  ): Promise<T | undefined> {
    if (job.student === undefined) return undefined;
    const opened = await this.engineFor(job.student);
    const segments = segmentCoderOf(opened.engine, job.method, job.lanes);
    if (segments === undefined) return undefined;
    try {
      return await action(segments, (part) => this.breathe(job, bytes, part));
    } catch (error) {
      await this.recover(opened, error);
      return undefined;
    }
  }

  private async inTurn<T>(
    job: ModelJob,
    action: (coder: LaneCoder, advance: Advance, batch: number) => Promise<T>,
  ): Promise<T> {
    const result = this.last.then(() => this.withEngine(job, action));
    this.last = result.catch(() => undefined);
    return await result;
  }

  private async withEngine<T>(
    job: ModelJob,
    action: (coder: LaneCoder, advance: Advance, batch: number) => Promise<T>,
  ): Promise<T> {
    const { student, lanes } = job;
    const coder = (this.coder ??= await this.codec.newCoder());
    const byItself: Advance = async (_, steps) => void coder.runSteps(steps);
    const batch = Math.ceil(batchBytes[job.method] / lanes);
    if (student === undefined) return await action(coder, byItself, batch);
    for (;;) {
      const opened = await this.engineFor(student);
      try {
        if (opened.engine.plan !== undefined) {
          coder.loadNetwork(opened.engine.plan);
          return await action(coder, byItself, batch);
        }
        return await action(coder, this.byStepper(opened, lanes), stepperBatch);
      } catch (error) {
        await this.recover(opened, error);
      }
    }
  }

  private async engineFor(student: Student): Promise<OpenedEngine> {
    if (this.opened?.engine.student.id !== student.id) this.use(await this.codec.open(student, this.work));
    return this.opened as OpenedEngine;
  }

  /** Puts another engine in the place of the one that failed. @throws what is not an engine's failure */
  private async recover(failed: OpenedEngine, error: unknown): Promise<void> {
    if (!(error instanceof EngineError)) {
      this.dispose();
      throw error;
    }
    if (this.opened !== failed) return; // another segment was quicker
    const next = await this.codec.replace(failed, error);
    if (this.opened === failed) this.use(next, failed);
  }

  private byStepper(opened: OpenedEngine, lanes: number): Advance {
    if (this.stepper?.lanes !== lanes) {
      this.dispose();
      this.stepper = opened.engine.lanes(lanes);
    } else this.stepper.reset();
    const { stepper } = this;
    return async (coder, steps, code) => {
      for (let step = 0; step < steps; step++) coder[code](await stepper.step(coder.inputs()));
    };
  }

  private use(opened: OpenedEngine, before?: OpenedEngine): void {
    this.dispose();
    this.opened = opened;
    const replaces = before === undefined ? {} : { replaces: before.name };
    this.onEngine?.({ type: 'engine', engine: opened.name, reason: opened.reason, ...replaces });
  }
}

function frontOf({ student }: ModelJob): Front {
  return student?.metadata.front ?? noFront;
}
