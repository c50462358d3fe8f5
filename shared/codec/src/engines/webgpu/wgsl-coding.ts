/**
 * WGSL of the stage after the logits, for the method `student`: normalisation and one symbol of every lane, coded by the invocation whose run
 * of symbols has it. The stage is a function `code_stage(local, t, group)`, so that another method can put its own in this place.
 */
import { coderWords, decoderWgsl, encoderWgsl } from './wgsl-coder.ts';
import { wordAt, type Kernel } from './wgsl-access.ts';
import { logitWords, normaliseWgsl } from './wgsl-normalise.ts';

export type Direction = 'encode' | 'decode';

/** Words of workgroup memory for each lane, and for each invocation. */
export const codingWords = { lane: coderWords, invocation: 2 } as const;

/** Invocations of a workgroup of so many lanes: at least one a lane, and no more than have symbols to look after. */
export function invocationsFor(lanes: number, most: number): number {
  return Math.max(lanes, Math.min(most, lanes * logitWords));
}

/**
 * @param exp2At first word of the table T among the constants
 * Needs `lane_table`, `bytes`, `streams` and `params`.
 */
export function codingWgsl(
  { memory, plan, shape }: Pick<Kernel, 'memory' | 'plan' | 'shape'>,
  direction: Direction,
  exp2At: number,
): string {
  const { lanes, invocations } = shape;
  const team = invocations / lanes;
  const words = logitWords / team;
  const kernel = { memory, plan, shape } as Kernel;
  const pair = wordAt(kernel, `${memory.start[plan.logits] ?? 0}u + w`);
  const forTeam = `for (var k = 0u; k < ${team}u; k += 1u)`;
  const isOwner =
    direction === 'encode'
      ? `let wanted = (bytes[(t >> 2u) * params.lanes + at] >> (8u * (t & 3u))) & 0xffu;
  if (wanted / ${2 * words}u != team) { return; }`
      : `let mine = part_a[local] + select(0u, rest, top / ${2 * words}u == team);
  if (goal < cumulative || goal >= cumulative + mine) { return; }`;
  const found = direction === 'encode' ? 'symbol == wanted' : 'goal < cumulative + frequency';
  const stored =
    direction === 'encode'
      ? 'push_byte(lane, t, symbol);'
      : `let word = push_byte(lane, t, symbol);
  if ((t & 3u) == 3u || t + 1u == lane_table[at].x) { bytes[(t >> 2u) * params.lanes + at] = word; }`;
  return /* wgsl */ `
var<workgroup> coders: array<u32, ${coderWords * lanes}>;

${direction === 'encode' ? encoderWgsl : decoderWgsl}
${normaliseWgsl({ memory, plan, shape }, exp2At)}

fn code_stage(local: u32, t: u32, group: u32) {
  // Of a decoder: taken before the last barrier, because the invocation that finds its symbol behind it changes it.
  let goal = coders[(local % ${lanes}u) * ${coderWords}u + 4u];
  code_own_symbol(local, t, group, normalise(local), goal);
}

fn code_own_symbol(local: u32, t: u32, group: u32, top: u32, goal: u32) {
  let lane = local % ${lanes}u;
  let team = local / ${lanes}u;
  let at = group * ${lanes}u + lane;
  if (at >= params.lanes || t >= lane_table[at].x) { return; }
  var cumulative = 0u;
  var given = 0u;
  ${forTeam} {
    let part = part_a[k * ${lanes}u + lane];
    given += part;
    cumulative += select(0u, part, k < team);
  }
  let rest = 65536u - given;
  cumulative += select(0u, rest, top < team * ${2 * words}u);
  ${isOwner}
  var symbol = team * ${2 * words}u;
  var frequency = 0u;
  loop {
    let w = symbol >> 1u;
    frequency = ((${pair} >> (16u * (symbol & 1u))) & 0xffffu) + select(0u, rest, symbol == top);
    if (${found}) { break; }
    cumulative += frequency;
    symbol += 1u;
  }
  code_symbol(lane, at, lane_table[at].y, cumulative, frequency);
  ${stored}
}
`;
}
