/**
 * Every error the codec throws on purpose: one class per kind, each with a stable `code`. The constructor takes facts,
 * the class writes the sentence (what, where, what to do). `toWire`/`fromWire` carry class, code and facts across a
 * worker boundary, where structured cloning would keep only the message. docs/FORMAT.md lists the codes.
 */

/** What an error is about: plain values only, so that facts survive `postMessage`. */
export type ErrorFacts = Readonly<Record<string, string | number>>;

/** Base of all errors of this package; `code` is stable across versions, the sentence is not. */
export abstract class UstError extends Error {
  abstract readonly code: UstErrorCode;
  readonly facts: ErrorFacts;

  constructor(sentence: string, facts: ErrorFacts, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.facts = facts;
    this.name = new.target.name;
  }
}

/** The stored name of a file cannot be kept in an archive. */
export class NameError extends UstError {
  readonly code = 'UST_NAME';
  constructor(facts: { name: string; problem: string }) {
    super(`the file name ${JSON.stringify(facts.name)} cannot be stored: ${facts.problem}`, facts);
  }
}

/** The input does not start like an archive. */
export class NotArchiveError extends UstError {
  readonly code = 'UST_NOT_ARCHIVE';
  constructor(facts: { problem: string }) {
    super(`this is not a .ust archive: ${facts.problem}`, facts);
  }
}

/** Written by a version of the format that this decoder does not know. */
export class VersionError extends UstError {
  readonly code = 'UST_VERSION';
  constructor(facts: { version: number; supported: number }) {
    super(
      `the archive has format version ${facts.version}, this program reads version ${facts.supported}: use a newer program`,
      facts,
    );
  }
}

/** The archive ends too early. */
export class TruncatedError extends UstError {
  readonly code = 'UST_TRUNCATED';
  constructor(facts: { where: string; offset: number }) {
    super(
      `the archive is cut short: it ends at byte ${facts.offset}, within ${facts.where}; get a whole copy`,
      facts,
    );
  }
}

/** Bytes came out other than they went in; `stored` and `computed` are hexadecimal. */
export class ChecksumError extends UstError {
  readonly code = 'UST_CHECKSUM';
  constructor(facts: { where: string; stored: string; computed: string }) {
    super(
      `${facts.where}: checksum differs (stored ${facts.stored}, computed ${facts.computed}); the archive was altered, get another copy`,
      facts,
    );
  }
}

/** A field says what no encoder writes. */
export class CorruptError extends UstError {
  readonly code = 'UST_CORRUPT';
  constructor(facts: { where: string; problem: string; offset: number }, cause?: unknown) {
    super(
      `the archive is damaged: ${facts.where} at byte ${facts.offset}: ${facts.problem}; get another copy`,
      facts,
      cause,
    );
  }
}

/** A field asks for more memory than this decoder gives. */
export class LimitError extends UstError {
  readonly code = 'UST_LIMIT';
  constructor(facts: { what: string; value: number; limit: number }) {
    super(
      `the archive declares ${facts.what} ${facts.value}, more than the ${facts.limit} this program accepts`,
      facts,
    );
  }
}

/** An archive holds a path that would not stay in its folder, or that comes twice. Nothing of it is unpacked. */
export class UnsafePathError extends UstError {
  readonly code = 'UST_PATH';
  constructor(facts: { path: string; problem: string }) {
    super(
      `the archive is refused: it holds the path ${JSON.stringify(facts.path)}, but ${facts.problem}; ask for another archive`,
      facts,
    );
  }
}

/** An archive of many files came as a stream; their names stand at its end. */
export class ManyFilesError extends UstError {
  readonly code = 'UST_MANY_FILES';
  constructor() {
    super('the archive holds many files, which a pipe cannot give one by one: save it to a file first', {});
  }
}

/** A file or block was asked for that the archive does not hold. */
export class NoEntryError extends UstError {
  readonly code = 'UST_NO_ENTRY';
  constructor(facts: { entry: string }) {
    super(`the archive does not hold ${facts.entry}; list it to see what it holds`, facts);
  }
}

/** The archive needs a student that the caller does not have; `id` is 16 or 64 hexadecimal digits. */
export class UnknownModelError extends UstError {
  readonly code = 'UST_MODEL_UNKNOWN';
  constructor(facts: { id: string }, cause?: unknown) {
    super(
      `the archive needs the model ${facts.id}, which is not here: put its folder into models/, or name it (-m in the terminal), and try again`,
      facts,
      cause,
    );
  }
}

/** The student that was handed over is not the one the archive names. */
export class ModelMismatchError extends UstError {
  readonly code = 'UST_MODEL_MISMATCH';
  constructor(facts: { needed: string; found: string }) {
    super(`the archive needs the model ${facts.needed}, but the file given has the id ${facts.found}`, facts);
  }
}

