/**
 * What can be wrong with a trace stream, a shard or a manifest: one class per kind, each with a stable code. Constructors take facts and
 * write the sentence: what, where, what to do. The name of the file is the caller's to put in front.
 */

export abstract class TraceError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The stream stops inside a part, or before its end frame. */
export class TraceTruncatedError extends TraceError {
  readonly code = 'UST_TRACE_TRUNCATED';

  constructor(facts: { part: string; offset: number; expected: number; found: number }) {
    super(
      `trace stream is truncated: ${facts.part} at byte ${facts.offset} needs ${facts.expected} bytes, ${facts.found} are there; trace again`,
    );
  }
}

/** The first bytes are not those of a trace stream. */
export class TraceMagicError extends TraceError {
  readonly code = 'UST_TRACE_MAGIC';

  constructor() {
    super(
      'not a trace stream: its first 8 bytes differ from the magic number; make one with `trainer log` or `teacher trace`',
    );
  }
}

/** A version this reader does not know. */
export class TraceVersionError extends TraceError {
  readonly code = 'UST_TRACE_VERSION';

  constructor(facts: { what: string; found: unknown; expected: number }) {
    super(
      `${facts.what} has version ${String(facts.found)}, this program reads ${facts.expected}; use the version that wrote it`,
    );
  }
}

/** The JSON header is no header: unreadable, a field missing or of the wrong kind, columns that differ from its profile's. */
export class TraceHeaderError extends TraceError {
  readonly code = 'UST_TRACE_HEADER';

  constructor(reason: string, options?: ErrorOptions) {
    super(`trace header: ${reason}`, options);
  }
}

/** Bytes differ from their CRC-32. */
export class TraceChecksumError extends TraceError {
  readonly code = 'UST_TRACE_CHECKSUM';

  constructor(facts: { part: string; offset: number; stored: number; computed: number }) {
    const hex = (value: number): string => value.toString(16).padStart(8, '0');
    super(
      `trace stream is damaged: ${facts.part} at byte ${facts.offset} has checksum ${hex(facts.computed)}, ` +
        `stored is ${hex(facts.stored)}; trace again`,
    );
  }
}

/** Framing that no writer makes: an unknown tag, sizes that cannot be, bytes after the end. */
export class TraceFrameError extends TraceError {
  readonly code = 'UST_TRACE_FRAME';

  constructor(facts: { offset: number; reason: string }) {
    super(`trace stream is malformed at byte ${facts.offset}: ${facts.reason}`);
  }
}

/** A value outside of its range: NaN, a probability beyond [0, 1], a distribution that does not sum to 1, a wrong position. */
export class TraceValueError extends TraceError {
  readonly code = 'UST_TRACE_VALUES';

  constructor(facts: { column: string; row: number; reason: string }) {
    super(`trace row ${facts.row}, column ${facts.column}: ${facts.reason}; the tracing program is at fault`);
  }
}

/** Rows that are missing or too many for the range and stride the header states. */
export class TraceRowCountError extends TraceError {
  readonly code = 'UST_TRACE_ROWS';

  constructor(facts: { what: string; expected: number; found: number }) {
    super(
      `trace stream holds ${facts.found} rows, ${facts.what} says ${facts.expected}; the tracing program is at fault`,
    );
  }
}

/** A manifest that cannot be read, or is not one. */
export class ManifestError extends TraceError {
  readonly code = 'UST_MANIFEST';

  constructor(reason: string, options?: ErrorOptions) {
    super(`manifest: ${reason}`, options);
  }
}

/** A shard that is missing, altered or unreadable. */
export class ShardError extends TraceError {
  readonly code = 'UST_SHARD';

  constructor(facts: { file: string; reason: string }, options?: ErrorOptions) {
    super(`${facts.file}: ${facts.reason}`, options);
  }
}

/** The rows do not code to the archive's bytes. */
export class ReplayError extends TraceError {
  readonly code = 'UST_REPLAY';

  constructor(reason: string) {
    super(`replay: ${reason}`);
  }
}
