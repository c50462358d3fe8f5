/**
 * A codec for Node: coder.wasm from the house, ONNX Runtime Web's WASM build, no GPU unless one is handed over.
 */
import { readFile } from 'node:fs/promises';
import { createCodec, type Codec } from '../codec.ts';
import type { EngineName, OrtModule } from '../engines/engine.ts';
import { coderFile } from './house.ts';

export interface NodeCodecOptions {
  /** `auto` by default; in Node that is ort-wasm. */
  readonly engine?: EngineName | 'auto';
  /** Threads of ONNX Runtime, 1 by default. Only the first codec of a process sets it. */
  readonly threads?: number;
}

/** @throws EngineError */
export async function openNodeCodec(options: NodeCodecOptions = {}): Promise<Codec> {
  const coder = await WebAssembly.compile(await readFile(coderFile()));
  const ort: OrtModule = await import('onnxruntime-web');
  // One unless asked: threads meet several times a millisecond, so on a busy machine two are slower than one.
  ort.env.wasm.numThreads = options.threads ?? 1;
  ort.env.logLevel = 'error';
  return await createCodec({ coder, ort, gpu: null, engine: options.engine ?? 'auto' });
}
