/** docs/CLUSTER.md shows the files that the commands write, and they are what they write. `UPDATE_DOCS=1` writes them into it. */
import { readFile, writeFile } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logFlags } from '../commands/slurm.ts';
import { PRESETS, trainFlags } from '../presets.ts';
import { project } from '../project.ts';
import { runFolder } from './folder.ts';
import { evaluateJob, exportJob, logJob, submitScript, trainJob, type Installation } from './jobs.ts';
import { readSite, type Site } from './site.ts';

const page = join(project.docs, 'CLUSTER.md');
const isUpdate = process.env['UPDATE_DOCS'] === '1';
const block = (name: string): RegExp =>
  new RegExp(`(<!-- file: ${name} -->\n\`\`\`[a-z]*\n)([^]*?)(\`\`\`\n)`);

/** The run that the page walks through: the reference on four nodes, with the site file that the page shows. */
const folder = runFolder('/shared/runs/first');
const checkout = '/shared/understudy';
const on: Installation = {
  node: '/usr/bin/node',
  trainer: `${checkout}/apps/trainer-cli/bin/trainer.mjs`,
  python: `${checkout}/.venv/bin/python`,
  pythonSources: `${checkout}/apps/trainer-cli/python/src`,
};
const preset = PRESETS.reference;

describe('docs/CLUSTER.md', () => {
  let text = '';
  let scratch = '';
  let site: Site;
  beforeAll(async () => {
    text = await readFile(page, 'utf8');
    scratch = await mkdtemp(join(tmpdir(), 'understudy-docs-'));
    const file = join(scratch, 'site.json');
    await writeFile(file, block('site.json').exec(text)?.[2] ?? '');
    site = await readSite(file, {});
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));

  it.each(['log.sbatch', 'train.sbatch', 'export.sbatch', 'evaluate.sbatch', 'submit.sh'])(
    'shows %s as it is written',
    async (name) => {
      const flags = trainFlags(preset, 32);
      const files: Record<string, () => string> = {
        'log.sbatch': () => logJob(folder, site.log, on, { array: '0-49', flags: logFlags(preset, {}) }),
        'train.sbatch': () =>
          trainJob(folder, site.train, on, {
            nodes: 4,
            gpusPerNode: 8,
            warnSeconds: 300,
            flags,
            shards: undefined,
          }),
        'export.sbatch': () => exportJob(folder, site.export, on, 'reference-1'),
        'evaluate.sbatch': () =>
          evaluateJob(folder, site.evaluate, on, {
            name: 'reference-1',
            files: ['/shared/texts/held-out.txt'],
          }),
        'submit.sh': () => submitScript(folder, ['log', 'train', 'export', 'evaluate']),
      };
      const written = files[name]?.() ?? '';
      if (isUpdate) {
        text = text.replace(
          block(name),
          (_, head: string, _old: string, tail: string) => head + written + tail,
        );
        await writeFile(page, text);
      }
      expect(block(name).exec(text)?.[2]).toBe(written);
    },
  );
});
