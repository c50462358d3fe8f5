/**
 * WGSL of a dense layer: an item is four columns of some rows (positions × lanes), so that a vector of weights serves several lanes
 * and a word of inputs four columns. Sums are exact whatever their order (docs/MODEL.md §4).
 */
import { unclipped, type DenseOp } from '../../student/plan.ts';
import { unsupported } from './memory.ts';
import { forItems, packedWord, pitchOf, sum, times, wordAt, type Kernel } from './wgsl-access.ts';

/** Four products of int8 values, summed. */
export function dot4Wgsl(packed: boolean): string {
  if (packed) return 'fn dot4(a: u32, b: u32) -> i32 { return dot4I8Packed(a, b); }';
  return `fn dot4(a: u32, b: u32) -> i32 {
  let x = bitcast<i32>(a);
  let y = bitcast<i32>(b);
  return extractBits(x, 0u, 8u) * extractBits(y, 0u, 8u) + extractBits(x, 8u, 8u) * extractBits(y, 8u, 8u)
    + extractBits(x, 16u, 8u) * extractBits(y, 16u, 8u) + (x >> 24u) * (y >> 24u);
}`;
}

/** Rows an item takes: the number for which loads and products of the busiest invocation are fewest. */
export function rowsPerItem(rows: number, columns: number, invocations: number): number {
  const cost = (tile: number): number =>
    Math.ceil(((columns / 4) * rows) / tile / invocations) * (4 + 5 * tile);
  return [1, 2, 4, 8]
    .filter((tile) => rows % tile === 0)
    .reduce((best, tile) => (cost(tile) < cost(best) ? tile : best));
}

export function denseWgsl(kernel: Kernel, op: DenseOp): string {
  const { shape, memory, pool } = kernel;
  const { lanes } = shape;
  const pitch = pitchOf(shape);
  if (op.columns % 4 !== 0) throw unsupported(`a layer of ${op.columns} columns`);
  if (memory.packing[op.input.index] !== 4 || op.input.constant || op.input.offset % 4 !== 0)
    throw unsupported('a layer whose inputs are not packed');
  if (op.depth % 4 !== 0 && op.rows > 1) throw unsupported(`rows of ${op.depth} inputs`);
  const place = pool.dense(op);
  const quads = op.columns / 4;
  const tile = rowsPerItem(op.rows * lanes, op.columns, shape.invocations);
  const row = (t: number): string => (t === 0 ? 'row' : `(row + ${t}u)`);
  const origin = shape.memory === 'storage' ? 'origin + ' : '';
  const input = (memory.start[op.input.index] ?? 0) + op.input.offset / 4;
  const rowTiles = (op.rows * lanes) / tile;
  const tiles = Array.from({ length: tile }, (_, t) => t);
  const position = (t: number): string => (op.rows === 1 ? '0u' : `${row(t)} / ${lanes}u`);
  const laneOf = (t: number): string => (op.rows === 1 ? row(t) : `${row(t)} % ${lanes}u`);
  const body = [
    // Rows first: neighbouring invocations then share a vector of weights.
    `let column = i / ${rowTiles}u;`,
    `let row = (i % ${rowTiles}u) * ${tile}u;`,
    `let bias = bitcast<vec4<i32>>(weights[${place.bias}u + column]);`,
    `var at = ${place.weights}u + column;`,
    ...tiles.flatMap((t) => [
      `var s${t} = bias;`,
      `var x${t} = ${origin}${sum(`${input * pitch}u`, times(position(t), place.depthWords * pitch), laneOf(t))};`,
    ]),
    `for (var k = 0u; k < ${place.depthWords}u; k += 1u) {`,
    'let w = weights[at];',
    `at += ${quads}u;`,
    ...tiles.flatMap((t) => [
      `let v${t} = mem[x${t}];`,
      `x${t} += ${pitch}u;`,
      `s${t} += vec4<i32>(dot4(v${t}, w.x), dot4(v${t}, w.y), dot4(v${t}, w.z), dot4(v${t}, w.w));`,
    ]),
    '}',
    `let shift = weights[${place.shift}u + column];`,
    ...tiles.map((t) => `s${t} = ${clipped(`s${t} >> shift`, op)};`),
    ...tiles.map((t) => `{ let lane = ${laneOf(t)};\n${stored(kernel, op, `s${t}`, position(t))} }`),
  ].join('\n');
  return forItems(kernel, quads * rowTiles, body);
}

function clipped(value: string, { low, high }: DenseOp): string {
  const lower = low > unclipped.low ? `max(${value}, vec4<i32>(${low}))` : value;
  return high < unclipped.high ? `min(${lower}, vec4<i32>(${high}))` : lower;
}

/** Writes four neighbouring columns. */
function stored(kernel: Kernel, op: DenseOp, value: string, position: string): string {
  const packing = kernel.memory.packing[op.output.index] ?? 1;
  const first = (kernel.memory.start[op.output.index] ?? 0) + op.output.offset / packing;
  const parts = ['x', 'y', 'z', 'w'].map((part) => `${value}.${part}`);
  return Array.from({ length: 4 / packing }, (_, n) => {
    const word = sum(`${first + n}u`, times('column', 4 / packing), times(position, op.columns / packing));
    return `${wordAt(kernel, word)} = ${packedWord(parts.slice(n * packing, (n + 1) * packing))};`;
  }).join('\n');
}
