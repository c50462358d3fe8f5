/** Blocks there and back: the same on any number of threads and engines, in order, stoppable, whatever fails. */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createCodec, type Codec } from '../codec.ts';
import type { EncodedBlock, Frame } from '../container/types.ts';
import type { LaneStepper, StudentEngine } from '../engines/engine.ts';
import { EngineError } from '../errors.ts';
import { ruleOf, type LevelNumber, type LevelRule } from '../level.ts';
import { coderFile } from '../node/house.ts';
import { openNodeCodec } from '../node/index.ts';
import { workerThread } from '../node/spawn.ts';
import type { Progress } from '../progress.ts';
import type { Student } from '../student/student.ts';
import { gpuTest, softwareGpu } from '../testing/software-gpu.ts';
import { noise, sampleOf, tinyCodec } from '../testing/test-kit.ts';
import type { WorkerLink } from '../workers/messages.ts';
import { decodeBlocks, encodeBlocks, type DecodeBlocksOptions, type EncodeBlocksOptions } from './index.ts';

const blockBytes = 20_000;
const rule = (number: LevelNumber): LevelRule => ruleOf(number);

/** Seven blocks of different kinds, the last one short. */
async function sample(): Promise<Uint8Array> {
  const { codec, student } = await tinyCodec();
  const known = await sampleOf(codec, student, 2 * blockBytes);
  const table = Uint8Array.from({ length: blockBytes }, (_, i) => (i % 16 === 0 ? i >> 4 : i % 16));
  const mixed = [
    noise(blockBytes, 7),
    new Uint8Array(blockBytes),
    table,
    known.subarray(0, 9000),
    noise(11_000),
  ];
  return new Uint8Array(Buffer.concat([known, ...mixed, known.subarray(0, 1234)]));
}

async function* cut(bytes: Uint8Array, size = blockBytes): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function* framesOf(blocks: readonly EncodedBlock[], modelId: string): AsyncGenerator<Frame> {
  let start = 0;
  for (const [index, block] of blocks.entries()) {
    yield { ...block, index, start, modelId };
    start += block.originalBytes;
  }
}

async function encoded(
  bytes: Uint8Array,
  options: Partial<EncodeBlocksOptions> = {},
): Promise<EncodedBlock[]> {
  const { codec, student } = await tinyCodec();
  const blocks: EncodedBlock[] = [];
  for await (const block of encodeBlocks(cut(bytes), { codec, student, rule: rule(1), ...options }))
    blocks.push(block);
  return blocks;
}

async function decoded(
  blocks: readonly EncodedBlock[],
  options: Partial<DecodeBlocksOptions> = {},
): Promise<Uint8Array> {
  const { codec, student } = await tinyCodec();
  const students = async (): Promise<Student> => student;
  const parts: Uint8Array[] = [];
  const frames = framesOf(blocks, student.id);
  for await (const part of decodeBlocks(frames, { codec, students, rule: rule(1), ...options }))
    parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}

/** A codec whose workers are as given. */
async function codecWith(spawnWorker: () => WorkerLink): Promise<Codec> {
  const coder = await WebAssembly.compile(readFileSync(coderFile()));
  return await createCodec({ coder, gpu: null, engine: 'simd', threads: 2, spawnWorker });
}