/** The level is made for another kind of student than the one that was handed over. */
export class ModelArchitectureError extends UstError {
  readonly code = 'UST_MODEL_ARCHITECTURE';
  constructor(facts: { level: number; name: string; needed: string; found: string }) {
    super(
      `level ${facts.level} (${facts.name}) needs a student of architecture ${facts.needed}, and this one is ${facts.found}: name another model, or choose another level`,
      facts,
    );
  }
}

/** The model file breaks docs/MODEL.md. */
export class InvalidModelError extends UstError {
  readonly code = 'UST_MODEL_INVALID';
  constructor(facts: { problem: string }, cause?: unknown) {
    super(`the model file cannot be used: ${facts.problem}`, facts, cause);
  }
}

/** The interval proof of section 4 of docs/MODEL.md fails: results could differ between machines. */
export class UnprovenModelError extends UstError {
  readonly code = 'UST_MODEL_UNPROVEN';
  constructor(facts: { node: string; problem: string }) {
    super(`the model file is refused: node ${facts.node} is not provably exact: ${facts.problem}`, facts);
  }
}

/** The engine does not reproduce the model's parity vectors on this machine. */
export class ParityError extends UstError {
  readonly code = 'UST_PARITY';
  constructor(facts: { engine: string; model: string; problem: string }) {
    super(
      `engine ${facts.engine} is refused for model ${facts.model}: ${facts.problem}; choose another engine`,
      facts,
    );
  }
}

/** An engine cannot be opened, or stopped working. */
export class EngineError extends UstError {
  readonly code = 'UST_ENGINE';
  constructor(facts: { engine: string; problem: string }, cause?: unknown) {
    super(`engine ${facts.engine}: ${facts.problem}`, facts, cause);
  }
}

/** The caller's AbortSignal fired. Nothing is wrong; drop what was written so far. */
export class AbortedError extends UstError {
  readonly code = 'UST_ABORTED';
  constructor(facts: { during: string }) {
    super(`stopped on request during ${facts.during}`, facts);
  }
}

/** Every class by code: the one list, which `fromWire` and the documentation test read. */
export const errorClasses = {
  UST_NAME: NameError,
  UST_NOT_ARCHIVE: NotArchiveError,
  UST_VERSION: VersionError,
  UST_TRUNCATED: TruncatedError,
  UST_CHECKSUM: ChecksumError,
  UST_CORRUPT: CorruptError,
  UST_LIMIT: LimitError,
  UST_PATH: UnsafePathError,
  UST_MANY_FILES: ManyFilesError,
  UST_NO_ENTRY: NoEntryError,
  UST_MODEL_UNKNOWN: UnknownModelError,
  UST_MODEL_MISMATCH: ModelMismatchError,
  UST_MODEL_ARCHITECTURE: ModelArchitectureError,
  UST_MODEL_INVALID: InvalidModelError,
  UST_MODEL_UNPROVEN: UnprovenModelError,
  UST_PARITY: ParityError,
  UST_ENGINE: EngineError,
  UST_ABORTED: AbortedError,
} as const;

export type UstErrorCode = keyof typeof errorClasses;

/** Form of any error that survives `postMessage`. */
export interface WireError {
  readonly wire: 'ust-error';
  /** Missing for errors that are not ours. */
  readonly code?: UstErrorCode;
  readonly name: string;
  readonly message: string;
  readonly facts: ErrorFacts;
  readonly cause?: string;
}

/** Turns anything thrown into a plain object for `postMessage`. */
export function toWire(error: unknown): WireError {
  if (error instanceof UstError) {
    const cause = error.cause === undefined ? {} : { cause: describe(error.cause) };
    return {
      wire: 'ust-error',
      code: error.code,
      name: error.name,
      message: error.message,
      facts: error.facts,
      ...cause,
    };
  }
  const name = error instanceof Error ? error.name : 'Error';
  return { wire: 'ust-error', name, message: describe(error), facts: {} };
}

/** The inverse of `toWire`: an instance of the same class with the same code, facts and sentence. */
export function fromWire(wire: WireError): Error {
  const cause = wire.cause === undefined ? undefined : new Error(wire.cause);
  const known = wire.code === undefined ? undefined : errorClasses[wire.code];
  if (known !== undefined) {
    // Facts were checked by the constructor's type on the other side; the same class takes them back.
    const Class = known as unknown as new (facts: ErrorFacts, cause?: unknown) => UstError;
    return new Class(wire.facts, cause);
  }
  const error = new Error(wire.message, cause === undefined ? undefined : { cause });
  error.name = wire.name;
  return error;
}

/** True for the plain objects that `toWire` makes. */
export function isWireError(value: unknown): value is WireError {
  return typeof value === 'object' && value !== null && (value as { wire?: unknown }).wire === 'ust-error';
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
