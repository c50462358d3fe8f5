/**
 * The method `student` on the GPU: blocks go up, a shader codes all their lanes side by side for many steps a dispatch, payloads or bytes
 * come down; nothing is read back in between. The CPU cuts blocks into lanes, keeps dispatches short, and joins streams.
 */
import type { Gpu, GpuProgram, ModelBuffers } from './gpu-program.ts';
import { paramWords } from './kernels.ts';
import { joinStreams, mostStreamBytes, splitStreams } from './lane-lengths.ts';
import {
  finishedStream,
  gatherBlock,
  interleave,
  longest,
  placeBlocks,
  words,
  type Part,
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
import { codingWords, type Direction } from './wgsl-coding.ts';

interface Run {
  readonly program: GpuProgram;
  readonly lanes: number;
  readonly bytes: GPUBuffer;
  readonly streams: GPUBuffer;
  readonly state: GPUBuffer;
}

/** Words of all lanes' streams at their longest. */
function streamWords(lanes: number, bytes: number): number {
  return lanes * words(mostStreamBytes(Math.ceil(bytes / lanes)));
}

export class StudentCoder {
  private readonly gpu: Gpu;
  private readonly program: (direction: Direction) => Promise<GpuProgram>;
  private readonly model: ModelBuffers;
  private readonly pace: Pace;

  /** @param program compiles a direction's shader when first asked for it */
  constructor(
    gpu: Gpu,
    program: (direction: Direction) => Promise<GpuProgram>,
    model: ModelBuffers,
    milliseconds: number,
  ) {
    this.gpu = gpu;
    this.program = program;
    this.model = model;
    this.pace = new Pace(milliseconds);
  }

  /** Payloads of blocks, the same as wasm/coder makes. @throws EngineError, and what `onPart` throws */
  async encode(blocks: readonly StudentBlock[], onPart: OnPart = () => undefined): Promise<Uint8Array[]> {
    const sizes = ({ bytes, lanes }: StudentBlock): Size => ({ bytes: bytes.length, lanes });
    const code = (batch: readonly StudentBlock[], report: OnPart): Promise<Uint8Array[]> =>
      this.encodeBatch(batch, report);
    return await inBatches(blocks, (batch) => this.fits(batch.map(sizes)), bytesOf(sizes), onPart, code);
  }

  /** Original bytes of payloads. @throws CorruptError where a head is damaged; EngineError; what `onPart` throws */
  async decode(payloads: readonly StudentPayload[], onPart: OnPart = () => undefined): Promise<Uint8Array[]> {
    const sizes = ({ originalBytes, lanes }: StudentPayload): Size => ({ bytes: originalBytes, lanes });
    const code = (batch: readonly StudentPayload[], report: OnPart): Promise<Uint8Array[]> =>
      this.decodeBatch(batch, report);
    return await inBatches(payloads, (batch) => this.fits(batch.map(sizes)), bytesOf(sizes), onPart, code);
  }

  private fits(batch: readonly Size[]): boolean {
    const lanes = batch.reduce((sum, block) => sum + block.lanes, 0);
    const steps = batch.reduce((most, block) => Math.max(most, Math.ceil(block.bytes / block.lanes)), 0);
    return 4 * streamWords(lanes, lanes * steps) <= mostBindable(this.gpu);
  }

  private async encodeBatch(blocks: readonly StudentBlock[], onPart: OnPart): Promise<Uint8Array[]> {
    const placed = placeBlocks(blocks.map(({ bytes, lanes }) => ({ bytes: bytes.length, lanes })));
    const lanes = placed.flatMap(({ parts }) => parts);
    const plain = new Uint32Array(words(longest(placed)) * lanes.length);
    placed.forEach(({ first, parts }, b) => {
      const { bytes } = blocks[b] as StudentBlock;
      parts.forEach(({ start, length }, i) => {
        interleave(plain, lanes.length, first + i, bytes.subarray(start, start + length));
      });
    });
    const rooms = lanes.map(({ length }) => 4 * words(mostStreamBytes(length)));
    const down = lanes.length * words(mostStreamBytes(longest(placed)));
    return await this.run('encode', lanes, rooms, plain, down, onPart, async (run) => {
      const streams = await this.streams(run);
      return placed.map(({ first, parts }) => joinStreams(streams.slice(first, first + parts.length)));
    });
  }

  private async decodeBatch(payloads: readonly StudentPayload[], onPart: OnPart): Promise<Uint8Array[]> {
    const placed = placeBlocks(payloads.map(({ originalBytes, lanes }) => ({ bytes: originalBytes, lanes })));
    const lanes = placed.flatMap(({ parts }) => parts);
    const streams = payloads
      .flatMap(({ payload, originalBytes, lanes: count }) => splitStreams(payload, originalBytes, count))
      // A decoder never gets further than an encoder could have.
      .map((stream, lane) => stream.subarray(0, mostStreamBytes(lanes[lane]?.length ?? 0)));
    const rows = words(streams.reduce((most, { length }) => Math.max(most, length), 1));
    const packed = new Uint32Array(rows * lanes.length);
    streams.forEach((stream, lane) => interleave(packed, lanes.length, lane, stream));
    const lengths = streams.map(({ length }) => length);
    const down = words(longest(placed)) * lanes.length;
    return await this.run('decode', lanes, lengths, packed, down, onPart, async (run) => {
      const plain = await this.gpu.readBuffer(run.bytes, down);
      return placed.map((block) => gatherBlock(plain, run.lanes, block));
    });
  }

  /**
   * Makes the buffers, runs all steps, takes the result.
   * @param streamBytes by lane: length of its stream, or room for it
   * @param up what is read; the other buffer, of `down` words, starts as zeros
   */
  private async run<T>(
    direction: Direction,
    lanes: readonly Part[],
    streamBytes: readonly number[],
    up: Uint32Array,
    down: number,
    onPart: OnPart,
    take: (run: Run) => Promise<T>,
  ): Promise<T> {
    const { gpu } = this;
    const program = await this.program(direction);
    const { stateWords, memoryWords, shape } = program.source;
    const workgroups = Math.ceil(lanes.length / shape.lanes);
    const table = Uint32Array.from(lanes.flatMap(({ length }, i) => [length, streamBytes[i] ?? 0]));
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
          lanes: buffer('lanes', table.length),
          bytes: encodes ? source : target,
          streams: encodes ? target : source,
          state: buffer('state', workgroups * stateWords),
          ...(memoryWords > 0 && { memory: buffer('memory', workgroups * memoryWords) }),
        };
        gpu.write(source, up);
        gpu.write(all.lanes, table);
        return { ...all, group: program.bind(all) };
      });
      const { params, group } = buffers;
      const steps = lanes.reduce((most, { length }) => Math.max(most, length), 0);
      await runSteps(
        gpu,
        this.pace,
        { program, params, group, workgroups, lanes: lanes.length, steps },
        onPart,
      );
      return await take({ ...buffers, lanes: lanes.length, program });
    } finally {
      for (const one of made) one.destroy();
    }
  }

  /** The lanes' streams after encoding. */
  private async streams({ program, lanes, state, streams }: Run): Promise<Uint8Array[]> {
    const { shape, stateWords } = program.source;
    const kept = await this.gpu.readBuffer(state, Math.ceil(lanes / shape.lanes) * stateWords);
    const coders = Array.from({ length: lanes }, (_, lane) => {
      const at = Math.floor(lane / shape.lanes) * stateWords + (lane % shape.lanes) * codingWords.lane;
      return kept.subarray(at, at + codingWords.lane);
    });
    const most = coders.reduce((sum, coder) => Math.max(sum, (coder[5] ?? 0) >> 2), 0);
    const written = most === 0 ? new Uint32Array() : await this.gpu.readBuffer(streams, most * lanes);
    // A symbol takes at most 16 bits, so that the streams of this method always fit.
    return coders.map((coder, lane) => finishedStream(coder, written, lanes, lane, Infinity).stream);
  }
}

interface Size {
  readonly bytes: number;
  readonly lanes: number;
}

const bytesOf =
  <B>(sizes: (block: B) => Size) =>
  (block: B): number =>
    sizes(block).bytes;
