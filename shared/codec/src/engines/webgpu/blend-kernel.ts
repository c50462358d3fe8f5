/**
 * The shader of the method `blend`: a workgroup has all lanes of a segment, because what they learn is shared and needs barriers. The network
 * runs for a slice of them at a time, with its values in workgroup memory; then each invocation codes the byte of a lane, and all of them
 * together move the shared state.
 */
import type { Front } from '../../student/metadata.ts';
import type { StudentPlan } from '../../student/plan.ts';
import { head, mostLanes, record, type BlendLayout } from './blend-layout.ts';
import { blendTablesAt } from './blend-tables.ts';
import { exp2Entries } from './exp2-table.ts';
import { bindings, storageWgsl, stateLoops, type KernelSource } from './kernels.ts';
import { layOut } from './memory.ts';
import { buildNetwork } from './network.ts';
import { pitchOf, wordAt, type Kernel, type KernelShape } from './wgsl-access.ts';
import { blendLearnWgsl } from './wgsl-blend-learn.ts';
import { blendMapsWgsl } from './wgsl-blend-maps.ts';
import { blendWgsl } from './wgsl-blend.ts';
import { wideWgsl } from './wgsl-wide.ts';
import { coderWords, decoderWgsl, encoderWgsl } from './wgsl-coder.ts';
import type { Direction } from './wgsl-coding.ts';
import { frontWgsl, frontWords, historyWords } from './wgsl-front.ts';
import { logitWords, normaliseWgsl } from './wgsl-normalise.ts';

const barrier = 'storageBarrier();\nworkgroupBarrier();';

/** @param shape of a slice; its lanes divide those of the layout */
export function blendKernel(
  plan: StudentPlan,
  front: Front,
  direction: Direction,
  shape: KernelShape,
  layout: BlendLayout,
): KernelSource {
  const network = buildNetwork(plan, shape);
  const kernel = { plan, memory: network.memory, shape } as Kernel;
  const { lanes: perSlice, invocations } = shape;
  const { lanes, plain, counts } = layout;
  const slices = lanes / perSlice;
  const exp2At = network.constants.length;
  const tables = blendTablesAt(exp2At + exp2Entries);
  const states = stateLoops(kernel, historyWords * perSlice);
  const stateWords = historyWords * perSlice + states.words;
  const encodes = direction === 'encode';
  const field = (word: number): string =>
    `bitcast<u32>(plain[plain_at + ${plain.lanes + word * lanes}u + lane])`;
  const headWord = (word: number): string => `bitcast<u32>(plain[plain_at + ${plain.head + word}u])`;
  const eachLane = (body: string): string =>
    `for (var lane = local; lane < ${lanes}u; lane += ${invocations}u) { if (t < ${field(record.length)}) {\n${body}\n} }`;
  const coders = (assignment: string): string =>
    `for (var i = local; i < ${coderWords * lanes}u; i += ${invocations}u) { ${assignment} }`;
  const keptCoder = `plain[plain_at + ${plain.lanes + record.coder * lanes}u + i]`;
  const wgsl = /* wgsl */ `${shape.packedDot ? 'requires packed_4x8_integer_dot_product;' : ''}
struct Params { first: u32, end: u32, lanes: u32, unused: u32 }
@group(0) @binding(${bindings.params}) var<uniform> params: Params;
${storageWgsl(bindings.weights, 'read', 'weights', 'array<vec4<u32>>')}
${storageWgsl(bindings.constants, 'read', 'constants', 'array<u32>')}
${storageWgsl(bindings.bytes, encodes ? 'read' : 'read_write', 'bytes', 'array<u32>')}
${storageWgsl(bindings.streams, encodes ? 'read_write' : 'read', 'streams', 'array<u32>')}
${storageWgsl(bindings.state, 'read_write', 'state', 'array<u32>')}
${storageWgsl(bindings.plain, 'read_write', 'plain', 'array<i32>')}
${storageWgsl(bindings.counts, 'read_write', 'counts', 'array<atomic<u32>>')}
${storageWgsl(bindings.slots, 'read_write', 'slots', 'array<atomic<u32>>')}
var<workgroup> mem: array<u32, ${network.memory.total * pitchOf(shape)}>;
var<workgroup> coders: array<u32, ${coderWords * lanes}>;
${frontWgsl(front, shape)}
${network.code}
${encodes ? encoderWgsl : decoderWgsl}
${normaliseWgsl(kernel, exp2At)}
${wideWgsl}
${blendMapsWgsl(layout, tables)}
${blendWgsl(layout, tables, direction)}
${blendLearnWgsl(layout, tables, invocations)}
${storeFrequenciesWgsl(kernel, layout)}
fn push_history(slice_at: u32, lane: u32, t: u32, byte: u32) {
  let at = slice_at + ((t >> 2u) & 7u) * ${perSlice}u + lane % ${perSlice}u;
  let shift = 8u * (t & 3u);
  state[at] = (state[at] & ~(0xffu << shift)) | (byte << shift);
}

@compute @workgroup_size(${invocations})
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3<u32>) {
  plain_at = group.x * ${plain.total}u;
  first_lane_of_segment = group.x * ${lanes}u;
  segment_lanes = ${headWord(head.lanes)};
  lines_mask = ${headWord(head.linesMask)};
  entries_mask = ${headWord(head.entriesMask)};
  counts_at = ${headWord(head.counts)};
  slots_at = ${headWord(head.slots)};
  if (params.first == 0u) {
    blend_start(local);
    for (var lane = local; lane < ${lanes}u; lane += ${invocations}u) {
      coder_start(lane, first_lane_of_segment + lane, ${field(record.stream)});
    }
  } else {
    ${coders(`coders[i] = bitcast<u32>(${keptCoder});`)}
  }
  ${barrier}
  for (var t = params.first; t < params.end; t += 1u) {
    for (var slice = 0u; slice < ${slices}u; slice += 1u) {
      let kept = (group.x * ${slices}u + slice) * ${stateWords}u;
      for (var i = local; i < ${historyWords * perSlice}u; i += ${invocations}u) { history[i] = state[kept + i]; }
      ${states.load}
      workgroupBarrier();
      front(local, t);
      workgroupBarrier();
      network(local);
      workgroupBarrier();
      store_frequencies(local, slice, normalise(local));
      ${states.save}
      workgroupBarrier();
    }
    ${barrier}
    ${eachLane('blend_lane(lane, t);')}
    ${barrier}
    ${eachLane('settle_lines(lane);')}
    ${barrier}
    ${eachLane('count_new_owners(lane, byte_of(lane, t));')}
    ${barrier}
    ${eachLane(`move_histories(lane, byte_of(lane, t));
advance_match(lane, t, 0u, 8u);
advance_match(lane, t, 1u, 5u);`)}
    learn_shared(local, t);
    ${barrier}
    ${eachLane(`enter_matches(lane, t);
let byte = byte_of(lane, t);
push_context(lane, byte);
push_history((group.x * ${slices}u + lane / ${perSlice}u) * ${stateWords}u, lane, t, byte);`)}
    forget(local);
    ${barrier}
    if (local == 0u) {
      atomicStore(&counts[counts_at + ${counts.listed}u], 0u);
      atomicStore(&counts[counts_at + ${counts.listed + 1}u], 0u);
    }
  }
  ${barrier}
  ${coders(`${keptCoder} = bitcast<i32>(coders[i]);`)}
}
`;
  return { shape, network, wgsl, stateWords: slices * stateWords, memoryWords: 0 };
}

