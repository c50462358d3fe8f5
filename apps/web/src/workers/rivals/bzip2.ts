/** bzip2 with blocks of 900 kB, the Burrows-Wheeler transform's best known child (WASM build of the reference library, 1.0.8). */
import BZip2 from 'bzip2-wasm';
import type { Rival } from './rival.ts';

const library = new BZip2();
await library.init();

const blockSize = 9;
/** What bzip2 promises never to exceed. */
const mostBytes = (bytes: number): number => Math.ceil(bytes * 1.01) + 600;

/** The library wants to know how much comes out; a stream does not say. */
let originalBytes = 0;

export const bzip2: Rival = {
  async compress(input) {
    originalBytes = input.length;
    return library.compress(input, blockSize, mostBytes(input.length));
  },
  decompress: async (input) => library.decompress(input, originalBytes),
};
