/** The second decoder of `blend` and `binary`, written from docs/BLEND.md, against what the coder writes. */
import { readFileSync } from 'node:fs';
import { createLaneCoder, type LaneCoder, loadStudent, type Student } from '@understudy/codec';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawn } from '../golden/contents.ts';
import { blendLanes } from './blend.ts';
import { Graph, type Tensor } from './graph.ts';
import { laneStreams, RangeDecoder } from './lanes.ts';
import { RangeEncoder } from './range-encoder.ts';
import { PlainStudent } from './student.ts';

const house = (path: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../../${path}`, import.meta.url)));
const model = house('tests/models/tiny-swift/student.onnx');
const plain = new PlainStudent(model);
const graph = new Graph(model);
let coder: LaneCoder;
let student: Student;

beforeAll(async () => {
  student = await loadStudent(model);
  coder = await createLaneCoder(await WebAssembly.compile(house('public/wasm/coder.wasm')));
});

function encode(bytes: Uint8Array, lanes: number, method: 'blend' | 'binary', recordLength = 0): Uint8Array {
  const { front, state } = student.metadata;
  const steps = coder.startEncode(front, bytes, lanes, method, { recordLength });
  if (method === 'binary') coder.runSteps(steps);
  else {
    let states = state.map(({ name, width }): [string, Tensor] => [
      `state_${name}`,
      { dims: [lanes, width], data: new Float64Array(lanes * width) },
    ]);
    for (let step = 0; step < steps; step++) {
      const rows = Array.from(coder.inputs());
      const values = graph.run(
        new Map([...states, ['rows', { dims: [lanes, rows.length / lanes], data: rows }]]),
      );
      states = state.map(({ name }) => [`state_${name}`, values.get(`next_${name}`)!]);
      coder.encodeStep(Float32Array.from(values.get('logits')!.data));
    }
  }
  return coder.finishEncode()!;
}

/** The payload decodes to the bytes, and the probabilities code these to the same streams again. */
function expectDecoded(bytes: Uint8Array, lanes: number, method: 'blend' | 'binary', recordLength = 0): void {
  const streams = laneStreams(encode(bytes, lanes, method, recordLength), lanes);
  const coders = streams.map((stream) => ({
    decoder: new RangeDecoder(stream),
    encoder: new RangeEncoder(),
  }));
  const both = coders.map(({ decoder, encoder }) => ({
    bit: (p: number): 0 | 1 => {
      const bit = decoder.bit(p);
      encoder.bit(p, bit);
      return bit;
    },
  }));
  const student = method === 'blend' ? plain : undefined;
  expect(blendLanes(both, bytes.length, student, recordLength)).toEqual(bytes);
  expect(coders.map(({ encoder }) => encoder.finish())).toEqual(streams.map((stream) => stream.slice()));
}

/** Whole numbers below `below`: xorshift32. */
function drawer(seed = 1): (below: number) => number {
  let x = (seed * 2654435761 + 1) | 0;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 8) % below;
  };
}

const noise = (count: number, seed = 1): Uint8Array => {
  const draw = drawer(seed);
  return Uint8Array.from({ length: count }, () => draw(256));
};

/** Sentences of made-up words, capitals and numbers, with letters of other scripts; words come back. */
function prose(count: number): Uint8Array {
  const draw = drawer(2);
  const words = Array.from({ length: 90 }, () =>
    Array.from({ length: 1 + draw(9) }, () => 'etaoinshrdlucmé'[draw(15)]).join(''),
  );
  let text = '';
  while (text.length < count) {
    const word = words[Math.min(draw(90), draw(90))]!;
    const isFirst = text === '' || /[.\n] ?$/.test(text);
    text += isFirst ? word[0]!.toUpperCase() + word.slice(1) : draw(20) === 0 ? String(draw(3000)) : word;
    text += [' ', ' ', ' ', ' ', ' ', ', ', '. ', '.\n', "'s ", ' - '][draw(10)]!;
  }
  return new TextEncoder().encode(text).subarray(0, count);
}

/** Rows of a table, most of each row as in the one before: long matches. */
function markup(count: number): Uint8Array {
  const draw = drawer(3);
  let text = '<!doctype html>\n<table class="figures">\n';
  while (text.length < count)
    text += `  <tr id="row-${draw(40)}"><td class="name">Entry ${draw(9)}</td><td>${draw(1000)}&nbsp;kB</td></tr>\n`;
  return new TextEncoder().encode(text).subarray(0, count);
}

/** Records of 12 bytes: a counter, a value that wanders, a kind, zeros. */
function records(count: number): Uint8Array {
  const draw = drawer(4);
  let value = 1000;
  return Uint8Array.from({ length: count }, (_, i) => {
    const row = Math.floor(i / 12);
    if (i % 12 === 0) value += draw(21) - 10;
    return [row, row >> 8, 0, 0, value, value >> 8, 0, 0, draw(3), 255, 0, draw(16)][i % 12]!;
  });
}

/** Lanes that begin with what is easy to foretell, for probabilities at their limits, and end with noise. */
function endingInNoise(easy: Uint8Array, lanes: number): Uint8Array {
  const count = Math.floor(easy.length / lanes);
  return new Uint8Array(
    Buffer.concat(
      Array.from({ length: lanes }, (_, lane) =>
        Buffer.concat([easy.subarray(lane * count, (lane + 1) * count), noise(80, lane + 7)]),
      ),
    ),
  );
}

/** Noise once, and the same again: matches of every length up to that of the piece. */
const twice = (count: number): Uint8Array =>
  new Uint8Array(Buffer.concat([noise(count, 3), noise(count, 3)]));

/** The second half repeats the first, with bytes changed now and then: both match models find, follow and lose. */
function repeated(count: number): Uint8Array {
  const draw = drawer(5);
  const once = noise(Math.ceil(count / 2));
  return Uint8Array.from({ length: count }, (_, i) =>
    i >= once.length && draw(40) === 0 ? draw(256) : once[i % once.length]!,
  );
}

describe('the plain decoder of blend', () => {
  it.each([
    ['one byte', Uint8Array.of(65), 1],
    ['prose', prose(2500), 1],
    ['prose', prose(2000), 2],
    ['prose', prose(2501), 5],
    ['markup', markup(2000), 1],
    ['markup', markup(1999), 5],
    ['noise', noise(2000), 1],
    ['noise', noise(2004), 5],
    ['zeros', endingInNoise(new Uint8Array(700), 1), 1],
    ['zeros', endingInNoise(new Uint8Array(1500), 5), 5],
    ['a long match', endingInNoise(twice(700), 1), 1],
    ['long matches', endingInNoise(new Uint8Array(Buffer.concat([noise(400, 3), noise(400, 3)])), 2), 2],
    ['repeats', repeated(2001), 2],
    // Weights that reach their limit.
    ['what the student foretells', drawn(plain, 4000, 1), 1],
    ['prose in many lanes', prose(2000), 150],
    ['zeros in many lanes', endingInNoise(new Uint8Array(6000), 60).subarray(0, 6000), 60],
  ] as const)('decodes %s', (_, bytes, lanes) => {
    expectDecoded(bytes, lanes, 'blend');
  });
});

describe('the plain decoder of binary', () => {
  it.each([
    ['records', records(2000), 1, 0],
    ['records', records(2000), 1, 12],
    ['records', records(2501), 3, 0],
    ['records', records(2501), 3, 12],
    ['noise', noise(1500), 3, 0],
    ['zeros', endingInNoise(new Uint8Array(700), 1), 1, 1],
    ['repeats', repeated(2000), 1, 0],
    ['repeats', repeated(2001), 3, 5],
    ['records longer than they are', prose(1500), 1, 4000],
  ] as const)('decodes %s', (_name, bytes, lanes, recordLength) => {
    expectDecoded(bytes, lanes, 'binary', recordLength);
  });
});
