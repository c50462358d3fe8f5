/**
 * Codes the same blocks by one method on the engine `webgpu` and on one thread of `simd`, compares the payloads byte for byte, and
 * prints the adapter, MB/s in both directions and their ratios.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { UstError, type Codec, type LaneCoder, type SegmentCoder, type Student } from '@understudy/codec';
import { loadNodeStudent, openDawn, openNodeCodec } from '@understudy/codec/node';
import { cutBlocks, madeUpText, type Block } from './blocks.ts';

const usage = `Usage: npm run bench:gpu -- [FILE] [options]
  --size BYTES        of made-up text where no file is given, or of the file (32 MB; 32 KB on a software adapter)
  --model NAME        swift-1
  --block BYTES       4194304
  --method NAME       student (the default), or blend
  --lane BYTES        4096, blend 8192 (64 on a software adapter)
  --lanes N           most lanes of a block: 512, blend 256
  --runs N            3; the fastest counts
  --software          SwiftShader, even where there is a GPU`;

const options = {
  size: { type: 'string' },
  model: { type: 'string', default: 'swift-1' },
  block: { type: 'string', default: '4194304' },
  lane: { type: 'string' },
  lanes: { type: 'string' },
  method: { type: 'string', default: 'student' },
  runs: { type: 'string', default: '3' },
  software: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

interface Figures {
  readonly seconds: number;
  readonly results: readonly Uint8Array[];
}

export async function main(argv: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    if (values.help || positionals.length > 1) {
      console.log(usage);
      return values.help ? 0 : 2;
    }
    return await bench(values, positionals[0]);
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) {
      console.error(`${error.message}\n${usage}`);
      return 2;
    }
    console.error(
      error instanceof UstError || (error instanceof Error && 'code' in error) ? error.message : error,
    );
    return 3;
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

async function bench(values: Values, file: string | undefined): Promise<number> {
  const gpu = await openDawn(values.software);
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (gpu === null || adapter == null) {
    console.error(
      'There is no WebGPU adapter here. On Linux Dawn needs libvulkan1 and a driver; --software needs chromium.',
    );
    return 3;
  }
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const software = isFallbackAdapter || architecture === 'swiftshader';
  const name = [vendor, architecture, device, description].filter((part) => part !== '').join(', ');
  console.log(`adapter  ${name}${software ? ' (software: its speed says nothing about GPUs)' : ''}`);

  const method = values.method === 'blend' ? 'blend' : 'student';
  const size = Number(values.size ?? (software ? 32768 : 32 << 20));
  const read = file === undefined ? undefined : new Uint8Array(await readFile(file));
  const bytes =
    read === undefined
      ? madeUpText(size)
      : read.subarray(0, values.size === undefined && !software ? undefined : size);
  const cut = {
    blockBytes: Number(values.block),
    laneBytes: Number(values.lane ?? (software ? 64 : method === 'blend' ? 8192 : 4096)),
    mostLanes: Number(values.lanes ?? (method === 'blend' ? 256 : 512)),
  };
  const blocks = cutBlocks(bytes, cut);
  const lanes = blocks.reduce((sum, block) => sum + block.lanes, 0);
  console.log(
    `input    ${file ?? 'made-up text'}, ${bytes.length} bytes, ${blocks.length} blocks, ${lanes} lanes`,
  );

  const student = await loadNodeStudent(values.model);
  const codecs = {
    webgpu: await openNodeCodec({ engine: 'webgpu', gpu }),
    simd: await openNodeCodec({ engine: 'simd', threads: 1 }),
  };
  const begin = performance.now();
  const { engine } = await codecs.webgpu.open(student);
  console.log(
    `model    ${values.model}; engine ready, parity checked in ${seconds(performance.now() - begin)} s`,
  );
  const cpu = await cpuCoder(codecs.simd, student, method);
  const coder = method === 'blend' ? engine.blendSegments : engine.segments;
  const fewest = Math.min(...blocks.map((block) => block.lanes));
  if (coder === undefined || fewest < coder.fewestLanes) {
    console.error(`The engine does not code segments of ${fewest} lanes by ${method} here.`);
    return 3;
  }
  const runs = Number(values.runs);

  const encoded = await fastest(runs, () => gpuRun(coder, blocks));
  const cpuEncoded = await fastest(runs, async () => cpu.encode(blocks));
  const packed = blocks.map((block, i) => ({ ...block, payload: cpuEncoded.results[i] as Uint8Array }));
  const decoded = await fastest(runs, () => gpuRun(coder, packed));
  const cpuDecoded = await fastest(runs, async () => cpu.decode(packed));

  const payloadBytes = encoded.results.reduce((sum, { length }) => sum + length, 0);
  console.log(`payload  ${payloadBytes} bytes, ${((100 * payloadBytes) / bytes.length).toFixed(2)} %`);
  console.log('\n| direction | webgpu MB/s | simd, one thread, MB/s | ratio |\n| --- | ---: | ---: | ---: |');
  const row = (direction: string, a: Figures, b: Figures): void => {
    const speed = ({ seconds: s }: Figures): string => (bytes.length / 1e6 / s).toPrecision(3);
    console.log(`| ${direction} | ${speed(a)} | ${speed(b)} | ${(b.seconds / a.seconds).toPrecision(3)} |`);
  };
  row('encode', encoded, cpuEncoded);
  row('decode', decoded, cpuDecoded);

  const same = (a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean =>
    a.every((part, i) => Buffer.compare(part, b[i] as Uint8Array) === 0);
  const originals = blocks.map((block) => block.bytes);
  const exact =
    same(encoded.results, cpuEncoded.results) &&
    same(decoded.results, originals) &&
    same(cpuDecoded.results, originals);
  console.log(
    exact ? '\nPayloads are the same, both decode.' : '\nTHE ENGINES DIFFER: please report this adapter.',
  );
  return exact ? 0 : 1;
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2);

/** The first run compiles shaders and warms code: it counts only if it is the fastest. */
async function fastest(runs: number, code: () => Promise<readonly Uint8Array[]>): Promise<Figures> {
  let best: Figures | undefined;
  for (let run = 0; run < Math.max(1, runs); run++) {
    const begin = performance.now();
    const results = await code();
    const taken = (performance.now() - begin) / 1000;
    if (best === undefined || taken < best.seconds) best = { seconds: taken, results };
  }
  return best as Figures;
}

