/**
 * A block as it lies in an archive: heads of its segments, their payloads, one checksum (docs/FORMAT.md §3). A reader gets
 * payloads whose lengths are within the declared limits; their checksum can be judged only once the original is there.
 */
import { CorruptError, LimitError } from '../errors.ts';
import { ruleOf, type LevelRule } from '../level.ts';
import { toHex } from '../student/student.ts';
import type { ByteSource } from './byte-source.ts';
import { readChecksum, writeChecksum, type RunningHash } from './checksum.ts';
import {
  checksumBytes,
  limits,
  methodOf,
  methods,
  methodsWithModel,
  methodsWithParameter,
  shortModelIdBytes,
  syncBytes,
  tag,
  type Method,
} from './format.ts';
import { syncMark, type LongHead, type ReadHeader } from './head.ts';
import { fromHex } from './hex.ts';
import { joinBytes } from './join-bytes.ts';
import type { EncodedBlock, Frame, Segment } from './types.ts';
import { writeVarint } from './varint.ts';

/** Everything of a short form behind its header. */
export function writeShortFrame(
  header: Uint8Array,
  block: EncodedBlock,
  modelId: string,
  hash: RunningHash,
): Uint8Array {
  const { segments, checksum } = block;
  const model = segments.some(({ method }) => methodsWithModel.has(method))
    ? fromHex(modelId).subarray(0, shortModelIdBytes)
    : new Uint8Array();
  const heads = segments.map((segment, i) => writeHead(segment, i < segments.length - 1, 'to the end'));
  const frame = joinBytes([...heads, model, ...segments.map(({ payload }) => payload)]);
  return joinBytes([frame, writeChecksum(checksum ^ hash.of(header, frame))]);
}

/** A block of a long form, from its sync mark to its checksum. */
export function writeLongFrame(
  { check, blockBytes }: { check: Uint8Array; blockBytes: number },
  index: number,
  { segments, originalBytes, checksum }: EncodedBlock,
  hash: RunningHash,
): Uint8Array {
  const last = originalBytes === blockBytes ? 'fills' : 'lengths';
  const heads = segments.map((segment, i) => writeHead(segment, i < segments.length - 1, last));
  const payloads = segments.map(({ payload }) => payload);
  const frame = joinBytes([syncMark(check, index), ...heads, ...payloads]);
  return joinBytes([frame, writeChecksum(checksum ^ hash.of(check, frame))]);
}

/** @param last how the lengths of the last segment are written */
function writeHead(
  { method, originalBytes, payload, parameter }: Segment,
  more: boolean,
  last: 'lengths' | 'fills' | 'to the end',
): Uint8Array {
  const fills = !more && last === 'fills';
  const parts: Uint8Array[] = [
    Uint8Array.of(methods[method] | (more ? tag.more : 0) | (fills ? tag.fills : 0)),
  ];
  if (!fills) parts.push(writeVarint(originalBytes));
  if (method !== 'stored' && (more || last !== 'to the end')) parts.push(writeVarint(payload.length));
  if (methodsWithParameter.has(method)) {
    if (parameter === undefined) throw new RangeError(`a segment of method ${method} has no parameter`);
    parts.push(writeVarint(parameter));
  }
  return joinBytes(parts);
}

interface Head {
  readonly method: Method;
  readonly originalBytes: number;
  /** Missing where the payload goes to the end of the archive. */
  readonly payloadBytes: number | undefined;
  readonly parameter?: number;
}

/** The one block of a short form, to the end of the archive. */
export async function readShortFrame(
  source: ByteSource,
  { header, bytes }: ReadHeader,
  hash: RunningHash,
): Promise<Frame> {
  const where = 'its block';
  const rule = ruleOf(header.level);
  const { blockBytes } = rule;
  const firstTag = await source.byte(where);
  const { heads, bytes: headBytes } = await readHeads(source, firstTag, {
    form: 'short',
    blockBytes,
    rule,
    where,
  });
  const needsModel = heads.some(({ method }) => methodsWithModel.has(method));
  const model = await source.exactly(needsModel ? shortModelIdBytes : 0, where);
  const segments: Segment[] = [];
  for (const head of heads) {
    // A payload without a length is shorter than its original; what follows it is the checksum, then nothing.
    const payload =
      head.payloadBytes === undefined
        ? await source.allBut(checksumBytes, head.originalBytes - 1, where)
        : await source.exactly(head.payloadBytes, where);
    segments.push(segmentOf(head, payload));
  }
  const stored = readChecksum(await source.exactly(checksumBytes, where));
  await requireEnd(source);
  const covered = hash.of(bytes, headBytes, model, ...segments.map(({ payload }) => payload));
  const originalBytes = heads.reduce((sum, head) => sum + head.originalBytes, 0);
  const id = needsModel ? { modelId: toHex(model) } : {};
  return { index: 0, start: 0, ...id, originalBytes, segments, checksum: stored ^ covered };
}

