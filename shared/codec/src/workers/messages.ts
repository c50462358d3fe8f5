/**
 * What the codec and its block workers say to each other. Plain data only. The compiled coder and each student cross once per
 * worker, blocks once per job; errors cross as `toWire` makes them.
 */
import type { RoutedPart } from '../blocks/groundwork.ts';
import type { EncodedBlock, Frame } from '../container/types.ts';
import type { WireError } from '../errors.ts';
import type { LevelRule, ModelMethod } from '../level.ts';
import type { Student } from '../student/student.ts';

export type WorkerJob =
  | {
      readonly type: 'encode';
      readonly bytes: Uint8Array;
      readonly index: number;
      readonly rule: LevelRule;
      readonly modelCostBytes: number;
      /** Id of a student posted before. */
      readonly student: string;
    }
  | { readonly type: 'route'; readonly bytes: Uint8Array; readonly method: ModelMethod }
  | { readonly type: 'zstd'; readonly bytes: Uint8Array; readonly level: number }
  | { readonly type: 'decode'; readonly frame: Frame; readonly rule: LevelRule; readonly student?: string };

export type WorkerResult =
  | { readonly type: 'encoded'; readonly block: EncodedBlock }
  | { readonly type: 'routed'; readonly parts: readonly RoutedPart[] }
  | { readonly type: 'compressed'; readonly payload: Uint8Array }
  | { readonly type: 'decoded'; readonly bytes: Uint8Array };

export type ToWorker =
  | { readonly type: 'start'; readonly coder: WebAssembly.Module; readonly zstdUrl?: string }
  | { readonly type: 'student'; readonly student: Student }
  | { readonly type: 'job'; readonly job: WorkerJob }
  /** Stop between two steps, or go on. */
  | { readonly type: 'hold'; readonly held: boolean };

export type FromWorker =
  /** Original bytes of the job that are done. */
  | { readonly type: 'work'; readonly bytesDone: number }
  | { readonly type: 'result'; readonly result: WorkerResult }
  | { readonly type: 'failed'; readonly error: WireError };

/** A worker as the pool sees it, whatever the platform. */
export interface WorkerLink {
  post(message: ToWorker): void;
  /** Messages, and the one sentence of a death that nobody asked for. Set once, before the first post. */
  listen(onMessage: (message: FromWorker) => void, onDeath: (problem: string) => void): void;
  /** While it has a job the process must not end; an idle worker does not hold it up. */
  hold(busy: boolean): void;
  terminate(): void;
}

/** Starts a worker that runs serve.ts. May throw where the platform has none. */
export type SpawnWorker = () => WorkerLink;