/** All blocks at once; payloads where there are any, else encoding. */
function gpuRun(
  segments: SegmentCoder,
  blocks: readonly (Block & { readonly payload?: Uint8Array })[],
): Promise<Uint8Array[]> {
  return Promise.all(
    blocks.map(async ({ bytes, lanes, payload }) =>
      payload === undefined
        ? ((await segments.encode(bytes, lanes)) ?? new Uint8Array())
        : await segments.decode(payload, bytes.length, lanes),
    ),
  );
}

interface CpuCoder {
  encode(blocks: readonly Block[]): Uint8Array[];
  decode(blocks: readonly (Block & { readonly payload: Uint8Array })[]): Uint8Array[];
}

async function cpuCoder(codec: Codec, student: Student, method: 'student' | 'blend'): Promise<CpuCoder> {
  const { engine } = await codec.open(student);
  const coder: LaneCoder = await codec.newCoder();
  if (engine.plan !== undefined) coder.loadNetwork(engine.plan);
  const { front } = student.metadata;
  return {
    encode: (blocks) =>
      blocks.map(({ bytes, lanes }) => {
        coder.runSteps(coder.startEncode(front, bytes, lanes, method));
        return coder.finishEncode() ?? new Uint8Array();
      }),
    decode: (blocks) =>
      blocks.map(({ payload, bytes, lanes }) => {
        coder.runSteps(coder.startDecode(front, payload, bytes.length, lanes, method));
        return coder.finishDecode();
      }),
  };
}
