/** Words that the shaders of the blend share with the coder in WebAssembly: wasm/coder/src/blend/shader_tables.h has their order. */
import { finalInputs, inputs, mixerRows } from './blend-layout.ts';

const finalLogitLimit = 2839;
const logitLimit = 2047;
const points = 16;

const sizes = {
  squash: 2 * finalLogitLimit + 1,
  coarse: 4096,
  tail: 4096,
  next: 2 * 256,
  initial: 256,
  weights: mixerRows.length * inputs,
  finalWeights: finalInputs,
} as const;

/** Words that a LaneCoder gives. */
export const shaderTableWords = Object.values(sizes).reduce((sum, size) => sum + size, 0);

/** First words of the tables; `points`: what those of the probability maps start at (docs/BLEND.md §6). */
export type BlendTables = Readonly<Record<keyof typeof sizes | 'points', number>>;

/** @param first word of all */
export function blendTablesAt(first: number): BlendTables {
  let at = first;
  const places: Record<string, number> = {};
  for (const [name, size] of Object.entries(sizes)) {
    places[name] = at;
    at += size;
  }
  return { ...places, points: at } as BlendTables;
}

/** The words for the buffer of constants. */
export function blendConstants(shared: Int32Array): Uint32Array {
  const all = new Uint32Array(shared.length + points);
  all.set(shared);
  for (let i = 0; i < points; i++) {
    const logit = Math.min(Math.max(Math.floor((4096 * i) / (points - 1)) - 2048, -logitLimit), logitLimit);
    all[shared.length + i] = shared[logit + finalLogitLimit] ?? 0;
  }
  return all;
}
