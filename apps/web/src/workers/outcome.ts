/**
 * How results and errors cross a worker boundary. Comlink keeps only name, message and stack of a thrown error, so
 * workers never throw: they answer with an Outcome whose error is plain data with its stable code.
 */

export interface WireError {
  /** Stable, as in `UST_TRUNCATED`; `UST_PAGE_…` for what fails outside the codec. */
  code: string;
  /** One sentence: what, where, what to do. */
  message: string;
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; error: WireError };

/** Thrown on the page's side of a worker; keeps the code. */
export class WorkerFailure extends Error {
  readonly code: string;

  constructor(error: WireError) {
    super(error.message);
    this.name = 'WorkerFailure';
    this.code = error.code;
  }
}

/** The sentence of any thrown value. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Any thrown value as plain data. Objects that carry a string `code` (all of the codec's errors) keep it. */
export function toWireError(thrown: unknown, fallbackCode: string): WireError {
  const coded = thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string';
  return { code: coded ? (thrown.code as string) : fallbackCode, message: messageOf(thrown) };
}

/** Runs `work` and turns whatever it throws into an Outcome. */
export async function outcome<T>(fallbackCode: string, work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (thrown) {
    return { ok: false, error: toWireError(thrown, fallbackCode) };
  }
}
