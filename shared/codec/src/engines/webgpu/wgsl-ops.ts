/**
 * WGSL of a plan's other operations: look-ups, computed dot products, reductions and element-wise maps. An item writes whole words
 * (memory.ts), for one lane.
 */
import type { GatherOp, MapOp, MatMulOp, Operand, ReduceOp } from '../../student/plan.ts';
import { joinedAxes, mapGranule, type Packing } from './memory.ts';
import {
  element,
  extracted,
  forItems,
  indices,
  numberOf,
  packedWord,
  source,
  sum,
  wordAt,
  type Kernel,
} from './wgsl-access.ts';

const size = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

/** Item i is word i / lanes of lane i % lanes. */
function forWords(kernel: Kernel, words: number, body: string): string {
  const { lanes } = kernel.shape;
  return forItems(kernel, words * lanes, `let lane = i % ${lanes}u;\nlet q = i / ${lanes}u;\n${body}`);
}

const packingOfView = (kernel: Kernel, view: Operand): Packing => kernel.memory.packing[view.index] ?? 1;

/** Assigns to word `word` of an output. */
function writesWord(kernel: Kernel, view: Operand, word: string, value: string): string {
  const start = (kernel.memory.start[view.index] ?? 0) + view.offset / packingOfView(kernel, view);
  return `${wordAt(kernel, sum(`${start}u`, word))} = ${value};`;
}

function writes(kernel: Kernel, view: Operand, word: string, values: readonly string[]): string {
  return writesWord(kernel, view, word, packedWord(values));
}

export function gatherWgsl(kernel: Kernel, op: GatherOp): string {
  const packing = packingOfView(kernel, op.output);
  const perRow = op.columns / packing; // words of the output
  const index = element(kernel, op.index, numberOf(op.index.offset, [op.index.strides.at(-1) ?? 1], ['row']));
  const table = kernel.pool.place(op.table);
  // Packed outputs take whole words of int8 tables (memory.ts); others a value at a time.
  const value =
    packing === 1
      ? packedWord([`extract_constant_${table.packing}(${table.at}u, u32(${index}) * ${perRow}u + column)`])
      : `constants[${table.at}u + u32(${index}) * ${perRow}u + column]`;
  const place = `let row = q / ${perRow}u;\nlet column = q % ${perRow}u;`;
  return forWords(
    kernel,
    size(op.index.shape) * perRow,
    `${place}\n${writesWord(kernel, op.output, 'q', value)}`,
  );
}

/** Σ_k a[k] · b[k] for element numbers that begin at these texts and go on by these strides. */
function dotLoop(
  kernel: Kernel,
  a: { view: Operand; start: string; stride: number },
  b: { view: Operand; start: string; stride: number },
  depth: number,
  target: string,
): string {
  const packed = [a, b].every(
    ({ view, stride }) =>
      stride === 1 &&
      packingOfView(kernel, view) === 4 &&
      !view.constant &&
      [view.offset, ...view.strides.filter((step) => step !== 1)].every((step) => step % 4 === 0),
  );
  if (packed && depth % 4 === 0) {
    const word = ({ view, start }: typeof a): string =>
      source(kernel, view).word(sum(`${source(kernel, view).at}u`, `((${start}) >> 2u)`, 'k'));
    return `for (var k = 0u; k < ${depth / 4}u; k += 1u) { ${target} += dot4(${word(a)}, ${word(b)}); }`;
  }
  const value = ({ view, start, stride }: typeof a): string =>
    element(kernel, view, sum(start, stride === 0 ? '0u' : `k * ${stride}u`));
  return `for (var k = 0u; k < ${depth}u; k += 1u) { ${target} += ${value(a)} * ${value(b)}; }`;
}

export function matmulWgsl(kernel: Kernel, op: MatMulOp): string {
  const packing = packingOfView(kernel, op.output);
  const rank = op.output.shape.length;
  const depth = op.a.shape[rank - 1] ?? 1;
  const at = indices(op.output.shape, `(q * ${packing}u)`, 'n');
  const columnName = at.names[rank - 1] ?? '0u';
  const parts = Array.from({ length: packing }, (_, j) => j);
  const aNames = at.names.slice(0, -1);
  const aStart = numberOf(op.a.offset, op.a.strides.slice(0, -1), aNames);
  const bStart = (j: number): string =>
    numberOf(
      op.b.offset,
      [...op.b.strides.slice(0, -2), op.b.strides[rank - 1] ?? 0],
      [...at.names.slice(0, -2), j === 0 ? columnName : `(${columnName} + ${j}u)`],
    );
  const lines = parts.flatMap((j) => [
    `var s${j} = 0;`,
    dotLoop(
      kernel,
      { view: op.a, start: aStart, stride: op.a.strides[rank - 1] ?? 0 },
      { view: op.b, start: bStart(j), stride: op.b.strides[rank - 2] ?? 0 },
      depth,
      `s${j}`,
    ),
  ]);
  return forWords(
    kernel,
    size(op.output.shape) / packing,
    [
      at.code,
      ...lines,
      writes(
        kernel,
        op.output,
        'q',
        parts.map((j) => `s${j}`),
      ),
    ].join('\n'),
  );
}

