/**
 * The JSON header of a trace stream (docs/TRACE.md §2): its type, and the parser that turns untrusted text into it. What passes here is
 * complete and consistent, so nothing behind asks again.
 */
import { SCHEMA_VERSION } from './constants.ts';
import { TraceHeaderError, TraceVersionError } from './errors.ts';
import { PROFILES, profileColumns, type ColumnType, type TraceColumn, type TraceProfile } from './schema.ts';

/** Who traced: enough to tell two teachers apart. */
export interface TeacherIdentity {
  name: string;
  version: string;
  options: Record<string, unknown>;
}

export interface TraceHeader {
  schema: number;
  teacher: TeacherIdentity;
  profile: TraceProfile;
  /** Positions [A, B) of the input that are traced. */
  range: [number, number];
  /** Bytes before A from which the teacher learns without being traced. */
  warmUp: number;
  /** Every `stride`-th position is a row. */
  stride: number;
  components: string[];
  source: { name: string; bytes: number };
  columns: TraceColumn[];
}

type Json = Record<string, unknown>;

/** Rows that range and stride of `header` call for. */
export function expectedRows(header: Pick<TraceHeader, 'range' | 'stride'>): number {
  return Math.ceil((header.range[1] - header.range[0]) / header.stride);
}

/** Parses the header's JSON. Throws TraceHeaderError, or TraceVersionError for another schema. */
export function parseHeader(text: string): TraceHeader {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw new TraceHeaderError('is not JSON; trace again', { cause });
  }
  const header = objectAt(raw, 'the header');
  if (header['schema'] !== SCHEMA_VERSION) {
    throw new TraceVersionError({ what: 'trace schema', found: header['schema'], expected: SCHEMA_VERSION });
  }
  const profile = header['profile'];
  if (!isProfile(profile))
    throw new TraceHeaderError(`profile ${JSON.stringify(profile)} is none of ${PROFILES.join(', ')}`);
  const source = objectAt(header['source'], 'source');
  const parsed: TraceHeader = {
    schema: SCHEMA_VERSION,
    teacher: parseTeacher(header['teacher']),
    profile,
    range: parseRange(header['range']),
    warmUp: countAt(header['warmUp'], 'warmUp', 0),
    stride: countAt(header['stride'], 'stride', 1),
    components: stringsAt(header['components'], 'components'),
    source: {
      name: stringAt(source['name'], 'source.name'),
      bytes: countAt(source['bytes'], 'source.bytes', 0),
    },
    columns: parseColumns(header['columns']),
  };
  if (parsed.range[1] > parsed.source.bytes) {
    throw new TraceHeaderError(
      `range ends at ${parsed.range[1]}, the source has ${parsed.source.bytes} bytes`,
    );
  }
  checkColumns(parsed);
  return parsed;
}

/** Parses a teacher's identity, in a header or a manifest. */
export function parseTeacher(value: unknown): TeacherIdentity {
  const teacher = objectAt(value, 'teacher');
  return {
    name: stringAt(teacher['name'], 'teacher.name'),
    version: stringAt(teacher['version'], 'teacher.version'),
    options: objectAt(teacher['options'], 'teacher.options'),
  };
}

/** Parses [A, B] with A ≤ B. */
export function parseRange(value: unknown): [number, number] {
  if (!Array.isArray(value) || value.length !== 2) throw new TraceHeaderError('range is not [A, B]');
  const from = countAt(value[0], 'range[0]', 0);
  const to = countAt(value[1], 'range[1]', 0);
  if (from > to) throw new TraceHeaderError(`range [${from}, ${to}] ends before it begins`);
  return [from, to];
}

export function isProfile(value: unknown): value is TraceProfile {
  return PROFILES.some((profile) => profile === value);
}

function parseColumns(value: unknown): TraceColumn[] {
  if (!Array.isArray(value)) throw new TraceHeaderError('columns is not a list');
  return value.map((entry: unknown, index) => {
    const column = objectAt(entry, `columns[${index}]`);
    const type = column['type'];
    if (!isColumnType(type)) throw new TraceHeaderError(`columns[${index}] has type ${JSON.stringify(type)}`);
    return {
      name: stringAt(column['name'], `columns[${index}].name`),
      type,
      length: countAt(column['length'], `columns[${index}].length`, 0),
    };
  });
}

/** The columns must be those of the profile, each once; their order is the writer's. */
function checkColumns(header: TraceHeader): void {
  const expected = new Map(
    profileColumns(header.profile, header.components.length).map((column) => [column.name, column]),
  );
  for (const column of header.columns) {
    const known = expected.get(column.name);
    if (!known)
      throw new TraceHeaderError(
        `column ${column.name} is unknown to profile ${header.profile}, or there twice`,
      );
    if (known.type !== column.type || known.length !== column.length) {
      throw new TraceHeaderError(
        `column ${column.name} is ${column.type}[${column.length}], profile ${header.profile} has ${known.type}[${known.length}]`,
      );
    }
    expected.delete(column.name);
  }
  const [missing] = expected.keys();
  if (missing !== undefined)
    throw new TraceHeaderError(`column ${missing} of profile ${header.profile} is missing`);
}

function isColumnType(value: unknown): value is ColumnType {
  return ['u8', 'u32', 'u64', 'f32', 'bytes'].some((type) => type === value);
}

function objectAt(value: unknown, where: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TraceHeaderError(`${where} is not an object`);
  return value as Json;
}

function stringAt(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new TraceHeaderError(`${where} is not a string`);
  return value;
}

function stringsAt(value: unknown, where: string): string[] {
  if (!Array.isArray(value)) throw new TraceHeaderError(`${where} is not a list`);
  return value.map((entry: unknown, index) => stringAt(entry, `${where}[${index}]`));
}

function countAt(value: unknown, where: string, least: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    throw new TraceHeaderError(
      `${where} is ${JSON.stringify(value)}, not a whole number of at least ${least}`,
    );
  }
  return value;
}
