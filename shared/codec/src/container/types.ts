/**
 * What container and blocks hand each other: a block as it was coded, a frame as it lies in an archive, a file of an archive.
 * Plain data only, so that all of it survives `postMessage`. docs/FORMAT.md §3, §9.
 */
import type { Method } from './format.ts';

/** A consecutive part of a block, kept by one method. */
export interface Segment {
  readonly method: Method;
  /** At least 1, but 0 in the one segment of an empty file. */
  readonly originalBytes: number;
  /** `stored`: as long as the original; else shorter. */
  readonly payload: Uint8Array;
  /** Only and always with methods that have one (format.ts, `methodsWithParameter`): an integer, 0 … 2^49 - 1. */
  readonly parameter?: number;
}

/** What was coded of a block: 1 … 65,536 segments. */
export interface EncodedBlock {
  /** Sum of the segments'. */
  readonly originalBytes: number;
  readonly segments: readonly Segment[];
  /** XXH64 (seed 0) of the original bytes. */
  readonly checksum: bigint;
}

/** A block as read from an archive: within all limits, but neither decoded nor checked. */
export interface Frame extends EncodedBlock {
  /** Number of the block, from 0. */
  readonly index: number;
  /** Position of its first byte in the original. */
  readonly start: number;
  /** 16 or 64 hexadecimal digits; missing in a short form none of whose segments needs a model. */
  readonly modelId?: string;
  /** What XXH64 of the decoded bytes must be, or the block is refused. */
  readonly checksum: bigint;
}

/** A file or folder of an archive, as its table says. */
export interface FileEntry {
  /** Parts joined by `/`; relative, without `.`, `..` and empty parts. In an archive of one file: its name, or missing. */
  readonly path?: string;
  readonly kind: 'file' | 'directory';
  /** Bytes; 0 for directories. */
  readonly size: number;
  /** Time of last change, milliseconds since 1970 (UTC). */
  readonly mtime?: number;
  /** Permission bits of Unix, 0 … 0o7777. */
  readonly mode?: number;
}
