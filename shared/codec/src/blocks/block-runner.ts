/**
 * Decides where a block is worked on: by a worker of the codec's pool, or on this thread if there is one block only, one thread, or
 * an engine that lives here (a GPU). Whatever fails that is not the block's fault is done again here, so that the archive
 * stays the same.
 */
import type { Codec, CodecWork, OpenedEngine } from '../codec.ts';
import { segmentCoderOf } from '../engines/engine.ts';
import { EngineError } from '../errors.ts';
import { lanesOf, type LevelRule } from '../level.ts';
import type { OnProgress, Progress } from '../progress.ts';
import type { Student } from '../student/student.ts';
import type { WorkerJob, WorkerResult } from '../workers/messages.ts';
import { WorkerDeathError, type WorkerPool } from '../workers/pool.ts';
import { BlockCoder } from './block-coder.ts';
import { LocalGroundwork, PooledGroundwork, type Groundwork } from './groundwork.ts';
import { threadsFor } from './threads.ts';
import { WorkMeter } from './work-meter.ts';

export interface RunnerOptions {
  readonly codec: Codec;
  readonly rule: LevelRule;
  /** Most threads; the codec's by default. Never changes a byte. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Hears `engine`, `work` and `block`. */
  readonly onProgress?: OnProgress;
  /** Length of the original where it is known: only for progress. */
  readonly bytesTotal?: number;
}

/** What a choice of engine reckons with; the engine itself says how many it takes. */
const blocksAtOnce = 8;
/** Of a block that an engine has: the original, payloads, copies on their way. */
const blockCopies = 8;

export class BlockRunner {
  readonly meter: WorkMeter;
  private readonly options: RunnerOptions;
  private readonly many: boolean;
  private readonly during: 'compression' | 'decompression';
  private readonly stop = new AbortController();
  private readonly signal: AbortSignal;
  private readonly here: BlockCoder;
  private readonly threads: number;
  private readonly pool: WorkerPool | undefined;
  private readonly work: CodecWork;
  /** By workers, while the engine lives here. */
  private groundwork: Groundwork | undefined;
  private engine: OpenedEngine['name'] | undefined;

  /** @param many false where there is one block only */
  constructor(options: RunnerOptions, during: 'compression' | 'decompression', many: boolean) {
    const { codec, rule, signal, onProgress, bytesTotal } = options;
    this.options = options;
    this.many = many;
    this.during = during;
    this.meter = new WorkMeter(onProgress, bytesTotal);
    this.signal = signal === undefined ? this.stop.signal : AbortSignal.any([signal, this.stop.signal]);
    // One block has the lanes of its bytes; of many, as many as an engine takes are under way at once.
    const { method } = rule;
    const lanes = many
      ? lanesOf(rule, rule.blockBytes, method) * blocksAtOnce
      : lanesOf(rule, bytesTotal ?? rule.blockBytes, method);
    this.work = { method, lanes, ...(bytesTotal === undefined ? {} : { bytes: bytesTotal }) };
    this.here = new BlockCoder(codec, this.work, (event) => this.hearEngine(event));
    this.threads = threadsFor(rule, options.threads ?? codec.threads, codec.memoryBytes);
    this.pool = many && this.threads > 1 ? codec.workers : undefined;
  }

  /**
   * Blocks that may be in flight: one a thread and one that has arrived, or as many as the engine codes at once.
   * @param student that most blocks need, if they need one
   */
  async most(student: Student | undefined): Promise<number> {
    const { pool, work } = this;
    const { codec, rule } = this.options;
    if (!this.many) return 1;
    const { engine } = student === undefined ? {} : await codec.open(student, work);
    const lanes = lanesOf(rule, rule.blockBytes, rule.method);
    const segments = engine && segmentCoderOf(engine, rule.method, lanes);
    if (segments !== undefined) {
      const here = new LocalGroundwork(() => codec.zstd());
      if (pool !== undefined) this.groundwork = new PooledGroundwork(pool, this.threads, this.signal, here);
      const memory = Math.floor(codec.memoryBytes / (blockCopies * rule.blockBytes));
      return Math.max(1, Math.min(segments.inFlight(lanes), memory));
    }
    return pool === undefined || (engine !== undefined && engine.plan === undefined) ? 1 : this.threads + 1;
  }

  /** @param student what the job needs, if it needs one */
  async run(job: WorkerJob, index: number, student: Student | undefined): Promise<WorkerResult> {
    const onWork = (bytesDone: number): void => this.meter.work(index, bytesDone);
    const { pool } = this;
    if (pool !== undefined && (await this.belongsToWorkers(student))) {
      const options = { signal: this.signal, during: this.during, onWork };
      try {
        return await pool.run(job, student, this.threads, options);
      } catch (error) {
        if (!(error instanceof WorkerDeathError || error instanceof EngineError)) throw error;
      }
    }
    return await this.runHere(job, student, onWork);
  }

  /** Ends what still runs. */
  close(): void {
    this.stop.abort();
    this.here.dispose();
  }

  private async runHere(
    job: WorkerJob,
    student: Student | undefined,
    onWork: (bytesDone: number) => void,
  ): Promise<WorkerResult> {
    const options = { rule: this.options.rule, signal: this.signal, onWork };
    if (job.type === 'decode') {
      const { frame } = job;
      const known = async (): Promise<Student> => student as Student; // decodeBlocks looked it up where it is needed
      return { type: 'decoded', bytes: await this.here.decode(frame, { ...options, student: known }) };
    }
    if (job.type !== 'encode') throw new TypeError(`a runner does not ${job.type}`);
    const { bytes, modelCostBytes } = job;
    const { groundwork } = this;
    const encoding = { ...options, student: student as Student, modelCostBytes, groundwork };
    const block = await this.here.encode(bytes, encoding);
    return { type: 'encoded', block };
  }

  /** Workers have the engine `simd`; whether it is right on this machine is checked here, once. */
  private async belongsToWorkers(student: Student | undefined): Promise<boolean> {
    if (student === undefined) return true;
    const { name, reason, engine } = await this.options.codec.open(student, this.work);
    this.hearEngine({ type: 'engine', engine: name, reason });
    return engine.plan !== undefined;
  }

  private hearEngine(event: Progress): void {
    if (event.type !== 'engine' || event.engine === this.engine) return;
    this.engine = event.engine;
    this.options.onProgress?.(event);
  }
}
