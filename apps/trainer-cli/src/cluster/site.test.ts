import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFolder } from './folder.ts';
import { trainJob } from './jobs.ts';
import { readSite } from './site.ts';

let scratch = '';
beforeAll(async () => void (scratch = await mkdtemp(join(tmpdir(), 'site '))));
afterAll(() => rm(scratch, { recursive: true, force: true }));
const fileOf = async (content: unknown): Promise<string> => {
  const file = join(scratch, 'site.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

describe('a site file', () => {
  it('holds for every job, its sections for one kind, and options win over both', async () => {
    const file = await fileOf({ partition: 'gpu', account: 'lab', log: { partition: 'cpu' } });
    const site = await readSite(file, {});
    expect(site.log).toEqual({ partition: 'cpu', account: 'lab' });
    expect(site.train).toEqual({ partition: 'gpu', account: 'lab' });
    expect((await readSite(file, { partition: 'night' })).log.partition).toBe('night');
  });

  it.each([
    [
      { acount: 'lab' },
      /nobody knows "acount"; there are partition, account, .*, log, train, export, evaluate/,
    ],
    [{ train: { gpus: 8 } }, /"train": nobody knows "gpus"/],
    [{ log: { train: {} } }, /"log": nobody knows "train"/],
    [{ setup: 'module load cuda' }, /"setup" must be a list of texts/],
    [{ cpus: '8' }, /"cpus" must be a whole number above 0/],
    [{ partition: '' }, /"partition" must be a text/],
    [{ train: [] }, /"train" must be an object of options/],
    [[], /must hold one JSON object/],
    ['{', /is no JSON/],
  ])('%j is refused by name', async (content, sentence) => {
    await expect(readSite(await fileOf(content), {})).rejects.toThrow(sentence);
  });
});

describe('a job file', () => {
  const on = { node: 'node', trainer: 't.mjs', python: 'python', pythonSources: 'src' };
  const job = { nodes: 1, gpusPerNode: 2, warnSeconds: 60, flags: [], shards: ["s3://b/it's"] };

  it("has the site's words where they belong", () => {
    const site = {
      qos: 'long',
      constraint: 'a100&nvlink',
      gpuType: 'a100',
      cpus: 6,
      minutes: 2 * 1440 + 90,
      memory: '0',
      container: ['apptainer', 'exec', '--nv', 'an image.sif'],
      setup: ['module load cuda/12.8'],
      directives: ['--exclusive'],
    };
    const text = trainJob(runFolder('/runs/a'), site, on, job);
    for (const line of [
      '#SBATCH --qos=long',
      '#SBATCH --constraint=a100&nvlink',
      '#SBATCH --gres=gpu:a100:2',
      '#SBATCH --cpus-per-task=12',
      '#SBATCH --time=2-01:30:00',
      '#SBATCH --mem=0',
      '#SBATCH --exclusive',
      'module load cuda/12.8',
      `shards=('s3://b/it'\\''s')`,
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).toContain("  apptainer exec --nv 'an image.sif' python -m torch.distributed.run");
  });

  it('refuses what could break out of its line', () => {
    const site = { account: 'lab\n#SBATCH --exclusive' };
    expect(() => trainJob(runFolder('/runs/a'), site, on, job)).toThrow(/line breaks have no place there/);
    expect(() => runFolder('/runs/a\nb')).toThrow(/cannot stand in a job file/);
  });
});
