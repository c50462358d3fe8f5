/** The teacher itself, with its own archive: a context mixer that knows nothing when it begins. */
import { Teacher } from '@understudy/trace';
import type { Rival } from './rival.ts';

const teacher = await Teacher.load(await WebAssembly.compileStreaming(fetch('/wasm/teacher.wasm')));

export const theTeacher: Rival = {
  compress: async (input) => (await teacher.compress(input)) as Uint8Array<ArrayBuffer>,
  decompress: async (input) => (await teacher.decompress(input)) as Uint8Array<ArrayBuffer>,
};
