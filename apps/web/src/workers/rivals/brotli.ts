/** Brotli at quality 11, its strongest, with its built-in dictionary (WASM build of the Rust library). */
import loading from 'brotli-wasm';
import type { Rival } from './rival.ts';

const library = await loading;

export const brotli: Rival = {
  compress: async (input) => library.compress(input, { quality: 11 }) as Uint8Array<ArrayBuffer>,
  decompress: async (input) => library.decompress(input) as Uint8Array<ArrayBuffer>,
};
