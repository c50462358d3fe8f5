/**
 * A codec for Node: coder.wasm from the house, worker threads, ONNX Runtime Web's WASM build for those who ask for it, no GPU
 * unless one is handed over.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { createCodec, type Codec } from '../codec.ts';
import type { EngineName, OrtModule } from '../engines/engine.ts';
import { coderFile } from './house.ts';
import { spawnNodeWorker } from './spawn.ts';

export interface NodeCodecOptions {
  /** `auto` by default. */
  readonly engine?: EngineName | 'auto';
  /** Blocks worked on side by side; the cores by default. Changes no archive. */
  readonly threads?: number;
  /** From Dawn, for the engines that need one; none by default. */
  readonly gpu?: GPU;
}

/** @throws EngineError */
export async function openNodeCodec(options: NodeCodecOptions = {}): Promise<Codec> {
  const coder = await WebAssembly.compile(await readFile(coderFile()));
  return await createCodec({
    coder,
    ort: loadOrt,
    gpu: options.gpu ?? null,
    engine: options.engine ?? 'auto',
    threads: options.threads ?? availableParallelism(),
    spawnWorker: spawnNodeWorker,
    memoryBytes: Math.max(2 ** 30, totalmem() / 2),
  });
}

/** With one thread: its threads meet several times a millisecond, so on a busy machine two are slower than one. */
async function loadOrt(): Promise<OrtModule> {
  const ort: OrtModule = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  return ort;
}
