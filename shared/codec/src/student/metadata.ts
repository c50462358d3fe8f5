/**
 * The `understudy` entry of a student's metadata (docs/MODEL.md §2, §3): what its inputs are and what its state may hold.
 * Everything is checked here, so that later code can trust the types.
 */
import { InvalidModelError } from '../errors.ts';

/** One table of hashed n-gram embeddings; docs/MODEL.md §3. */
export interface NgramTable {
  readonly name: string;
  readonly context: 'byte' | 'order' | 'word' | 'words';
  /** Bytes looked at, 1…32, for `order`. */
  readonly order: number;
  /** A power of two. */
  readonly rows: number;
  /** Values of a context's embedding, a multiple of the front's `rowDim`. */
  readonly dim: number;
  readonly firstRow: number;
}

/** What a student sees of the past. */
export type Front =
  | { readonly kind: 'window'; readonly bytes: 32 }
  | { readonly kind: 'ngram'; readonly rowDim: number; readonly tables: readonly NgramTable[] };

/** A recurrent tensor [lanes, width] of integers within min … max. */
export interface StateEntry {
  readonly name: string;
  readonly width: number;
  readonly min: number;
  readonly max: number;
}

export interface StudentMetadata {
  readonly contract: 1;
  readonly architecture: string;
  readonly front: Front;
  readonly state: readonly StateEntry[];
  readonly logitsPerOctave: 32;
  readonly normalisation: 1;
}

/** Limits of what a loader accepts: far above any student, far below what would hurt. */
const limits = {
  tables: 64,
  inputs: 256,
  rows: 1 << 26,
  dim: 4096,
  states: 64,
  stateWidth: 65536,
  stateValue: 2 ** 24 - 1,
};
const contexts: readonly string[] = ['byte', 'order', 'word', 'words'] satisfies NgramTable['context'][];

/** Values of the graph's integer input per lane: R row numbers or 32 bytes. */
export function inputsPerLane(front: Front): number {
  if (front.kind === 'window') return front.bytes;
  return front.tables.reduce((sum, table) => sum + table.dim / front.rowDim, 0);
}

/** Checks the JSON text of the metadata entry. @throws InvalidModelError naming the field */
export function parseMetadata(json: string): StudentMetadata {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new InvalidModelError({ problem: 'its understudy metadata is not JSON' }, error);
  }
  const fields = object(value, 'the metadata');
  const contract = fields.contract;
  if (contract !== 1)
    throw invalid('contract', `is ${String(contract)}, this program knows 1: use a newer program`);
  if (fields.logitsPerOctave !== 32) throw invalid('logitsPerOctave', 'must be 32');
  if (fields.normalisation !== 1) throw invalid('normalisation', 'must be 1');
  return {
    contract,
    architecture: text(fields.architecture, 'architecture'),
    front: parseFront(fields.front),
    state: list(fields.state, 'state', limits.states).map(parseState),
    logitsPerOctave: 32,
    normalisation: 1,
  };
}

function parseFront(value: unknown): Front {
  const fields = object(value, 'front');
  if (fields.kind === 'window') {
    if (fields.bytes !== 32) throw invalid('front.bytes', 'must be 32');
    return { kind: 'window', bytes: 32 };
  }
  if (fields.kind !== 'ngram') throw invalid('front.kind', 'must be window or ngram');
  const rowDim = integer(fields.rowDim, 'front.rowDim', 1, limits.dim);
  const tables = list(fields.tables, 'front.tables', limits.tables).map((table, i) =>
    parseTable(table, rowDim, i),
  );
  const front: Front = { kind: 'ngram', rowDim, tables };
  const inputs = inputsPerLane(front);
  if (tables.length === 0 || inputs > limits.inputs) throw invalid('front.tables', `give ${inputs} inputs`);
  return front;
}

function parseTable(value: unknown, rowDim: number, index: number): NgramTable {
  const at = `front.tables[${index}]`;
  const fields = object(value, at);
  const context = text(fields.context, `${at}.context`);
  if (!contexts.includes(context)) throw invalid(`${at}.context`, 'must be byte, order, word or words');
  const rows = integer(fields.rows, `${at}.rows`, 1, limits.rows);
  if ((rows & (rows - 1)) !== 0) throw invalid(`${at}.rows`, 'must be a power of two');
  const dim = integer(fields.dim, `${at}.dim`, rowDim, limits.dim);
  if (dim % rowDim !== 0) throw invalid(`${at}.dim`, `must be a multiple of ${rowDim}`);
  return {
    name: text(fields.name, `${at}.name`),
    context: context as NgramTable['context'],
    order: context === 'order' ? integer(fields.order, `${at}.order`, 1, 32) : 0,
    rows,
    dim,
    firstRow: integer(fields.firstRow, `${at}.firstRow`, 0, limits.rows),
  };
}

function parseState(value: unknown, index: number): StateEntry {
  const at = `state[${index}]`;
  const fields = object(value, at);
  const entry = {
    name: text(fields.name, `${at}.name`),
    width: integer(fields.width, `${at}.width`, 1, limits.stateWidth),
    min: integer(fields.min, `${at}.min`, -limits.stateValue, 0),
    max: integer(fields.max, `${at}.max`, 0, limits.stateValue),
  };
  return entry;
}

function invalid(field: string, problem: string): InvalidModelError {
  return new InvalidModelError({ problem: `metadata field ${field} ${problem}` });
}

function object(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(field, 'is not an object');
  return value as Record<string, unknown>;
}

function list(value: unknown, field: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(field, 'is not a list');
  if (value.length > most) throw invalid(field, `has more than ${most} entries`);
  return value as unknown[];
}

function text(value: unknown, field: string): string {
  if (typeof value !== 'string') throw invalid(field, 'is not a text');
  return value;
}

function integer(value: unknown, field: string, min: number, max: number): number {
  if (!Number.isInteger(value)) throw invalid(field, 'is not an integer');
  const number = value as number;
  if (number < min || number > max) throw invalid(field, `is ${number}, not within ${min} … ${max}`);
  return number;
}
