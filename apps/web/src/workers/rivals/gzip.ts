/** gzip as the browser has it: CompressionStream, whose level (6 in Chromium and Firefox) cannot be chosen. */
import type { Rival } from './rival.ts';

async function through(
  input: Uint8Array<ArrayBuffer>,
  transform: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const output = new Blob([input]).stream().pipeThrough(transform);
  return new Uint8Array(await new Response(output).arrayBuffer());
}

export const gzip: Rival = {
  compress: (input) => through(input, new CompressionStream('gzip')),
  decompress: (input) => through(input, new DecompressionStream('gzip')),
};
