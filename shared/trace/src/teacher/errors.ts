/** What can go wrong with the teacher: one class per kind with a stable code, sentences made here from facts. */
import { TraceError } from '../errors.ts';

/** The bytes are no archive that this teacher can decompress. `reason` comes from the teacher and says what to do. */
export class TeacherArchiveError extends TraceError {
  readonly code = 'UST_TEACHER_ARCHIVE';

  constructor(reason: string) {
    super(`teacher archive: ${reason}`);
  }
}

/** The model does not fit in memory. */
export class TeacherMemoryError extends TraceError {
  readonly code = 'UST_TEACHER_MEMORY';

  constructor(facts: { megabytes: number }, options?: ErrorOptions) {
    super(
      `teacher: no memory for a model of ${facts.megabytes} MB; close other work or choose a smaller memory (16 MB is the least)`,
      options,
    );
  }
}

/** An option outside its range. */
export class TeacherOptionError extends TraceError {
  readonly code = 'UST_TEACHER_OPTION';

  constructor(facts: { option: string; found: unknown; expected: string }) {
    super(`teacher: ${facts.option} is ${String(facts.found)}; it must be ${facts.expected}`);
  }
}
