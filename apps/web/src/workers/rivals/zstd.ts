/** Zstandard at level 19 (WASM build of the reference library). */
import { compress, decompress, init } from '@bokuweb/zstd-wasm';
import type { Rival } from './rival.ts';

await init();

export const zstd: Rival = {
  compress: async (input) => compress(input, 19) as Uint8Array<ArrayBuffer>,
  decompress: async (input) => decompress(input) as Uint8Array<ArrayBuffer>,
};
