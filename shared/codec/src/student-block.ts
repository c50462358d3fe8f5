/**
 * Codes one block with a student: the loop over steps, which encoder and decoder walk alike. If the engine fails in mid-block,
 * the block is done again on ort-wasm, with the same result.
 */
import type { Breather } from './breather.ts';
import type { Codec, OpenedEngine } from './codec.ts';
import type { LaneCoder } from './coder/lane-coder.ts';
import { EngineError } from './errors.ts';
import type { OnProgress } from './progress.ts';
import type { LaneStepper } from './engines/engine.ts';
import type { Student } from './student/student.ts';

const stepsBetweenChecks = 16;

export interface BlockPlace {
  readonly index: number;
  /** Position of the block in the original. */
  readonly start: number;
}

/** One student on one operation: keeps the coder and the stepper from block to block. */
export class StudentBlocks {
  private readonly codec: Codec;
  private readonly breather: Breather;
  private readonly onProgress: OnProgress | undefined;
  private coder: LaneCoder | undefined;
  private opened: OpenedEngine | undefined;
  private stepper: LaneStepper | undefined;

  constructor(codec: Codec, breather: Breather, onProgress: OnProgress | undefined) {
    this.codec = codec;
    this.breather = breather;
    this.onProgress = onProgress;
  }

  /** The engine in use, once a block needed one. */
  get engine(): OpenedEngine['name'] | undefined {
    return this.opened?.name;
  }

  /** Payload of a block, or undefined as soon as it is clear that it needs more than `mostBytes`. */
  async encode(
    student: Student,
    bytes: Uint8Array,
    lanes: number,
    mostBytes: number,
    place: BlockPlace,
  ): Promise<Uint8Array | undefined> {
    return await this.withEngine(student, lanes, async (coder, stepper) => {
      const steps = coder.startEncode(student.metadata.front, bytes, lanes);
      for (let step = 0; step < steps; step++) {
        coder.encodeStep(await stepper.step(coder.inputs()));
        if (step % stepsBetweenChecks !== 0) continue;
        if (coder.streamBytes() > mostBytes) return undefined;
        await this.breather.breathe(place.index, place.start + Math.floor((bytes.length * step) / steps));
      }
      const payload = coder.finishEncode();
      return payload.length > mostBytes ? undefined : payload;
    });
  }

  /** The original bytes of a payload. @throws CorruptError */
  async decode(
    student: Student,
    payload: Uint8Array,
    originalBytes: number,
    lanes: number,
    place: BlockPlace,
  ): Promise<Uint8Array> {
    return await this.withEngine(student, lanes, async (coder, stepper) => {
      const steps = coder.startDecode(student.metadata.front, payload, originalBytes, lanes);
      for (let step = 0; step < steps; step++) {
        coder.decodeStep(await stepper.step(coder.inputs()));
        if (step % stepsBetweenChecks === 0) {
          await this.breather.breathe(place.index, place.start + Math.floor((originalBytes * step) / steps));
        }
      }
      return coder.finishDecode();
    });
  }

  dispose(): void {
    this.stepper?.dispose();
    this.stepper = undefined;
  }

  private async withEngine<T>(
    student: Student,
    lanes: number,
    action: (coder: LaneCoder, stepper: LaneStepper) => Promise<T>,
  ): Promise<T> {
    this.coder ??= await this.codec.newCoder();
    if (this.opened === undefined) this.use(await this.codec.open(student));
    for (;;) {
      const opened = this.opened as OpenedEngine;
      try {
        if (this.stepper?.lanes !== lanes) {
          this.dispose();
          this.stepper = opened.engine.lanes(lanes);
        } else this.stepper.reset();
        return await action(this.coder, this.stepper);
      } catch (error) {
        this.dispose();
        if (!(error instanceof EngineError)) throw error;
        this.use(await this.codec.replace(opened, error), opened);
      }
    }
  }

  private use(opened: OpenedEngine, before?: OpenedEngine): void {
    this.opened = opened;
    const replaces = before === undefined ? {} : { replaces: before.name };
    this.onProgress?.({ type: 'engine', engine: opened.name, reason: opened.reason, ...replaces });
  }
}
