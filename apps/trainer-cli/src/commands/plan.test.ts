import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { project } from '../project.ts';
import { runMain } from '../testing/run-main.ts';
import type { Plan } from './plan.ts';

const python = process.env['UNDERSTUDY_PYTHON'] ?? project.virtualEnvironment;
const canTrain = existsSync(python) || process.env['CI'] === 'true';
let scratch = '';
beforeAll(async () => void (scratch = await mkdtemp(join(tmpdir(), 'plan '))));
afterAll(() => rm(scratch, { recursive: true, force: true }));
const reference = ['plan', '--preset', 'reference', '--json'];

describe.skipIf(!canTrain)('trainer plan', { timeout: 240_000 }, () => {
  it('adds up the reference run from given rates, and refuses a disk that is too small', async () => {
    const rates = ['--teacher-rate', '1000', '--bytes-per-row', '1e9', '--gpu-rate', '10000'];
    const ran = await runMain(...reference, ...rates, '--out', join(scratch, 'not/yet'), '--jobs', '25');
    const plan = JSON.parse(ran.stdout) as Plan;
    expect(plan).toMatchObject({
      shards: 50,
      rows: 5e8,
      rowsLearned: 5_000_000_512,
      steps: 4_882_813,
      gpus: 8,
    });
    expect(plan.coreHours).toBeCloseTo((5e8 + 49 * 4_194_304) / 1000 / 3600, 6);
    expect(plan.logHours).toBeCloseTo(plan.coreHours / 25, 6);
    expect(plan.gpuHours).toBeCloseTo(5_000_000_512 / 10_000 / 3600, 6);
    expect(plan.price.train).toBeCloseTo(2 * plan.gpuHours, 6);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/the shards take .* TB, .* are free; choose another --out, or fewer --shards/);
  });

  it("measures the teacher here, takes a GPU's rate from a run, and says which rate is assumed", async () => {
    const small = ['plan', '--preset', 'reference-small', '--sample', '4096', '--out', scratch];
    const assumed = await runMain(...small);
    expect(assumed.code, assumed.stderr).toBe(0);
    expect(assumed.stdout).toMatch(
      /rows\/s a core \(measured here on 4\.10 kB with the (native|WASM) teacher\)/,
    );
    expect(assumed.stdout).toMatch(
      /rows\/s a GPU \(assumed: 30 % of 312 TFLOP\/s, no step under 5 ms; measure with --run\)/,
    );

    const rates = ['--teacher-rate', '1000', '--bytes-per-row', '1'];
    const run = join(scratch, 'run');
    await mkdir(run);
    const mac = Number(/([\d,]+) MAC each/.exec(assumed.stdout)?.[1]?.replaceAll(',', ''));
    const entries = [
      { step: 0, started: { ranks: 2, device: 'cpu', dtype: 'float32', steps: 9, mac_per_byte: mac } },
      { step: 5, bits_per_byte: 4, bytes_per_second: 900, bytes_seen: 5 },
    ];
    await writeFile(join(run, 'log.jsonl'), entries.map((entry) => JSON.stringify(entry)).join('\n'));
    const measured = await runMain(...small, ...rates, '--run', run, '--json');
    const plan = JSON.parse(measured.stdout) as Plan;
    expect(plan.rates.rowsPerGpuSecond).toEqual({ value: 450, from: `measured in ${run} on cpu` });
    const other = await runMain(...reference, ...rates, '--run', run);
    expect(other).toMatchObject({ code: 1 });
    expect(other.stderr).toContain("is a run of another student than the preset's");
  });
});
