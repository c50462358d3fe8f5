/**
 * WGSL text for reading and writing a network's values. Word w of a lane lies at w · pitch + lane, so that neighbouring invocations,
 * which have neighbouring lanes, touch neighbouring words. Element numbers are texts of u32 expressions.
 */
import type { Operand, StudentPlan } from '../../student/plan.ts';
import type { ConstantPool } from './constants.ts';
import type { NetworkMemory, Packing } from './memory.ts';

/** What the code of all operations is made from. */
export interface KernelShape {
  /** Lanes of a workgroup. */
  readonly lanes: number;
  /** Invocations of a workgroup, a multiple of the lanes. */
  readonly invocations: number;
  /** dot4I8Packed, or the same sum in single multiplications. */
  readonly packedDot: boolean;
  /** Where the network's values are: in workgroup memory, or in a storage buffer where they do not fit. */
  readonly memory: 'workgroup' | 'storage';
}

export interface Kernel {
  readonly plan: StudentPlan;
  readonly memory: NetworkMemory;
  readonly shape: KernelShape;
  readonly pool: ConstantPool;
}

/**
 * Words from one of a lane's words to its next. Workgroup memory has 32 banks that each serve one invocation at a time: an odd pitch
 * spreads neighbouring words of a lane over them, as it does neighbouring lanes.
 */
export function pitchOf({ lanes, memory }: KernelShape): number {
  return memory === 'workgroup' ? lanes + 1 : lanes;
}

/** A sum of u32 terms as text; terms that are '0u' are left out. */
export function sum(...terms: readonly string[]): string {
  const rest = terms.filter((term) => term !== '0u');
  return rest.length === 0 ? '0u' : rest.join(' + ');
}

/** A multiple as text. */
export function times(value: string, factor: number): string {
  if (factor === 0 || value === '0u') return '0u';
  return factor === 1 ? value : `(${value}) * ${factor}u`;
}

/** The place in memory of a lane's word. */
export function wordAt({ shape }: Kernel, word: string, lane = 'lane'): string {
  return `mem[${shape.memory === 'storage' ? 'origin + ' : ''}(${word}) * ${pitchOf(shape)}u + ${lane}]`;
}

/** Value `part` (a text or a number) of a word as i32. */
export function extracted(word: string, packing: Packing, part: string | number): string {
  if (packing === 1) return `bitcast<i32>(${word})`;
  const bits = 32 / packing;
  const from = typeof part === 'number' ? `${part * bits}u` : `(${part}) * ${bits}u`;
  return `extractBits(bitcast<i32>(${word}), ${from}, ${bits}u)`;
}

/** Values as one word: as many texts of i32 expressions as the packing says. */
export function packedWord(values: readonly string[]): string {
  if (values.length === 1) return `bitcast<u32>(${values[0] ?? '0'})`;
  const bits = 32 / values.length;
  const mask = bits === 8 ? '0xffu' : '0xffffu';
  return values
    .map((value, i) => {
      const word = `bitcast<u32>(${value})`;
      const low = i === values.length - 1 ? word : `(${word} & ${mask})`;
      return i === 0 ? low : `(${low} << ${i * bits}u)`;
    })
    .join(' | ');
}

/** One element of a view's buffer or constant, by its number in it. */
export function element(kernel: Kernel, view: Operand, number: string): string {
  if (!view.constant && view.index === kernel.plan.input) return `input_value(${number}, lane)`;
  const { at, packing, word } = source(kernel, view);
  if (packing === 1) return extracted(word(sum(`${at}u`, number)), 1, 0);
  const shift = packing === 4 ? 2 : 1;
  return extracted(
    word(sum(`${at}u`, `((${number}) >> ${shift}u)`)),
    packing,
    `(${number}) & ${packing - 1}u`,
  );
}

/** Where a view's values are, and how a word of them is read. */
export function source(
  kernel: Kernel,
  view: Operand,
): { at: number; packing: Packing; word: (number: string) => string } {
  if (view.constant) return { ...kernel.pool.place(view.index), word: (number) => `constants[${number}]` };
  return {
    at: kernel.memory.start[view.index] ?? 0,
    packing: kernel.memory.packing[view.index] ?? 1,
    word: (number) => wordAt(kernel, number),
  };
}

/** Declares the indices of element `q` of a shape, innermost axis fastest; returns their names. */
export function indices(
  shape: readonly number[],
  q: string,
  prefix: string,
): { code: string; names: string[] } {
  const names = shape.map((_, axis) => `${prefix}${axis}`);
  let rest = q;
  const lines: string[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const dim = shape[axis] ?? 1;
    if (axis === 0) lines.push(`let ${prefix}0 = ${rest};`);
    else {
      lines.push(`let ${prefix}${axis} = (${rest}) % ${dim}u;`);
      if (axis > 0) {
        lines.push(`let ${prefix}r${axis} = (${rest}) / ${dim}u;`);
        rest = `${prefix}r${axis}`;
      }
    }
  }
  return { code: lines.join('\n'), names };
}

/** Number of the element at these indices. */
export function numberOf(offset: number, strides: readonly number[], names: readonly string[]): string {
  return sum(`${offset}u`, ...strides.map((stride, axis) => times(names[axis] ?? '0u', stride)));
}

/** A loop in which each invocation takes every `invocations`-th item; `i` is the item. */
export function forItems({ shape }: Kernel, items: number, body: string): string {
  if (items === shape.invocations) return `{ let i = local;\n${body}\n}`;
  if (items < shape.invocations) return `if (local < ${items}u) { let i = local;\n${body}\n}`;
  return `for (var i = local; i < ${items}u; i += ${shape.invocations}u) {\n${body}\n}`;
}
