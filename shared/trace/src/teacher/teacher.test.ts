/** The WASM teacher: the same archives and traces as the native one (goldens made by it), progress, stop, bad input. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { TraceReader } from '../reader.ts';
import {
  Teacher,
  TeacherArchiveError,
  TeacherOptionError,
  type TeacherLive,
  type TeacherProgress,
} from './index.ts';
import { goldenInputs } from './golden-inputs.ts';

interface Digest {
  bytes: number;
  sha256: string;
}
interface Goldens {
  version: string;
  files: Record<string, { archive: Digest; withLstm: Digest; trace: Digest }>;
}

let teacher: Teacher;
let golden: Goldens;
const memory = 16;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return new Uint8Array(Buffer.concat(all));
}

beforeAll(async () => {
  golden = JSON.parse(await readFile(new URL('golden.json', import.meta.url), 'utf8')) as Goldens;
  const wasm = await readFile(new URL('../../../../public/wasm/teacher.wasm', import.meta.url));
  teacher = await Teacher.load(await WebAssembly.compile(wasm));
});

describe('equals the native teacher bit for bit', () => {
  it('has the version that the goldens were made with', () => {
    expect(teacher.version).toBe(golden.version);
  });

  it.each(Object.entries(goldenInputs))('on %s', async (name, bytes) => {
    const expected = golden.files[name];
    const archive = await teacher.compress(bytes, { memory });
    expect({ bytes: archive.length, sha256: sha256(archive) }).toEqual(expected?.archive);
    expect(sha256(await teacher.decompress(archive))).toBe(sha256(bytes));
    const withLstm = await teacher.compress(bytes, { memory, lstm: true });
    expect({ bytes: withLstm.length, sha256: sha256(withLstm) }).toEqual(expected?.withLstm);
    expect(sha256(await teacher.decompress(withLstm))).toBe(sha256(bytes));
    const range: [number, number] = [1000, 1600];
    const trace = await collect(
      teacher.trace(bytes, { memory, range, warmUp: 700, stride: 2, sourceName: name }),
    );
    expect({ bytes: trace.length, sha256: sha256(trace) }).toEqual(expected?.trace);
  });
});

it('gives a trace stream that the reader accepts, and the live view of its last byte', async () => {
  const bytes = goldenInputs.text.subarray(0, 900);
  let live: TeacherLive | undefined;
  const options = { memory, profile: 'compact', onLive: (view: TeacherLive) => (live = view) } as const;
  const reader = await TraceReader.open(teacher.trace(bytes, options));
  expect(reader.header.components).toEqual(teacher.components);
  let rows = 0;
  for await (const frame of reader.frames()) rows += frame.rows;
  expect(rows).toBe(900);
  const archive = await teacher.compress(bytes, { memory });
  expect(reader.end).toMatchObject({ rows: 900, archiveBytes: archive.length });
  expect(live?.bytes).toBe(900);
  expect(live?.symbol).toBe(bytes[899]);
  expect(Math.abs(live!.bits / 8 + 52 - archive.length)).toBeLessThan(4);
  expect(live!.finalProb.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4);
  expect(live!.mixerWeights).toHaveLength(8);
  expect(live!.componentWeights).toHaveLength(teacher.components.length);
});

it('compresses nothing and a single byte', async () => {
  for (const bytes of [new Uint8Array(0), Uint8Array.of(255)]) {
    expect(await teacher.decompress(await teacher.compress(bytes, { memory }))).toEqual(bytes);
  }
});

it('reports progress up to the end', async () => {
  const seen: TeacherProgress[] = [];
  await teacher.compress(goldenInputs.text, { memory, onProgress: (progress) => seen.push(progress) });
  expect(seen.at(-1)).toEqual({ bytesDone: goldenInputs.text.length, bytesTotal: goldenInputs.text.length });
  expect(seen.length).toBeGreaterThan(1);
});

it('stops when told to, in all three jobs', async () => {
  const archive = await teacher.compress(goldenInputs.text, { memory });
  const stopping = (): { memory: number; signal: AbortSignal; onProgress: () => void } => {
    const controller = new AbortController();
    return { memory, signal: controller.signal, onProgress: () => controller.abort(new Error('enough')) };
  };
  await expect(teacher.compress(goldenInputs.text, stopping())).rejects.toThrow('enough');
  await expect(teacher.decompress(archive, stopping())).rejects.toThrow('enough');
  await expect(collect(teacher.trace(goldenInputs.text, stopping()))).rejects.toThrow('enough');
});

it('refuses archives that are damaged, cut off, foreign or bound to a warm-up, and options that do not fit', async () => {
  const archive = await teacher.compress(goldenInputs.text, { memory });
  const changed = archive.slice();
  changed[200]! ^= 1;
  for (const bad of [changed, archive.subarray(0, 300), goldenInputs.text, new Uint8Array(0)]) {
    await expect(teacher.decompress(bad)).rejects.toThrow(TeacherArchiveError);
  }
  const warm = await teacher.compress(goldenInputs.text, { memory, range: [500, 900], warmUp: 500 });
  await expect(teacher.decompress(warm)).rejects.toThrow(/warm-up/);
  await expect(teacher.compress(goldenInputs.text, { memory: 8 })).rejects.toThrow(TeacherOptionError);
  await expect(teacher.compress(goldenInputs.text, { range: [9, 1e9] })).rejects.toThrow(/range end/);
});
