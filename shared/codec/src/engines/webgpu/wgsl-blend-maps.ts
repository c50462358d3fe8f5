/** WGSL of the blend's two probability maps (docs/BLEND.md §6): what they say, and what they are taught. */
import type { BlendLayout } from './blend-layout.ts';
import type { BlendTables } from './blend-tables.ts';

export function blendMapsWgsl({ counts }: BlendLayout, tables: BlendTables): string {
  const count = (at: number, index: string): string => `counts[counts_at + ${at}u + ${index}]`;
  return /* wgsl */ `
fn count_point(point: u32, bit: u32, weight: i32) {
  let at = counts_at + ${counts.points}u + 2u * point;
  let before = atomicAdd(&counts[at], 0x10000u);
  let p = point_value(before, point);
  atomicAdd(&counts[at + 1u], bitcast<u32>(((select(0, 65535, bit == 1u) - p) * weight) >> 13u));
  if ((before >> 16u) == 0u) {
    let place = atomicAdd(&${count(counts.listed, '1u')}, 1u);
    atomicStore(&${count(counts.pointList, 'place')}, point);
  }
}

// Points are kept as differences from where they start, so that a cleared buffer is a fresh map.
fn point_value(word: u32, point: u32) -> i32 {
  return i32((word + constants[${tables.points}u + (point & 15u)]) & 0xffffu);
}

fn refine(logit: i32, context: u32) -> i32 {
  let at = (logit + 2048) * 15;
  let weight = (at >> 5u) & 127;
  let point = context * 16u + u32(at >> 12u);
  let low = point_value(atomicLoad(&${count(counts.points, '2u * point')}), point);
  let high = point_value(atomicLoad(&${count(counts.points, '2u * point + 2u')}), point + 1u);
  return (low * (128 - weight) + high * weight + 64) >> 7u;
}

fn teach_map(logit: i32, context: u32, bit: u32) {
  let at = (logit + 2048) * 15;
  let weight = (at >> 5u) & 127;
  let point = context * 16u + u32(at >> 12u);
  count_point(point, bit, 128 - weight);
  count_point(point + 1u, bit, weight);
}
`;
}