export function reduceWgsl(kernel: Kernel, op: ReduceOp): string {
  const packing = packingOfView(kernel, op.output);
  const kept = op.input.shape.map((dim, axis) => (op.axes.includes(axis) ? 1 : dim));
  const code: string[] = [];
  const parts = Array.from({ length: packing }, (_, j) => j);
  for (const j of parts) {
    const at = indices(kept, `(q * ${packing}u + ${j}u)`, `n${j}_`);
    const names = at.names.map((name, axis) => (op.axes.includes(axis) ? `r${axis}` : name));
    const number = numberOf(op.input.offset, op.input.strides, names);
    const value = element(kernel, op.input, number);
    const start = op.operator === 'sum' ? '0' : '-2147483647';
    const update = op.operator === 'sum' ? `s${j} += ${value};` : `s${j} = max(s${j}, ${value});`;
    const loops = op.axes.map(
      (axis) => `for (var r${axis} = 0u; r${axis} < ${op.input.shape[axis] ?? 1}u; r${axis} += 1u) {`,
    );
    code.push(at.code, `var s${j} = ${start};`, ...loops, update, '}'.repeat(loops.length));
  }
  code.push(
    writes(
      kernel,
      op.output,
      'q',
      parts.map((j) => `s${j}`),
    ),
  );
  return forWords(kernel, size(kept) / packing, code.join('\n'));
}

export function mapWgsl(kernel: Kernel, op: MapOp): string {
  const granule = mapGranule(op, kernel.memory.packing);
  const outputs = op.outputs.map(({ to }) => to);
  const { shape, strides } = joinedAxes([...outputs, ...op.inputs]);
  const at = indices(shape, granule === 1 ? 'q' : `(q * ${granule}u)`, 'n');
  const parts = Array.from({ length: granule }, (_, j) => j);
  const code = [at.code];
  const loaded = op.inputs.map((view, v) =>
    loads(kernel, view, strides[outputs.length + v] ?? [], at.names, granule, v),
  );
  code.push(...loaded.map((load) => load.code));
  for (const j of parts) {
    op.steps.forEach((step, s) => {
      const of = (index: number): string => `t${index}_${j}`;
      const text = (): string => {
        switch (step.do) {
          case 'load':
            return loaded[step.input]?.values[j] ?? '0';
          case 'constant':
            return `i32(${step.value})`;
          case 'abs':
            return `abs(${of(step.a)})`;
          case 'lookup': {
            const { at: first, packing } = kernel.pool.place(step.table);
            return `extract_constant_${packing}(${first}u, bitcast<u32>(${of(step.a)}))`;
          }
          case 'shift':
            return `${of(step.a)} >> bitcast<u32>(${of(step.b)})`;
          case 'min':
          case 'max':
            return `${step.do}(${of(step.a)}, ${of(step.b)})`;
          default:
            return `${of(step.a)} ${{ add: '+', sub: '-', mul: '*' }[step.do]} ${of(step.b)}`;
        }
      };
      code.push(`let t${s}_${j} = ${text()};`);
    });
  }
  op.outputs.forEach(({ step, to }, v) => {
    const packing = packingOfView(kernel, to);
    const number = numberOf(0, strides[v] ?? [], at.names);
    const inner = strides[v]?.at(-1) ?? 0;
    for (let first = 0; first < granule; first += packing) {
      const values = parts.slice(first, first + packing).map((j) => `t${step}_${j}`);
      const word =
        packing === 1
          ? sum(number, `${first * inner}u`)
          : sum(`(${number}) / ${packing}u`, `${first / packing}u`);
      code.push(writes(kernel, to, word, values));
    }
  });
  return forWords(kernel, size(shape) / granule, code.join('\n'));
}

/** The elements that an item reads of one input: whole words where they lie so, else one by one. */
function loads(
  kernel: Kernel,
  view: Operand,
  strides: readonly number[],
  names: readonly string[],
  granule: Packing,
  v: number,
): { code: string; values: string[] } {
  const parts = Array.from({ length: granule }, (_, j) => j);
  const inner = strides.at(-1) ?? 0;
  const number = numberOf(view.offset, strides, names);
  if (!view.constant && view.index === kernel.plan.input)
    return { code: '', values: parts.map((j) => element(kernel, view, sum(number, `${j * inner}u`))) };
  const { at, packing, word } = source(kernel, view);
  const together = Math.min(packing, granule);
  const aligned =
    inner === 1 && [view.offset, ...strides.slice(0, -1)].every((step) => step % together === 0);
  if (packing === 1 || together === 1 || !aligned)
    return { code: '', values: parts.map((j) => element(kernel, view, sum(number, `${j * inner}u`))) };
  const lines = [`let m${v} = ${number};`];
  const values: string[] = [];
  for (let first = 0; first < granule; first += together) {
    lines.push(`let w${v}_${first} = ${word(sum(`${at}u`, `((m${v} + ${first}u) / ${packing}u)`))};`);
    for (let j = first; j < first + together; j++) {
      // Where the word holds more than the item takes, which of its values depends on the item.
      const part = packing === together ? j % packing : `(m${v} + ${j}u) % ${packing}u`;
      values.push(extracted(`w${v}_${first}`, packing, part));
    }
  }
  return { code: lines.join('\n'), values };
}
