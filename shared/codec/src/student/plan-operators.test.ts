/** Every allowed operator, in uses that the models at hand have not, keeps its integers in a plan; what has no integer form is refused. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createLaneCoder } from '../coder/lane-coder.ts';
import { coderFile } from '../node/house.ts';
import { evaluate, GraphWriter } from '../testing/graph.ts';
import { PlanInterpreter } from '../testing/plan-interpreter.ts';
import { noise } from '../testing/test-kit.ts';
import type { StudentMetadata } from './metadata.ts';
import { buildPlan } from './plan-builder.ts';
import { proveBounds } from './proof.ts';

const metadata: StudentMetadata = {
  contract: 1,
  architecture: 'test',
  front: { kind: 'window', bytes: 32 },
  state: [],
  logitsPerOctave: 32,
  normalisation: 1,
};

/** Writes nodes from `x` (the window in float32, [lanes, 32]); returns an int8-valued tensor [lanes, width]. */
type Write = (g: GraphWriter, x: string) => readonly [tensor: string, width: number];

const clip8 = (g: GraphWriter, x: string): string => g.node('Clip', [x, g.scalar(-127), g.scalar(127)]);
const ints = (g: GraphWriter, ...values: number[]): string => g.constant('int64', [values.length], values);
const weights = (g: GraphWriter, dims: number[], seed: number): string => {
  const values = Array.from(
    noise(
      dims.reduce((a, b) => a * b, 1),
      seed,
    ),
    (byte) => Math.max(byte - 128, -127),
  );
  return g.node('Cast', [g.constant('int8', dims, values)], { to: [1] });
};

const cases: readonly (readonly [string, Write])[] = [
  [
    'minima and maxima of tensors, a constant minus a tensor, a tensor times itself',
    (g, x) => {
      const y = g.node('Sub', [g.scalar(127), x]);
      const z = g.node('Max', [g.node('Relu', [y]), g.node('Min', [x, g.scalar(100), g.node('Abs', [y])])]);
      const square = g.node('Mul', [z, z]);
      return [
        clip8(
          g,
          g.node('Floor', [g.node('Mul', [g.node('Add', [square, g.scalar(64)]), g.scalar(1 / 128)])]),
        ),
        32,
      ];
    },
  ],
  [
    'rescalings by channel and by fractions that are no power of two',
    (g, x) => {
      const scales = g.constant(
        'float32',
        [32],
        Array.from({ length: 32 }, (_, i) => 2 ** -(1 + (i % 9))),
      );
      const a = g.node('Floor', [g.node('Mul', [scales, x])]);
      const b = g.node('Floor', [g.node('Mul', [x, g.scalar(0.375)])]);
      return [clip8(g, g.node('Sub', [b, a])), 32];
    },
  ],
  [
    'reshapes of turned tensors, and parts joined along an inner axis',
    (g, x) => {
      const y = g.node('Reshape', [g.node('Sub', [x, g.scalar(128)]), ints(g, -1, 8, 4)]);
      const turned = g.node('Transpose', [clip8(g, y)], { perm: [0, 2, 1] });
      const left = g.node('Slice', [turned, ints(g, 1), ints(g, 5), ints(g, 2)]);
      const both = g.node('Concat', [left, g.node('Relu', [turned]), left], { axis: [2] });
      return [g.node('Reshape', [both, ints(g, -1, 64)]), 64];
    },
  ],
  [
    'sums and maxima over several axes, with and without them kept',
    (g, x) => {
      const y = g.node('Reshape', [g.node('Sub', [x, g.scalar(100)]), ints(g, -1, 2, 4, 4)]);
      const sum = g.node('ReduceSum', [y, ints(g, 1, 3)], { keepdims: [1] });
      const spread = g.node('Sub', [g.node('ReduceMax', [y, ints(g, 2)], { keepdims: [1] }), y]);
      const half = g.node('Floor', [
        g.node('Mul', [g.node('Add', [g.node('Add', [spread, sum]), g.scalar(4)]), g.scalar(0.125)]),
      ]);
      const total = g.node('ReduceSum', [g.node('Abs', [half]), ints(g, -1)], { keepdims: [0] });
      const flat = g.node('Reshape', [
        g.node('Floor', [g.node('Mul', [total, g.scalar(1 / 16)])]),
        ints(g, -1, 8),
      ]);
      return [clip8(g, flat), 8];
    },
  ],
  [
    'look-ups by computed numbers, of single values and of rows',
    (g, x) => {
      const index = g.node('Cast', [g.node('Floor', [g.node('Mul', [x, g.scalar(1 / 16)])])], { to: [6] });
      const values = g.constant(
        'float32',
        [16],
        Array.from({ length: 16 }, (_, i) => 300 - 41 * i),
      );
      const one = clip8(g, g.node('Gather', [values, index]));
      const rows = g.node('Gather', [weights(g, [16, 3], 4), index]);
      return [g.node('Concat', [one, g.node('Reshape', [rows, ints(g, -1, 96)])], { axis: [1] }), 128];
    },
  ],
  [
    'products of tensors, of a tensor with a batch of constants, and a sum of products',
    (g, x) => {
      const y = clip8(g, g.node('Reshape', [g.node('Sub', [x, g.scalar(128)]), ints(g, -1, 4, 8)]));
      const own = g.node('MatMul', [y, g.node('Transpose', [y], { perm: [0, 2, 1] })]);
      const small = clip8(g, g.node('Floor', [g.node('Mul', [own, g.scalar(1 / 1024)])]));
      const mixed = g.node('MatMul', [small, y]);
      const batched = g.node('MatMul', [
        g.node('Reshape', [y, ints(g, -1, 4, 1, 8)]),
        weights(g, [4, 8, 8], 5),
      ]);
      const sum = g.node('Add', [mixed, g.node('Reshape', [batched, ints(g, -1, 4, 8)])]);
      const pooled = g.node('ReduceSum', [g.node('Mul', [y, weights(g, [4, 8], 6)]), ints(g, 1)], {
        keepdims: [1],
      });
      const all = g.node('Add', [sum, pooled]);
      const scaled = g.node('Floor', [
        g.node('Mul', [g.node('Add', [all, g.scalar(512)]), g.scalar(1 / 1024)]),
      ]);
      return [g.node('Reshape', [clip8(g, scaled), ints(g, -1, 32)]), 32];
    },
  ],
  [
    'dense layers whose result is used twice, not clipped, or rescaled by tensors',
    (g, x) => {
      const y = clip8(g, g.node('Sub', [x, g.scalar(128)]));
      const raw = g.node('MatMul', [y, weights(g, [32, 20], 7)]);
      const twice = g.node('Floor', [
        g.node('Mul', [g.node('Add', [raw, g.scalar(512)]), g.scalar(1 / 1024)]),
      ]);
      const bounded = g.node('Min', [
        g.node('Max', [twice, g.scalar(-50)]),
        g.constant(
          'float32',
          [20],
          Array.from({ length: 20 }, (_, i) => i - 10),
        ),
      ]);
      return [g.node('Concat', [clip8(g, twice), clip8(g, bounded)], { axis: [-1] }), 40];
    },
  ],
];

