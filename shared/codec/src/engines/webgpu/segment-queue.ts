/**
 * Segments that arrive one by one, coded side by side: a GPU is full with thousands of lanes, a segment has a few hundred. While one batch
 * runs, the next gathers. A segment that is stopped or damaged does not disturb those beside it.
 */
import type { SegmentCoder } from '../engine.ts';
import { splitStreams } from './lane-lengths.ts';
import type { OnPart, StudentBlock, StudentPayload } from './runs.ts';

/** What codes many blocks at once. */
export interface BlocksCoder<P extends Uint8Array | undefined> {
  encode(blocks: readonly StudentBlock[], onPart: OnPart): Promise<P[]>;
  decode(payloads: readonly StudentPayload[], onPart: OnPart): Promise<Uint8Array[]>;
}

interface Request<B, R> {
  readonly block: B;
  readonly onPart: OnPart | undefined;
  readonly resolve: (bytes: R) => void;
  readonly reject: (error: unknown) => void;
  stopped: boolean;
}

/** All of a batch were stopped. */
class NobodyLeft extends Error {}

class Batches<B, R> {
  private readonly code: (blocks: readonly B[], onPart: OnPart) => Promise<R[]>;
  private waiting: Request<B, R>[] = [];
  private running = false;

  constructor(code: (blocks: readonly B[], onPart: OnPart) => Promise<R[]>) {
    this.code = code;
  }

  add(block: B, onPart: OnPart | undefined): Promise<R> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ block, onPart, resolve, reject, stopped: false });
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    // A moment for those that are asked for together with the first.
    await new Promise((resolve) => setTimeout(resolve, 0));
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        const results = await this.code(
          batch.map(({ block }) => block),
          (part) => this.report(batch, part),
        );
        batch.forEach((request, i) => request.resolve(results[i] as R));
      } catch (error) {
        for (const { reject } of batch) reject(error); // those that were stopped have their own reason already
      }
    }
    this.running = false;
  }

  private async report(batch: readonly Request<B, R>[], part: number): Promise<void> {
    for (const request of batch) {
      if (request.stopped) continue;
      try {
        await request.onPart?.(part);
      } catch (error) {
        request.stopped = true;
        request.reject(error);
      }
    }
    if (batch.every(({ stopped }) => stopped)) throw new NobodyLeft();
  }
}

export class SegmentQueue<P extends Uint8Array | undefined> implements SegmentCoder {
  readonly fewestLanes: number;
  private readonly segmentsAtOnce: (lanes: number) => number;
  private readonly encoding: Batches<StudentBlock, P>;
  private readonly decoding: Batches<StudentPayload, Uint8Array>;

  /** @param segmentsAtOnce that one batch should have, of so many lanes each */
  constructor(coder: BlocksCoder<P>, fewestLanes: number, segmentsAtOnce: (lanes: number) => number) {
    this.fewestLanes = fewestLanes;
    this.segmentsAtOnce = segmentsAtOnce;
    this.encoding = new Batches((blocks, onPart) => coder.encode(blocks, onPart));
    this.decoding = new Batches((payloads, onPart) => coder.decode(payloads, onPart));
  }

  inFlight(lanes: number): number {
    return 2 * this.segmentsAtOnce(lanes); // one batch on the GPU, one that gathers
  }

  async encode(bytes: Uint8Array, lanes: number, onPart?: OnPart): Promise<P> {
    return await this.encoding.add({ bytes, lanes }, onPart);
  }

  async decode(
    payload: Uint8Array,
    originalBytes: number,
    lanes: number,
    onPart?: OnPart,
  ): Promise<Uint8Array> {
    splitStreams(payload, originalBytes, lanes); // a damaged head is refused before it is among others
    return await this.decoding.add({ payload, originalBytes, lanes }, onPart);
  }
}
