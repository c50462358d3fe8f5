/**
 * The method `blend` on the GPU: each segment is a workgroup, with tables of its own in the GPU's memory (up to 160 MB for a block of 4 MiB);
 * several segments are coded side by side. Lanes are cut and streams joined as in student-coder.ts.
 */
import type { Front } from '../../student/metadata.ts';
import type { StudentPlan } from '../../student/plan.ts';
import { blendKernel } from './blend-kernel.ts';
import {
  blendLayout,
  lanesOfWorkgroup,
  lineWords,
  record,
  tableSizes,
  tablesOf,
  type BlendLayout,
  type SegmentSize,
} from './blend-layout.ts';
import { GpuProgram, type Gpu, type ModelBuffers } from './gpu-program.ts';
import { paramWords } from './kernels.ts';
import { joinStreams, mostStreamBytes, splitStreams } from './lane-lengths.ts';
import {
  finishedStream,
  gatherBlock,
  interleave,
  longest,
  placeBlocks,
  words,
  type Placed,
} from './lane-words.ts';
import { Pace } from './pace.ts';
import {
  inBatches,
  mostBindable,
  runSteps,
  type OnPart,
  type StudentBlock,
  type StudentPayload,
} from './runs.ts';
import type { KernelShape } from './wgsl-access.ts';
import { coderWords } from './wgsl-coder.ts';
import type { Direction } from './wgsl-coding.ts';

/** With fewer the CPU is as fast; and one lane alone has other contexts (docs/BLEND.md §2). */
export const fewestBlendLanes = 16;
/** Segments of 4 MiB at once: more would take more memory than a usual GPU has. */
const mostSegments = 8;

interface Run {
  readonly placed: readonly Placed[];
  /** Of all workgroups. */
  readonly lanes: number;
  readonly layout: BlendLayout;
  readonly plain: GPUBuffer;
  readonly bytes: GPUBuffer;
  readonly streams: GPUBuffer;
}

export class BlendCoder {
  private readonly gpu: Gpu;
  private readonly plan: StudentPlan;
  private readonly front: Front;
  private readonly shape: KernelShape;
  private readonly model: ModelBuffers;
  private readonly pace: Pace;
  private readonly programs = new Map<string, Promise<GpuProgram>>();

  constructor(
    gpu: Gpu,
    plan: StudentPlan,
    front: Front,
    shape: KernelShape,
    model: ModelBuffers,
    milliseconds: number,
  ) {
    this.gpu = gpu;
    this.plan = plan;
    this.front = front;
    this.shape = shape;
    this.model = model;
    this.pace = new Pace(milliseconds);
  }

  /** Segments of the largest blocks that fit at once. */
  get segmentsAtOnce(): number {
    const largest = tableSizes(2 ** 31);
    return Math.min(
      mostSegments,
      Math.max(1, Math.floor(mostBindable(this.gpu) / (4 * lineWords * largest.lines))),
    );
  }

  /** As wasm/coder; undefined where a stream takes more than there is room for. @throws EngineError; what `onPart` throws */
  async encode(blocks: readonly StudentBlock[], onPart: OnPart): Promise<(Uint8Array | undefined)[]> {
    const sizes = ({ bytes, lanes }: StudentBlock): SegmentSize => ({ bytes: bytes.length, lanes });
    return await inBatches(
      blocks,
      (batch) => this.fits(batch.map(sizes)),
      ({ bytes }) => bytes.length,
      onPart,
      (batch, report) => this.encodeBatch(batch, report),
    );
  }

  /** @throws CorruptError where a head is damaged; EngineError; what `onPart` throws */
  async decode(payloads: readonly StudentPayload[], onPart: OnPart): Promise<Uint8Array[]> {
    const sizes = ({ originalBytes, lanes }: StudentPayload): SegmentSize => ({
      bytes: originalBytes,
      lanes,
    });
    return await inBatches(
      payloads,
      (batch) => this.fits(batch.map(sizes)),
      ({ originalBytes }) => originalBytes,
      onPart,
      (batch, report) => this.decodeBatch(batch, report),
    );
  }

  private fits(batch: readonly SegmentSize[]): boolean {
    const layout = blendLayout(lanesOfWorkgroup(batch, this.shape.lanes));
    const { slots, counts } = tablesOf(batch, layout);
    const steps = batch.reduce((most, { bytes, lanes }) => Math.max(most, Math.ceil(bytes / lanes)), 0);
    const streams = words(mostStreamBytes(steps)) * layout.lanes * batch.length;
    return (
      4 * Math.max(slots.total, counts.total, streams) <= mostBindable(this.gpu) &&
      batch.length <= mostSegments
    );
  }

  private async encodeBatch(
    blocks: readonly StudentBlock[],
    onPart: OnPart,
  ): Promise<(Uint8Array | undefined)[]> {
    const sizes = blocks.map(({ bytes, lanes }) => ({ bytes: bytes.length, lanes }));
    const stride = lanesOfWorkgroup(sizes, this.shape.lanes);
    const placed = placeBlocks(sizes, stride);
    const lanes = stride * blocks.length;
    const steps = longest(placed);
    const up = new Uint32Array(words(steps) * lanes);
    placed.forEach(({ first, parts }, b) => {
      const { bytes } = blocks[b] as StudentBlock;
      parts.forEach(({ start, length }, i) => {
        interleave(up, lanes, first + i, bytes.subarray(start, start + length));
      });
    });
    const rooms = placed.map(({ parts }) => parts.map(({ length }) => 4 * words(mostStreamBytes(length))));
    const down = words(mostStreamBytes(steps)) * lanes;
    return await this.run('encode', sizes, placed, rooms, up, down, onPart, (run) => this.payloads(run));
  }

