/**
 * What a block's encoder needs beside a model: the router's advice and zstd. Plain work on a CPU, done here, or by the block workers where a
 * GPU runs the model and must not wait for one thread.
 */
import { EngineError } from '../errors.ts';
import type { ModelMethod } from '../level.ts';
import * as router from '../router/index.ts';
import type { WorkerJob, WorkerResult } from '../workers/messages.ts';
import { WorkerDeathError, type WorkerPool } from '../workers/pool.ts';
import type { Zstd } from '../zstd.ts';
import { quickZstdLevel } from './choice.ts';

/** A part of a block, with what is worth trying on it. */
export interface RoutedPart extends router.Segment {
  readonly model: boolean;
  readonly binary: boolean;
  readonly runs: boolean;
  readonly zstd: boolean;
  /** Bytes that zstd leaves at its quick level; where zstd competes with a model. */
  readonly quick?: number;
}

export interface Groundwork {
  /** The parts of a block in order; at least one where there are bytes. */
  route(bytes: Uint8Array, method: ModelMethod): Promise<readonly RoutedPart[]>;
  zstd(bytes: Uint8Array, level: number): Promise<Uint8Array>;
}

/** Up to here both models are tried on what is not text: the router's guess is as uncertain as a second try is cheap. */
const smallBytes = 65536;

export function routeBlock(bytes: Uint8Array, method: ModelMethod, zstd: Zstd): RoutedPart[] {
  return router.cutSegments(bytes, method).map((part) => {
    const segment = bytes.subarray(part.start, part.end);
    const candidates = router.candidatesOf(part, router.estimate(segment), method);
    const has = (candidate: router.Candidate): boolean => candidates.includes(candidate);
    const binary = has('binary');
    const model = has('model') || (binary && segment.length <= smallBytes);
    const quick =
      has('zstd') && (model || binary) ? { quick: zstd.compress(segment, quickZstdLevel).length } : {};
    return { ...part, model, binary, runs: has('runs'), zstd: has('zstd'), ...quick };
  });
}

export class LocalGroundwork implements Groundwork {
  private readonly load: () => Promise<Zstd>;

  constructor(load: () => Promise<Zstd>) {
    this.load = load;
  }

  async route(bytes: Uint8Array, method: ModelMethod): Promise<readonly RoutedPart[]> {
    return routeBlock(bytes, method, await this.load());
  }

  async zstd(bytes: Uint8Array, level: number): Promise<Uint8Array> {
    return (await this.load()).compress(bytes, level);
  }
}

/** By the workers; what they cannot do is done here. */
export class PooledGroundwork implements Groundwork {
  private readonly pool: WorkerPool;
  private readonly threads: number;
  private readonly signal: AbortSignal;
  private readonly here: Groundwork;

  constructor(pool: WorkerPool, threads: number, signal: AbortSignal, here: Groundwork) {
    this.pool = pool;
    this.threads = threads;
    this.signal = signal;
    this.here = here;
  }

  async route(bytes: Uint8Array, method: ModelMethod): Promise<readonly RoutedPart[]> {
    const result = await this.run({ type: 'route', bytes, method });
    return result?.type === 'routed' ? result.parts : await this.here.route(bytes, method);
  }

  async zstd(bytes: Uint8Array, level: number): Promise<Uint8Array> {
    const result = await this.run({ type: 'zstd', bytes, level });
    return result?.type === 'compressed' ? result.payload : await this.here.zstd(bytes, level);
  }

  private async run(job: WorkerJob): Promise<WorkerResult | undefined> {
    const options = { signal: this.signal, during: 'compression', onWork: () => undefined };
    try {
      return await this.pool.run(job, undefined, this.threads, options);
    } catch (error) {
      if (error instanceof WorkerDeathError || error instanceof EngineError) return undefined;
      throw error;
    }
  }
}