function finished(write: Write): GraphWriter {
  const g = new GraphWriter();
  const [tensor, width] = write(g, g.node('Cast', ['window'], { to: [1] }));
  const bias = g.constant(
    'float32',
    [256],
    Array.from({ length: 256 }, (_, i) => 37 * i - 4000),
  );
  const sum = g.node('Add', [g.node('MatMul', [tensor, weights(g, [width, 256], 9)]), bias]);
  const scaled = g.node('Floor', [g.node('Mul', [sum, g.scalar(1 / 256)])]);
  g.node('Clip', [scaled, g.scalar(-2047), g.scalar(2047)], {}, 'logits');
  return g;
}

describe('a plan with', () => {
  it.each(cases)('%s', async (_, write) => {
    const model = finished(write).model();
    const plan = buildPlan(model, metadata, proveBounds(model, metadata));
    const coder = await createLaneCoder(await WebAssembly.compile(readFileSync(coderFile())));
    coder.loadNetwork(plan);
    coder.startNetwork(metadata.front, 5);
    const windows = Int32Array.from(noise(5 * 32, 11), (byte, i) =>
      i % 7 === 0 ? 255 : i % 5 === 0 ? 0 : byte,
    );
    const answers = coder.stepNetwork(windows);
    for (let lane = 0; lane < 5; lane++) {
      const window = Array.from(windows.subarray(lane * 32, (lane + 1) * 32));
      const expected = evaluate(model, window);
      expect(new PlanInterpreter(plan).step(window)).toEqual(expected);
      expect(Array.from(answers.subarray(lane * 256, (lane + 1) * 256))).toEqual(expected);
    }
  });

  it('a fraction that is clipped before it is floored is refused, by the name of the node', () => {
    const model = finished((g, x) => {
      const half = g.node('Mul', [x, g.scalar(0.5)]);
      return [g.node('Floor', [g.node('Min', [half, g.scalar(100)], {}, 'the_culprit')]), 32];
    }).model();
    const bounds = proveBounds(model, metadata);
    expect(() => buildPlan(model, metadata, bounds)).toThrow(
      expect.objectContaining({
        code: 'UST_MODEL_INVALID',
        message: expect.stringMatching(/the_culprit/) as unknown,
      }),
    );
  });
});
