/** Opens the codec for an engine choice: the coder's WASM, and ONNX Runtime where it is chosen, each loaded once on demand. */
import { createCodec, type Codec } from '@understudy/codec';
import type { EngineChoice } from './api.ts';

let current: { choice: EngineChoice; codec: Promise<Codec> } | undefined;

/** The codec for this choice; another choice disposes of the one before. */
export async function openCodec(choice: EngineChoice): Promise<Codec> {
  if (current?.choice !== choice) {
    const previous = current;
    current = { choice, codec: load(choice) };
    await previous?.codec.then((codec) => codec.dispose()).catch(() => undefined);
  }
  const opening = current;
  return opening.codec.catch((error: unknown) => {
    // A failed download must not be remembered: the next try starts afresh.
    if (current === opening) current = undefined;
    throw error;
  });
}

async function load(choice: EngineChoice): Promise<Codec> {
  const coder = await WebAssembly.compileStreaming(fetch('/wasm/coder.wasm'));
  // ONNX Runtime is 27 MB: fetched only when an engine that is made of it opens.
  return createCodec({ coder, ort: () => import('onnxruntime-web/webgpu'), engine: choice });
}