describe('blocks', () => {
  it('are the same on any number of threads, and come back', async () => {
    const bytes = await sample();
    for (const level of [1, 5] as const) {
      const alone = await encoded(bytes, { threads: 1, rule: rule(level) });
      expect(alone.map(({ originalBytes }) => originalBytes)).toEqual([
        ...Array<number>(6).fill(blockBytes),
        1234,
      ]);
      expect(
        new Set(alone.flatMap(({ segments }) => segments.map(({ method }) => method))).size,
      ).toBeGreaterThan(2);
      expect(await encoded(bytes, { threads: level === 1 ? 3 : 2, rule: rule(level) })).toEqual(alone);
      for (const threads of [1, 2])
        expect(Buffer.compare(await decoded(alone, { threads, rule: rule(level) }), bytes)).toBe(0);
    }
  });

  it('are the same on every engine', async () => {
    const bytes = (await sample()).subarray(0, 2 * blockBytes);
    const { student } = await tinyCodec();
    const archives: EncodedBlock[][] = [];
    for (const engine of ['simd', 'ort-wasm'] as const) {
      const codec = await openNodeCodec({ engine });
      expect((await codec.open(student)).name).toBe(engine);
      archives.push(await encoded(bytes, { codec }));
      expect(Buffer.compare(await decoded(archives[0] ?? [], { codec }), bytes)).toBe(0);
      await codec.dispose();
    }
    expect(archives[1]).toEqual(archives[0]);
  });

  gpuTest(
    'are the same on a GPU, whole segments of many blocks at once, and steps for what it cannot do',
    async () => {
      const { student } = await tinyCodec();
      const bytes = (await sample()).subarray(0, 5000);
      const codec = await openNodeCodec({ engine: 'webgpu', gpu: softwareGpu as GPU });
      expect((await codec.open(student)).engine.segments).toBeDefined();
      for (const [level, length] of [
        [1, 5000],
        [5, 600],
      ] as const) {
        const part = bytes.subarray(0, length);
        const cutting = cut(part, Math.ceil(length / 3));
        const options = { codec, student, rule: rule(level) };
        const blocks: EncodedBlock[] = [];
        for await (const block of encodeBlocks(cutting, options)) blocks.push(block);
        const expected: EncodedBlock[] = [];
        const simd = { ...options, codec: (await tinyCodec()).codec };
        for await (const block of encodeBlocks(cut(part, Math.ceil(length / 3)), simd)) expected.push(block);
        expect(
          blocks.flatMap(({ segments }) => segments).some(({ method }) => method === rule(level).method),
        ).toBe(true);
        expect(blocks).toEqual(expected);
        expect(Buffer.compare(await decoded(blocks, options), part)).toBe(0);
      }
      await codec.dispose();
    },
  );

  it('tell their progress: an engine, bytes that only grow, blocks in order', async () => {
    const bytes = await sample();
    const events: Progress[] = [];
    const onProgress = (event: Progress): unknown => events.push(event);
    const blocks = await encoded(bytes, { threads: 2, onProgress, bytesTotal: bytes.length });
    expect(events.filter(({ type }) => type === 'engine')).toHaveLength(1);
    const finished = events.filter((event) => event.type === 'block');
    expect(finished.map(({ block }) => block)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(finished[1]).toMatchObject({
      bytesIn: blockBytes,
      segments: blocks[1]?.segments.map(({ method }) => ({ method })),
    });
    const work = events.filter((event) => event.type === 'work').map(({ bytesDone }) => bytesDone);
    expect(work).toEqual(work.toSorted((a, b) => a - b));
    expect(work.at(-1)).toBeLessThanOrEqual(bytes.length);
  });

  it('need the student that their level was made for', async () => {
    await expect(encoded(noise(10), { rule: rule(3) })).rejects.toMatchObject({
      code: 'UST_MODEL_ARCHITECTURE',
    });
  });
});

describe('what fails', () => {
  it('in a worker comes out as the same error as here', async () => {
    const blocks = await encoded((await sample()).subarray(0, 3 * blockBytes));
    const broken = blocks.map((block, i) => (i === 1 ? { ...block, checksum: block.checksum ^ 1n } : block));
    const { student } = await tinyCodec();
    for (const threads of [1, 2]) {
      await expect(decoded(broken, { threads })).rejects.toMatchObject({
        code: 'UST_CHECKSUM',
        facts: { where: 'block 1' },
      });
      const fill = ({ originalBytes }: Frame): Uint8Array => new Uint8Array(originalBytes).fill(7);
      const rest = await decoded(broken, { threads, onDamage: fill });
      expect(rest.subarray(blockBytes, 2 * blockBytes).every((byte) => byte === 7)).toBe(true);
      expect(rest.length).toBe(3 * blockBytes);
      const students = async (): Promise<Student> => ({ ...student, id: '0'.repeat(64) });
      await expect(decoded(blocks, { threads, students })).rejects.toMatchObject({
        code: 'UST_MODEL_MISMATCH',
      });
    }
  });

  it('is a worker that dies: its block is done here, and the others go on', async () => {
    const bytes = await sample();
    const expected = await encoded(bytes, { threads: 1 });
    let started = 0;
    // The first worker ends in the middle of its first job, the second one cannot start at all.
    const codec = await codecWith(() => {
      started++;
      if (started === 2) throw new Error('no more threads');
      if (started > 2)
        return workerThread(new Worker(new URL('../node/block-worker-start.mjs', import.meta.url)));
      return workerThread(
        new Worker(
          "require('worker_threads').parentPort.on('message', (m) => m.type === 'job' && process.exit(9))",
          {
            eval: true,
          },
        ),
      );
    });
    expect(await encoded(bytes, { codec })).toEqual(expected);
    expect(started).toBeGreaterThan(2);
    expect(Buffer.compare(await decoded(expected, { codec }), bytes)).toBe(0);
    await codec.dispose();
  });

  it('is an engine that is lost in mid-block: simd does it again', async () => {
    const bytes = await sample();
    const expected = await encoded(bytes, { threads: 1 });
    const { codec } = await tinyCodec();
    const events: Progress[] = [];
    const onProgress = (event: Progress): unknown => events.push(event);
    expect(await encoded(bytes, { codec: losing(codec, 700), threads: 2, onProgress })).toEqual(expected);
    expect(events.filter(({ type }) => type === 'engine')).toMatchObject([
      { engine: 'ort-webgpu' },
      { engine: 'simd', replaces: 'ort-webgpu' },
    ]);
    expect(Buffer.compare(await decoded(expected, { codec: losing(codec, 700) }), bytes)).toBe(0);
  });
});

/** A codec whose first engine stands for a GPU that is lost after some steps; the real engine takes over. */
function losing(codec: Codec, steps: number): Codec {
  const failing = (engine: StudentEngine): StudentEngine => ({
    name: 'ort-webgpu',
    student: engine.student,
    dispose: () => engine.dispose(),
    lanes: (count) => {
      const stepper = engine.lanes(count);
      let left = steps;
      const lossy: LaneStepper = {
        lanes: count,
        step: async (input) => {
          if (left-- === 0) throw new EngineError({ engine: 'ort-webgpu', problem: 'the GPU was lost' });
          return await stepper.step(input);
        },
        reset: () => stepper.reset(),
        state: () => stepper.state(),
        dispose: () => stepper.dispose(),
      };
      return lossy;
    },
  });
  let lost = false;
  return {
    choice: codec.choice,
    threads: codec.threads,
    memoryBytes: codec.memoryBytes,
    gate: codec.gate,
    workers: codec.workers,
    zstd: () => codec.zstd(),
    newCoder: () => codec.newCoder(),
    dispose: () => codec.dispose(),
    open: async (student) => {
      const opened = await codec.open(student);
      return lost
        ? opened
        : { ...opened, engine: failing(opened.engine), name: 'ort-webgpu', reason: 'A test.' };
    },
    replace: async (failed) => {
      lost = true;
      return await codec.open(failed.engine.student);
    },
  };
}

describe('stopping', () => {
  /** Blocks without end; counts those that were taken. */
  async function* endless(taken: { count: number; closed: boolean }): AsyncGenerator<Uint8Array> {
    const { codec, student } = await tinyCodec();
    const block = await sampleOf(codec, student, 60_000);
    try {
      for (;;) {
        taken.count++;
        yield block.slice();
      }
    } finally {
      taken.closed = true;
    }
  }

  it('by signal is prompt on any number of threads, and the next file has new workers', async () => {
    const { student } = await tinyCodec();
    const codec = await openNodeCodec({ engine: 'simd' });
    for (const threads of [1, 2]) {
      const taken = { count: 0, closed: false };
      const controller = new AbortController();
      const options = { codec, student, rule: rule(1), threads, signal: controller.signal };
      const run = async (): Promise<void> => {
        for await (const block of encodeBlocks(endless(taken), options)) void block;
      };
      const running = run();
      let stopped = 0;
      setTimeout(() => {
        stopped = performance.now();
        controller.abort();
      }, 500);
      await expect(running).rejects.toMatchObject({ code: 'UST_ABORTED' });
      expect(performance.now() - stopped).toBeLessThan(1000);
      expect(taken.closed).toBe(true);
    }
    const bytes = await sample();
    expect(await encoded(bytes, { codec, threads: 2 })).toEqual(await encoded(bytes, { threads: 1 }));
    await codec.dispose();
  });

  it('by taking no more lets go of the input, of which few blocks were read ahead', async () => {
    const { codec, student } = await tinyCodec();
    const taken = { count: 0, closed: false };
    const blocks = encodeBlocks(endless(taken), { codec, student, rule: rule(1), threads: 2 });
    await blocks.next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(taken.count).toBeLessThanOrEqual(2 + 2); // one taken, three in flight
    await blocks.return(undefined);
    expect(taken.closed).toBe(true);
  });
});
