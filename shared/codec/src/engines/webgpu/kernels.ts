/**
 * The two shaders, put together: `student` codes many steps of whole lanes without the CPU (context, network, normalisation, range
 * coder); `step` runs the network alone for one step, on inputs from the CPU, and gives the logits back. Both keep a workgroup's
 * lanes in one place from dispatch to dispatch: state buffer [groups][words][lanes].
 */
import type { Front } from '../../student/metadata.ts';
import { inputsPerLane } from '../../student/metadata.ts';
import type { StudentPlan } from '../../student/plan.ts';
import { exp2Table } from './exp2-table.ts';
import { layOut } from './memory.ts';
import { barrierWgsl, buildNetwork, type Network } from './network.ts';
import { pitchOf, wordAt, type Kernel, type KernelShape } from './wgsl-access.ts';
import { codingWgsl, codingWords, invocationsFor, type Direction } from './wgsl-coding.ts';
import { frontWgsl, frontWords, historyWords } from './wgsl-front.ts';

/** Binding numbers of all shaders; those that one does not use are not bound there. */
export const bindings = {
  params: 0,
  weights: 1,
  constants: 2,
  lanes: 3,
  bytes: 4,
  streams: 5,
  state: 6,
  memory: 7,
  /** Of the blend (blend-layout.ts). */
  plain: 8,
  counts: 9,
  slots: 10,
} as const;

/** Words of the uniform buffer: first step, end of steps, lanes, unused. */
export const paramWords = 4;

export interface KernelSource {
  readonly shape: KernelShape;
  readonly network: Network;
  readonly wgsl: string;
  /** Words of a workgroup in the state buffer, and in the memory buffer (0 where the network is in workgroup memory). */
  readonly stateWords: number;
  readonly memoryWords: number;
}

export interface AdapterLimits {
  readonly workgroupStorageBytes: number;
  /** Most of a workgroup; lanes a power of two, at least 4. */
  readonly lanes: number;
  readonly invocations: number;
  readonly packedDot: boolean;
}

/**
 * Lanes and invocations of a workgroup: as many lanes as fit into workgroup memory, a power of two; where not even four do, the
 * network's values go into a storage buffer.
 */
export function chooseShape(plan: StudentPlan, front: Front, limits: AdapterLimits): KernelShape {
  const { total } = layOut(plan);
  const { packedDot } = limits;
  const perLane = 4 * (frontWords(front) + codingWords.lane);
  for (let { lanes } = limits; lanes >= 4; lanes /= 2) {
    const invocations = invocationsFor(lanes, limits.invocations);
    const shape = { lanes, invocations, packedDot, memory: 'workgroup' } as const;
    const bytes = lanes * perLane + 4 * (total * pitchOf(shape) + codingWords.invocation * invocations);
    if (bytes <= limits.workgroupStorageBytes) return shape;
  }
  const lanes = 4;
  const invocations = invocationsFor(lanes, limits.invocations);
  return { lanes, invocations, packedDot, memory: 'storage' };
}

export const storageWgsl = (
  binding: number,
  access: 'read' | 'read_write',
  name: string,
  type: string,
): string => `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: ${type};`;

function head(shape: KernelShape, memoryWords: number): string {
  const { packedDot, memory } = shape;
  return [
    packedDot ? 'requires packed_4x8_integer_dot_product;' : '',
    'struct Params { first: u32, end: u32, lanes: u32, unused: u32 }',
    `@group(0) @binding(${bindings.params}) var<uniform> params: Params;`,
    storageWgsl(bindings.weights, 'read', 'weights', 'array<vec4<u32>>'),
    storageWgsl(bindings.constants, 'read', 'constants', 'array<u32>'),
    storageWgsl(bindings.state, 'read_write', 'state', 'array<u32>'),
    memory === 'storage'
      ? `${storageWgsl(bindings.memory, 'read_write', 'mem', 'array<u32>')}\nvar<private> origin: u32;`
      : `var<workgroup> mem: array<u32, ${memoryWords}>;`,
  ].join('\n');
}

/** Loops that move a workgroup's kept words between the state buffer, from word `at` behind `kept` on, and where the shader has them. */
function keepLoop(
  { lanes, invocations }: KernelShape,
  words: number,
  at: number,
  target: string,
): { load: string; save: string } {
  const state = `state[kept + ${at}u + i]`;
  const loop = (assignment: string): string =>
    `for (var i = local; i < ${words * lanes}u; i += ${invocations}u) { ${assignment}; }`;
  return { load: loop(`${target} = ${state}`), save: loop(`${state} = ${target}`) };
}

/** The same for the network's state entries; `words` of the workgroup in all. */
export function stateLoops(kernel: Kernel, at: number): { load: string; save: string; words: number } {
  const { lanes } = kernel.shape;
  let words = 0;
  const loops = kernel.memory.states.map((entry) => {
    const value = wordAt(kernel, `${entry.start}u + i / ${lanes}u`, `i % ${lanes}u`);
    const loop = keepLoop(kernel.shape, entry.words, at + words, value);
    words += entry.words * lanes;
    return loop;
  });
  return {
    load: loops.map(({ load }) => load).join('\n'),
    save: loops.map(({ save }) => save).join('\n'),
    words,
  };
}

