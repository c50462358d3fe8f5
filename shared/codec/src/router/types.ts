/**
 * What the router says about a block: where it should be cut, and which methods are worth their time on each part. Everything
 * here is a pure function of the bytes in exact arithmetic, so that every machine writes the same archive. The router only
 * advises: a decoder needs none of it, because each segment names its method.
 */

/**
 * What a segment looks like:
 * - `text`: bytes of any 8-bit or UTF-8 text, base64 and hexadecimal included;
 * - `record`: rows of equal length (tables, samples, pixels, UTF-16), with that length;
 * - `binary`: anything else with structure, such as machine code;
 * - `runs`: almost nothing but long runs of one byte;
 * - `random`: compressed or encrypted, nothing to be found.
 */
export type SegmentKind = 'text' | 'binary' | 'record' | 'runs' | 'random';

/** A part of a block, `start` <= i < `end`. The segments of a block follow each other without gaps, from 0 to its end. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly kind: SegmentKind;
  /** Bytes from one row to the next, 2 … 2048; with kind `record` only. */
  readonly recordLength?: number;
}

/** A guess at how a segment behaves, made in one or two passes; all fields are whole numbers. */
export interface Estimate {
  readonly bytes: number;
  /** Bytes that lie in runs of at least 32 equal bytes. */
  readonly runBytes: number;
  /** Bytes that lie in copies of at least 32 bytes from earlier in the segment, as far as a quick search finds them. */
  readonly repeatBytes: number;
  /** Nothing at all was found: equal counts of bytes and of pairs at distances 1 … 4, and no repeats. */
  readonly random: boolean;
}

/** What predicts at the level in use; `model` below stands for it. */
export type ModelStrength = 'student' | 'blend' | 'teacher';

/** A method worth trying beside `stored`, which is always possible. */
export type Candidate = 'runs' | 'zstd' | 'model' | 'binary';

/** Where the rows of some bytes repeat. */
export interface RecordGuess {
  /** 2 … 2048 */
  readonly length: number;
  /** What the byte one row above says about a byte, in thousandths of the bits that an order-0 code needs. */
  readonly confidence: number;
}
