/**
 * WGSL of docs/MODEL.md §5: packed logits become packed frequencies where they lie, but for what is left over to 65,536. A lane has a team of
 * invocations; each looks after a run of neighbouring symbols, and leaves the sum of their frequencies in `part_a`.
 */
import { exp2Entries } from './exp2-table.ts';
import { barrierWgsl } from './network.ts';
import { wordAt, type Kernel } from './wgsl-access.ts';

/** Words of a lane's logits. */
export const logitWords = 128;

/** @param exp2At first word of the table T among the constants */
export function normaliseWgsl(
  { memory, plan, shape }: Pick<Kernel, 'memory' | 'plan' | 'shape'>,
  exp2At: number,
): string {
  const { lanes, invocations } = shape;
  const team = invocations / lanes;
  const words = logitWords / team;
  const pair = wordAt({ memory, plan, shape } as Kernel, `${memory.start[plan.logits] ?? 0}u + w`);
  const barrier = barrierWgsl(shape);
  const forWords = `for (var w = first; w < first + ${words}u; w += 1u)`;
  const forTeam = `for (var k = 0u; k < ${team}u; k += 1u)`;
  return /* wgsl */ `
var<workgroup> part_a: array<u32, ${invocations}>;
var<workgroup> part_b: array<u32, ${invocations}>;

// T of the distance from the largest logit.
fn exp2_of(distance: i32) -> u32 { return constants[${exp2At}u + u32(min(distance, ${exp2Entries - 1}))]; }

// T[0] = 65536 is kept in 16 bits as 65535, which no other entry is.
fn unpacked_exp2(value: u32) -> u32 { return value + select(0u, 1u, value == 65535u); }

fn frequency_of(exp2: u32, total: u32) -> u32 { return 1u + exp2 * 65280u / total; }

// Returns the symbol that what is left over belongs to.
fn normalise(local: u32) -> u32 {
  let lane = local % ${lanes}u;
  let team = local / ${lanes}u;
  let first = team * ${words}u;

  // The largest logit, and the lowest symbol that has it: one number, the larger the better.
  var best = 0u;
  ${forWords} {
    let pair = bitcast<i32>(${pair});
    best = max(best, (u32(extractBits(pair, 0u, 16u) + 32768) << 8u) | (255u - 2u * w));
    best = max(best, (u32((pair >> 16u) + 32768) << 8u) | (254u - 2u * w));
  }
  part_a[local] = best;
  ${barrier}
  ${forTeam} { best = max(best, part_a[k * ${lanes}u + lane]); }
  let largest = i32(best >> 8u) - 32768;
  let top = 255u - (best & 0xffu);

  var sum = 0u;
  ${forWords} {
    let pair = bitcast<i32>(${pair});
    let a = exp2_of(largest - extractBits(pair, 0u, 16u));
    let b = exp2_of(largest - (pair >> 16u));
    sum += a + b;
    ${pair} = min(a, 65535u) | (min(b, 65535u) << 16u);
  }
  part_b[local] = sum;
  ${barrier}
  var total = 0u;
  ${forTeam} { total += part_b[k * ${lanes}u + lane]; }

  var given = 0u;
  ${forWords} {
    let pair = ${pair};
    let a = frequency_of(unpacked_exp2(pair & 0xffffu), total);
    let b = frequency_of(unpacked_exp2(pair >> 16u), total);
    given += a + b;
    ${pair} = a | (b << 16u);
  }
  part_a[local] = given;
  ${barrier}
  return top;
}
`;
}
