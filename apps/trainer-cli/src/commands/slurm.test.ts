/** What `trainer slurm` refuses before anything is queued. Submission and the jobs themselves: tests/cluster, on a real Slurm. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { project } from '../project.ts';
import { runMain } from '../testing/run-main.ts';

const python = process.env['UNDERSTUDY_PYTHON'] ?? project.virtualEnvironment;
const canTrain = existsSync(python) || process.env['CI'] === 'true';
let scratch = '';
beforeAll(async () => void (scratch = await mkdtemp(join(tmpdir(), 'slurm '))));
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe.skipIf(!canTrain)('trainer slurm train', { timeout: 120_000 }, () => {
  it.each([
    ['nonsense=3', 'unrecognized arguments: --nonsense=3'],
    ['epochs=many', "argument --epochs: invalid float value: 'many'"],
    ['lanes=0', 'lanes'],
  ])('refuses --set %s with a sentence, and writes no job file', async (change, words) => {
    const out = join(scratch, change);
    const ran = await runMain(
      ...['slurm', 'train', '--preset', 'reference-small', '--from', scratch, '--out', out, '--set', change],
    );
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(words);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(out, 'slurm/train.sbatch'))).toBe(false);
  });

  it('writes the job file where every flag is one of trainer train', async () => {
    const out = join(scratch, 'good');
    const ran = await runMain(
      ...['slurm', 'train', '--preset', 'reference-small', '--from', scratch, '--out', out],
      ...['--set', 'epochs=2'],
    );
    expect(ran.code, ran.stderr).toBe(0);
    expect(existsSync(join(out, 'slurm/train.sbatch'))).toBe(true);
  });
});
