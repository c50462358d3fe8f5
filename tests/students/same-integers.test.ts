/**
 * The promise of docs/MODEL.md on real runtimes: every student in the repository gives the logits and states of its parity.bin,
 * which PyTorch's integer form wrote, on ONNX Runtime's native CPU, its WebAssembly and its WebGPU provider, integer for integer.
 * (ONNX Runtime in Python is held to the same at every export; the page's own WebGPU in tests/e2e.)
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLaneCoder, readParity, type Front, type ParityVectors } from '@understudy/codec';
import { loadStudentFolder } from '@understudy/codec/node';
import * as native from 'onnxruntime-node';
import * as web from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const softwareVulkan = '/usr/lib/chromium/vk_swiftshader_icd.json';
process.env.VK_ICD_FILENAMES ??= softwareVulkan;
process.env.XDG_RUNTIME_DIR ??= tmpdir();

const folders = ['models', 'tests/models'].flatMap((where) =>
  readdirSync(join(root, where), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, where, entry.name, 'student.onnx')))
    .map((entry) => join(where, entry.name)),
);

/** What a runtime offers here; `steps`: SwiftShader needs some 30 ms a step, so it does not walk all of them. */
interface Runtime {
  readonly name: string;
  readonly steps: number;
  readonly needsVulkan?: true;
  open(onnx: Uint8Array): Promise<native.InferenceSession>;
  tensor(data: Int32Array | Float32Array, dims: number[]): native.Tensor;
}

const runtimes: Runtime[] = [
  {
    name: 'onnxruntime-node, CPU',
    steps: Infinity,
    open: (onnx) => native.InferenceSession.create(onnx),
    tensor: (data, dims) => new native.Tensor(data, dims),
  },
  {
    name: 'onnxruntime-web, WASM',
    steps: Infinity,
    open: (onnx) => web.InferenceSession.create(onnx, { executionProviders: ['wasm'] }),
    tensor: (data, dims) => new web.Tensor(data, dims),
  },
  {
    name: 'onnxruntime-node, WebGPU',
    steps: 6,
    needsVulkan: true,
    open: (onnx) =>
      native.InferenceSession.create(onnx, {
        executionProviders: ['webgpu'],
        // an operator that silently moves to the CPU would prove nothing
        extra: { session: { disable_cpu_ep_fallback: '1' } },
      }),
    tensor: (data, dims) => new native.Tensor(data, dims),
  },
];

/** The graph's integer inputs [steps][lanes · inputs] for the vectors' bytes, made by the coder that archives are made with. */
async function graphInputs(front: Front, vectors: ParityVectors): Promise<Int32Array[]> {
  const { lanes, steps, bytes } = vectors;
  const coder = await createLaneCoder(
    await WebAssembly.compile(readFileSync(join(root, 'public/wasm/coder.wasm'))),
  );
  const block = Uint8Array.from(bytes, (_, i) => bytes[(i % steps) * lanes + Math.floor(i / steps)] ?? 0);
  coder.startEncode(front, block, lanes);
  return Array.from({ length: steps }, (_, step) => {
    const inputs = coder.inputs().slice();
    coder.encodeStep(
      Float32Array.from(vectors.logits.subarray(step * lanes * 256, (step + 1) * lanes * 256)),
    );
    return inputs;
  });
}

const hasVulkan = existsSync(softwareVulkan);

// Without Chromium's software driver WebGPU in Node cannot be tested here; CI must have it (apt-get install chromium).
const present = runtimes.filter(({ needsVulkan }) => !needsVulkan || hasVulkan || process.env.CI === 'true');
it.skipIf(present.length < runtimes.length)('finds the driver for WebGPU in Node', () => {
  expect(hasVulkan, `${softwareVulkan} is missing; apt-get install chromium`).toBe(true);
});

describe.each(folders)('%s', (folder) => {
  it.each(present)('gives the integers of its parity vectors on $name', async (runtime) => {
    const { metadata } = await loadStudentFolder(join(root, folder));
    const vectors = readParity(readFileSync(join(root, folder, 'parity.bin')));
    const { lanes } = vectors;
    const steps = Math.min(vectors.steps, runtime.steps);
    const inputs = await graphInputs(metadata.front, vectors);
    const session = await runtime.open(readFileSync(join(root, folder, 'student.onnx')));
    const inputName = metadata.front.kind === 'ngram' ? 'rows' : 'window';
    let state: Float32Array[] = metadata.state.map(({ width }) => new Float32Array(lanes * width));
    for (let step = 0; step < steps; step++) {
      const input = inputs[step] as Int32Array;
      const fed: Record<string, native.Tensor> = {
        [inputName]: runtime.tensor(input, [lanes, input.length / lanes]),
      };
      for (const [i, { name, width }] of metadata.state.entries()) {
        fed[`state_${name}`] = runtime.tensor(state[i] as Float32Array, [lanes, width]);
      }
      const outputs = await session.run(fed);
      const expected = vectors.logits.subarray(step * lanes * 256, (step + 1) * lanes * 256);
      const found = Int32Array.from(outputs.logits?.data as Float32Array);
      expect(found, `logits of step ${step}`).toEqual(Int32Array.from(expected));
      state = metadata.state.map(({ name }) => (outputs[`next_${name}`]?.data as Float32Array).slice());
    }
    if (steps === vectors.steps && metadata.state.length === 1) {
      expect(Int32Array.from(state[0] as Float32Array)).toEqual(vectors.state);
    }
    await session.release();
  });
});