  private async decodeBatch(payloads: readonly StudentPayload[], onPart: OnPart): Promise<Uint8Array[]> {
    const sizes = payloads.map(({ originalBytes, lanes }) => ({ bytes: originalBytes, lanes }));
    const stride = lanesOfWorkgroup(sizes, this.shape.lanes);
    const placed = placeBlocks(sizes, stride);
    const lanes = stride * payloads.length;
    const streams = payloads.map(({ payload, originalBytes, lanes: count }) =>
      splitStreams(payload, originalBytes, count),
    );
    const lengths = streams.map((list) => list.map(({ length }) => length));
    const up = new Uint32Array(words(Math.max(1, ...lengths.map((list) => Math.max(...list)))) * lanes);
    streams.forEach((list, b) => {
      list.forEach((stream, i) => {
        interleave(up, lanes, (placed[b]?.first ?? 0) + i, stream);
      });
    });
    const down = words(longest(placed)) * lanes;
    return await this.run('decode', sizes, placed, lengths, up, down, onPart, async (run) => {
      const plain = await this.gpu.readBuffer(run.bytes, down);
      return placed.map((block) => gatherBlock(plain, lanes, block));
    });
  }

  /** @param streamBytes by segment and lane: the length of a stream, or room for it */
  private async run<T>(
    direction: Direction,
    sizes: readonly SegmentSize[],
    placed: readonly Placed[],
    streamBytes: readonly (readonly number[])[],
    up: Uint32Array,
    down: number,
    onPart: OnPart,
    take: (run: Run) => Promise<T>,
  ): Promise<T> {
    const { gpu } = this;
    const stride = lanesOfWorkgroup(sizes, this.shape.lanes);
    const layout = blendLayout(stride);
    const program = await this.program(direction, layout);
    const workgroups = sizes.length;
    const { slots, counts } = tablesOf(sizes, layout);
    const heads = new Uint32Array(layout.plain.total * workgroups);
    sizes.forEach(({ bytes, lanes }, b) => {
      const at = layout.plain.total * b;
      const { lines, entries } = tableSizes(bytes);
      const { plain } = layout;
      heads.set([lanes, lines - 1, entries - 1, counts.at[b] ?? 0, slots.at[b] ?? 0], at + plain.head);
      placed[b]?.parts.forEach(({ length }, lane) => {
        heads[at + plain.lanes + record.length * stride + lane] = length;
        heads[at + plain.lanes + record.stream * stride + lane] = streamBytes[b]?.[lane] ?? 0;
      });
    });
    const made: GPUBuffer[] = [];
    const buffer = (label: string, count: number): GPUBuffer => {
      const one = gpu.storage(label, count);
      made.push(one);
      return one;
    };
    try {
      const buffers = await gpu.make('making room for blocks', () => {
        const source = buffer('source', up.length);
        const target = buffer('target', down);
        const params = gpu.uniform(paramWords);
        made.push(params);
        const encodes = direction === 'encode';
        const all = {
          ...this.model,
          params,
          plain: buffer('plain', heads.length),
          counts: buffer('counts', counts.total),
          slots: buffer('slots', slots.total),
          bytes: encodes ? source : target,
          streams: encodes ? target : source,
          state: buffer('state', workgroups * program.source.stateWords),
        };
        gpu.write(source, up);
        gpu.write(all.plain, heads);
        return { ...all, group: program.bind(all) };
      });
      const { params, group } = buffers;
      const lanes = stride * workgroups;
      const steps = longest(placed);
      await runSteps(gpu, this.pace, { program, params, group, workgroups, lanes, steps }, onPart);
      return await take({ ...buffers, placed, lanes, layout });
    } finally {
      for (const one of made) one.destroy();
    }
  }

  private async payloads({
    placed,
    lanes,
    layout,
    plain,
    streams,
  }: Run): Promise<(Uint8Array | undefined)[]> {
    const kept = await this.gpu.readBuffer(plain, layout.plain.total * placed.length);
    const coderOf = (segment: number, lane: number): Uint32Array => {
      const at =
        layout.plain.total * segment + layout.plain.lanes + record.coder * layout.lanes + lane * coderWords;
      return kept.subarray(at, at + coderWords);
    };
    let most = 0;
    placed.forEach(({ parts }, b) => {
      parts.forEach((_, lane) => (most = Math.max(most, (coderOf(b, lane)[5] ?? 0) >> 2)));
    });
    most = Math.min(most, words(mostStreamBytes(longest(placed))));
    const written = most === 0 ? new Uint32Array() : await this.gpu.readBuffer(streams, most * lanes);
    return placed.map(({ first, parts }, b) => {
      const list: Uint8Array[] = [];
      for (const [lane, { length }] of parts.entries()) {
        const { stream, complete } = finishedStream(
          coderOf(b, lane),
          written,
          lanes,
          first + lane,
          mostStreamBytes(length),
        );
        if (!complete) return undefined;
        list.push(stream);
      }
      return joinStreams(list);
    });
  }

  private program(direction: Direction, layout: BlendLayout): Promise<GpuProgram> {
    const key = `${direction} ${layout.lanes}`;
    const known = this.programs.get(key);
    if (known !== undefined) return known;
    const source = blendKernel(this.plan, this.front, direction, this.shape, layout);
    const compiled = GpuProgram.compile(this.gpu, source);
    this.programs.set(key, compiled);
    return compiled;
  }
}
