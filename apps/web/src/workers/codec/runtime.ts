/** Opens the codec for an engine choice: the ONNX Runtime build and the coder's WASM, each loaded once on demand. */
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
  const [ort, coder] = await Promise.all([
    import('onnxruntime-web/webgpu'),
    WebAssembly.compileStreaming(fetch('/wasm/coder.wasm')),
  ]);
  return createCodec({ coder, ort, engine: choice });
}