/** A block of a long form; its sync mark and the first tag were read already. */
export async function readLongFrame(
  source: ByteSource,
  header: LongHead,
  index: number,
  firstTag: number,
  hash: RunningHash,
): Promise<Frame> {
  const where = `block ${index}`;
  const { blockBytes, check, modelId } = header;
  const rule = ruleOf(header.level);
  const { heads, bytes: headBytes } = await readHeads(source, firstTag, {
    form: 'long',
    blockBytes,
    rule,
    where,
  });
  const segments: Segment[] = [];
  for (const head of heads)
    segments.push(segmentOf(head, await source.exactly(head.payloadBytes ?? 0, where)));
  const stored = readChecksum(await source.exactly(checksumBytes, where));
  const covered = hash.of(
    check,
    syncMark(check, index),
    headBytes,
    ...segments.map(({ payload }) => payload),
  );
  const originalBytes = heads.reduce((sum, head) => sum + head.originalBytes, 0);
  return { index, start: index * blockBytes, modelId, originalBytes, segments, checksum: stored ^ covered };
}

function segmentOf({ method, originalBytes, parameter }: Head, payload: Uint8Array): Segment {
  return { method, originalBytes, payload, ...(parameter === undefined ? {} : { parameter }) };
}

/** Bytes of a block of a long form in the archive. */
export function frameBytes(frame: Frame, blockBytes: number): number {
  const { segments, originalBytes } = frame;
  const last = originalBytes === blockBytes ? 'fills' : 'lengths';
  return segments.reduce(
    (sum, segment, i) =>
      sum + writeHead(segment, i < segments.length - 1, last).length + segment.payload.length,
    syncBytes + checksumBytes,
  );
}

interface HeadRules {
  readonly form: 'short' | 'long';
  readonly blockBytes: number;
  /** Of the level: its model method is the only one whose need of memory was declared. */
  readonly rule: LevelRule;
  readonly where: string;
}

/** The heads of a block's segments, with the bytes they were read from; `first` is the first tag. */
async function readHeads(
  source: ByteSource,
  first: number,
  { form, blockBytes, rule, where }: HeadRules,
): Promise<{ heads: Head[]; bytes: Uint8Array }> {
  const heads: Head[] = [];
  const parts: Uint8Array[] = [];
  let total = 0;
  const corrupt = (problem: string): CorruptError =>
    new CorruptError({ where, problem, offset: source.offset });
  const number = async (): Promise<number> => {
    const value = await source.varint(where);
    parts.push(writeVarint(value));
    return value;
  };
  for (let bits = first; ; bits = await source.byte(where)) {
    parts.push(Uint8Array.of(bits));
    const more = (bits & tag.more) !== 0;
    const fills = (bits & tag.fills) !== 0;
    const method = methodOf(bits & tag.methodMask);
    if (method === undefined || (bits & ~(tag.methodMask | tag.more | tag.fills)) !== 0)
      throw corrupt(`method ${bits & ~(tag.more | tag.fills)} is not known`);
    if (methodsWithModel.has(method) && method !== rule.method)
      throw corrupt(`method ${method} does not belong to level ${rule.number}`);
    if (fills && (more || form === 'short')) throw corrupt('a length is missing');
    const originalBytes = fills ? blockBytes - total : await number();
    total += originalBytes;
    if (total > blockBytes) throw corrupt(`it has more than ${blockBytes} bytes`);
    if (originalBytes === 0 && (more || fills || method !== 'stored' || form === 'long' || heads.length > 0))
      throw corrupt('a segment is empty');
    if (form === 'long' && !more && !fills && total === blockBytes) throw corrupt('a length too many');
    let payloadBytes: number | undefined;
    if (method === 'stored') payloadBytes = originalBytes;
    else if (more || form === 'long') {
      payloadBytes = await number();
      if (payloadBytes >= originalBytes) throw corrupt(`${payloadBytes} bytes for ${originalBytes}`);
    }
    const parameter = methodsWithParameter.has(method) ? { parameter: await number() } : {};
    heads.push({ method, originalBytes, payloadBytes, ...parameter });
    if (!more) return { heads, bytes: joinBytes(parts) };
    if (heads.length === limits.segments)
      throw new LimitError({ what: 'segments beyond', value: heads.length, limit: limits.segments });
  }
}

/** @throws CorruptError where the archive goes on */
export async function requireEnd(source: ByteSource): Promise<void> {
  if (!(await source.atEnd())) {
    throw new CorruptError({ where: 'the end', problem: 'more bytes follow', offset: source.offset });
  }
}