/** Brings a slice's frequencies, what is left over added, from workgroup memory to where its lanes' invocations read them. */
function storeFrequenciesWgsl(kernel: Kernel, { lanes, plain }: BlendLayout): string {
  const { lanes: perSlice, invocations } = kernel.shape;
  const team = invocations / perSlice;
  const words = logitWords / team;
  const pair = wordAt(kernel, `${kernel.memory.start[kernel.plan.logits] ?? 0}u + w`);
  return /* wgsl */ `
fn store_frequencies(local: u32, slice: u32, top: u32) {
  let lane = local % ${perSlice}u;
  var given = 0u;
  for (var k = 0u; k < ${team}u; k += 1u) { given += part_a[k * ${perSlice}u + lane]; }
  let first = (local / ${perSlice}u) * ${words}u;
  for (var w = first; w < first + ${words}u; w += 1u) {
    let rest = select(0u, (65536u - given) << (16u * (top & 1u)), (top >> 1u) == w);
    plain[plain_at + ${plain.frequencies}u + w * ${lanes}u + slice * ${perSlice}u + lane] = bitcast<i32>(${pair} + rest);
  }
}
`;
}

/** Bytes of workgroup memory that the shader takes. */
function blendWorkgroupBytes(
  memoryTotal: number,
  frontTotal: number,
  shape: KernelShape,
  lanes: number,
): number {
  return (
    4 * (memoryTotal * pitchOf(shape) + frontTotal * shape.lanes + 2 * shape.invocations + coderWords * lanes)
  );
}

/** Undefined where the shader does not fit the device's workgroup memory. */
export function blendShape(
  plan: StudentPlan,
  front: Front,
  usual: KernelShape,
  limitBytes: number,
): KernelShape | undefined {
  if (usual.memory !== 'workgroup') return undefined;
  const { total } = layOut(plan);
  for (let { lanes } = usual; lanes >= 4; lanes /= 2) {
    const shape = { ...usual, lanes, invocations: Math.min(usual.invocations, 128 * lanes) };
    if (blendWorkgroupBytes(total, frontWords(front), shape, mostLanes) <= limitBytes) return shape;
  }
  return undefined;
}