interface Parts {
  readonly kernel: Kernel;
  readonly network: Network;
  readonly memoryWords: number;
  readonly setUp: string;
}

function parts(plan: StudentPlan, shape: KernelShape): Parts {
  const network = buildNetwork(plan, shape);
  const { memory } = network;
  const memoryWords = memory.total * pitchOf(shape);
  const inStorage = shape.memory === 'storage';
  return {
    kernel: { plan, memory, shape } as Kernel,
    network,
    memoryWords,
    setUp: inStorage ? `origin = group.x * ${memoryWords}u;` : '',
  };
}

const entry = (invocations: number): string =>
  `@compute @workgroup_size(${invocations})
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3<u32>) {`;

/** Steps params.first … params.end − 1 of all lanes. */
export function studentKernel(
  plan: StudentPlan,
  front: Front,
  direction: Direction,
  shape: KernelShape,
): KernelSource {
  const { kernel, network, memoryWords, setUp } = parts(plan, shape);
  const { lanes, invocations } = shape;
  const barrier = barrierWgsl(shape);
  const coders = keepLoop(shape, codingWords.lane, 0, 'coders[i]');
  const historyAt = codingWords.lane * lanes;
  const history = keepLoop(shape, historyWords, historyAt, 'history[i]');
  const statesAt = historyAt + historyWords * lanes;
  const states = stateLoops(kernel, statesAt);
  const stateWords = statesAt + states.words;
  const encodes = direction === 'encode';
  const wgsl = `${head(shape, memoryWords)}
${storageWgsl(bindings.lanes, 'read', 'lane_table', 'array<vec2<u32>>')}
${storageWgsl(bindings.bytes, encodes ? 'read' : 'read_write', 'bytes', 'array<u32>')}
${storageWgsl(bindings.streams, encodes ? 'read_write' : 'read', 'streams', 'array<u32>')}
${frontWgsl(front, shape)}
${network.code}
${codingWgsl(kernel, direction, network.constants.length)}
${entry(invocations)}
${setUp}
let kept = group.x * ${stateWords}u;
${coders.load}
${history.load}
${states.load}
${barrier}
if (params.first == 0u && local < ${lanes}u) {
  let at = group.x * ${lanes}u + local;
  if (at < params.lanes) { coder_start(local, at, lane_table[at].y); }
}
for (var t = params.first; t < params.end; t += 1u) {
${barrier}
front(local, t);
${barrier}
network(local);
${barrier}
code_stage(local, t, group.x);
}
${barrier}
${coders.save}
${history.save}
${states.save}
}
`;
  return {
    shape,
    network,
    wgsl,
    stateWords,
    memoryWords: shape.memory === 'storage' ? memoryWords : 0,
  };
}

/** One step of the network: inputs in `bytes` [lanes, inputs a lane], logits as pairs of int16 in `streams` [lanes, 128]. */
export function stepKernel(plan: StudentPlan, front: Front, shape: KernelShape): KernelSource {
  const { kernel, network, memoryWords, setUp } = parts(plan, shape);
  const { lanes, invocations } = shape;
  const barrier = barrierWgsl(shape);
  const states = stateLoops(kernel, 0);
  const logits = kernel.memory.start[plan.logits] ?? 0;
  const wgsl = `${head(shape, memoryWords)}
${storageWgsl(bindings.bytes, 'read', 'inputs', 'array<i32>')}
${storageWgsl(bindings.streams, 'read_write', 'logits', 'array<u32>')}
var<private> first_lane: u32;
fn input_value(place: u32, lane: u32) -> i32 {
  return inputs[min(first_lane + lane, params.lanes - 1u) * ${inputsPerLane(front)}u + place];
}
${network.code}
${entry(invocations)}
${setUp}
first_lane = group.x * ${lanes}u;
let kept = group.x * ${states.words}u;
${states.load}
${barrier}
network(local);
${barrier}
for (var i = local; i < ${128 * lanes}u; i += ${invocations}u) {
  let lane = i / 128u;
  if (first_lane + lane < params.lanes) {
    logits[first_lane * 128u + i] = ${wordAt(kernel, `${logits}u + i % 128u`)};
  }
}
${states.save}
}
`;
  return {
    shape,
    network,
    wgsl,
    stateWords: states.words,
    memoryWords: shape.memory === 'storage' ? memoryWords : 0,
  };
}

/** What all shaders of a plan read as `constants`: the network's, the table T, and what else is given. */
export function sharedConstants(network: Network, more: Uint32Array): Uint32Array {
  const exp2 = exp2Table();
  const all = new Uint32Array(network.constants.length + exp2.length + more.length);
  all.set(network.constants);
  all.set(exp2, network.constants.length);
  all.set(more, network.constants.length + exp2.length);
  return all;
}
