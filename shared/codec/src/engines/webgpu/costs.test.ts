/** The counts in docs/ENGINES.md are those of the shaders that this code makes for the released student. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadStudentFolder } from '../../node/models.ts';
import { blendCosts, studentCosts } from '../../testing/gpu-costs.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../../../../${path}`, import.meta.url));
const page = readFileSync(at('docs/ENGINES.md'), 'utf8');
const student = await loadStudentFolder(at('models/swift-1'));

/** The speed asked for, in bytes a second, and the lanes under way. */
const wanted = 12e6;
const fastLanes = 4096;
const segments = 8;

/** Three digits, with a unit for large numbers. */
function short(value: number): string {
  const units = [
    [1e12, ' T'],
    [1e9, ' G'],
    [1e6, ' M'],
    [1e4, ' k'],
  ] as const;
  const [size, unit] = units.find(([least]) => value >= least) ?? [1, ' '];
  const scaled = value / (size === 1e4 ? 1e3 : size);
  return `${Number(scaled.toPrecision(3))}${unit}`;
}

it('the table of a step of the student is what the shader does', () => {
  const costs = studentCosts(student);
  const groups = fastLanes / costs.lanes;
  const steps = wanted / fastLanes;
  const row = (name: string, ofStep: number, unit: string): string =>
    `| ${name} | ${short(ofStep / fastLanes)}${unit} | ${short(ofStep)}${unit} | ${short(ofStep * steps)}${unit} |`;
  const rows = [
    `| steps | 1/${fastLanes} | 1 | ${Math.round(steps)} (${Math.round(1e6 / steps)} µs each) |`,
    row('multiplications', costs.multiplications * fastLanes, ''),
    row('products of four', costs.products * fastLanes, ''),
    row('weights, once a workgroup', costs.weightBytes * groups, 'B'),
    row(
      'the same as invocations load them, most from the nearest cache',
      costs.loadedWeightBytes * groups,
      'B',
    ),
    row('values read from workgroup memory', costs.valueBytes * fastLanes, 'B'),
    row(`embeddings: ${costs.rows} rows a byte`, costs.rowBytes * fastLanes, 'B'),
    `| barriers of a workgroup | ${costs.barriers}/${costs.lanes} | ${costs.barriers} | ${short(costs.barriers * steps)} |`,
  ].map((line) => line.replace(/ +\|/g, ' |'));
  for (const line of rows) expect(page).toContain(`${line}\n`);
  expect(page).toContain(
    `A workgroup has ${costs.lanes} lanes, ${costs.invocations} invocations and ${costs.workgroupBytes} bytes of workgroup memory`,
  );
});

it('so are the counts of a step of the blend', () => {
  const costs = blendCosts(student);
  const bytes = costs.lanes * segments;
  expect(page).toContain(
    `a step is ${bytes.toLocaleString('en')} bytes, 12 MB/s are ${Math.round(wanted / bytes).toLocaleString('en')} steps a second, ${Math.round((1e6 * bytes) / wanted)} µs each. ` +
      `A workgroup's step has ${costs.slices} slices of ${costs.barriersOfSlice} barriers and ${costs.barriers} more; it takes ${costs.workgroupBytes} bytes of workgroup memory`,
  );
});
