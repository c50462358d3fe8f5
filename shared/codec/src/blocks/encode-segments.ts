/**
 * A block's bytes to segments: the router cuts and advises, every candidate of a segment is tried within reason, the smallest
 * payload stays; on a tie the method that decodes faster.
 */
import type { Breather } from '../breather.ts';
import { methodsWithModel, type Method } from '../container/format.ts';
import type { Segment } from '../container/types.ts';
import { lanesOf, type LevelRule } from '../level.ts';
import type { Student } from '../student/student.ts';
import { fullZstdCanWin, fullZstdLevel, quickZstdLevel, wholeZstdCanWin } from './choice.ts';
import type { Groundwork, RoutedPart } from './groundwork.ts';
import type { ModelCoder } from './model-coder.ts';
import { encodeRunsPayload } from './runs-payload.ts';

export interface EncodeTools {
  readonly rule: LevelRule;
  readonly student: Student;
  /** What a segment that needs the model costs beside its payload (an id in the short form). */
  readonly modelCostBytes: number;
  readonly groundwork: Groundwork;
  readonly models: ModelCoder;
  readonly breather: Breather;
  readonly onWork: (bytesDone: number) => void;
}

/** About what the head of a segment takes: a cut must save more. */
const headBytes = 8;

/** Segments of a block in order; one, `stored` and empty, of no bytes. */
export async function encodeSegments(bytes: Uint8Array, tools: EncodeTools): Promise<Segment[]> {
  if (bytes.length === 0) return [stored(bytes)];
  const segments: Segment[] = [];
  for (const part of await tools.groundwork.route(bytes, tools.rule.method)) {
    await tools.breather.breathe();
    const onWork = (bytesDone: number): void => tools.onWork(part.start + bytesDone);
    const segment = await encodeSegment(bytes.subarray(part.start, part.end), part, { ...tools, onWork });
    tools.onWork(part.end);
    append(segments, segment, bytes, part.end);
  }
  return await asOneFrame(bytes, segments, tools);
}

/** Stored neighbours are one segment. */
function append(segments: Segment[], segment: Segment, bytes: Uint8Array, end: number): void {
  const last = segments.at(-1);
  if (last?.method !== 'stored' || segment.method !== 'stored') segments.push(segment);
  else {
    const start = end - segment.originalBytes - last.originalBytes;
    segments[segments.length - 1] = stored(bytes.subarray(start, end));
  }
}

async function encodeSegment(bytes: Uint8Array, part: RoutedPart, tools: EncodeTools): Promise<Segment> {
  const { rule, groundwork, breather, student, models, onWork, modelCostBytes } = tools;
  const costOf = (method: Method): number => (methodsWithModel.has(method) ? modelCostBytes : 0);
  const total = ({ method, payload }: Segment): number => payload.length + costOf(method);
  let best = stored(bytes);
  const offer = (method: Method, payload: Uint8Array, parameter?: number): void => {
    const parameters = parameter === undefined ? {} : { parameter };
    const segment: Segment = { method, originalBytes: bytes.length, payload, ...parameters };
    if (total(segment) < total(best)) best = segment;
  };
  if (part.runs) offer('runs', await encodeRunsPayload(bytes, groundwork));

  // The quick look at zstd is the models' measure: they give up once they are longer.
  const { quick = Infinity, recordLength = 0 } = part;
  const { memoryLog2 } = rule;
  for (const method of [rule.method, 'binary'] as const) {
    const isBinary = method === 'binary';
    if (!(isBinary ? part.binary : part.model)) continue;
    const most = Math.min(total(best), quick) - 1 - costOf(method);
    const payload = await models.encode(bytes, most, {
      method,
      student: isBinary ? undefined : student,
      lanes: lanesOf(rule, bytes.length, method),
      parameters: { recordLength: isBinary ? recordLength : 0, memoryLog2 },
      breather,
      onWork,
    });
    if (payload !== undefined) offer(method, payload, isBinary ? recordLength : undefined);
  }

  // Where nothing that was advised saved a byte, zstd gets its chance too.
  const tried = part.model || part.binary || part.runs;
  const wantsZstd = part.zstd || (tried && best.method === 'stored');
  if (wantsZstd && (quick === Infinity || fullZstdCanWin(part.kind, bytes.length, total(best), quick))) {
    const payload = await groundwork.zstd(bytes, fullZstdLevel);
    // On a tie it wins, because it decodes faster than a model.
    if (payload.length === total(best) && best.method !== 'runs') best = stored(bytes);
    offer('zstd', payload);
    await breather.breathe();
  }
  return best;
}

/** What segments share is lost between them: one zstd frame over the whole block may need less than all of them. */
async function asOneFrame(bytes: Uint8Array, segments: Segment[], tools: EncodeTools): Promise<Segment[]> {
  if (segments.length === 1) return segments;
  const total = segments.reduce((sum, { payload }) => sum + payload.length + headBytes, 0);
  const { groundwork, breather } = tools;
  const quick = (await groundwork.zstd(bytes, quickZstdLevel)).length;
  await breather.breathe();
  if (!wholeZstdCanWin(total, quick)) return segments;
  const payload = await groundwork.zstd(bytes, fullZstdLevel);
  await breather.breathe();
  return payload.length < total ? [{ method: 'zstd', originalBytes: bytes.length, payload }] : segments;
}

function stored(bytes: Uint8Array): Segment {
  return { method: 'stored', originalBytes: bytes.length, payload: bytes };
}
