import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { loadNodeStudent } from '@understudy/codec/node';
import { readManifest } from '@understudy/trace/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { project } from '../project.ts';

const python = process.env['UNDERSTUDY_PYTHON'] ?? project.virtualEnvironment;
// `npm test` sets Python up; who runs vitest alone on a machine without it still gets all other tests. CI has no such excuse.
const canTrain = existsSync(python) || process.env['CI'] === 'true';

describe.skipIf(!canTrain)('trainer pipeline --preset smoke', () => {
  let out = '';
  beforeAll(async () => void (out = await mkdtemp(join(tmpdir(), 'pipeline '))));
  afterAll(() => rm(out, { recursive: true, force: true }));

  it(
    'goes from text to a student that loads and compresses better than a byte table could',
    { timeout: 240_000 },
    async () => {
      const bin = fileURLToPath(new URL('../../bin/trainer.mjs', import.meta.url));
      const child = spawn(
        process.execPath,
        [bin, 'pipeline', '--preset', 'smoke', '--out', out, '--mem', '16'],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      );
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk) => (stdout += String(chunk)));
      child.stderr.on('data', (chunk) => (stderr += String(chunk)));
      expect(await new Promise((done) => child.once('close', done)), stderr).toBe(0);

      const model = join(out, 'models', 'smoke-1');
      expect(stderr).toContain(`npx understudy compress --model ${model} FILE`);
      const student = await loadNodeStudent(model);
      expect(student.parity).toBeDefined();
      expect((await readManifest(join(out, 'shards')))?.rows).toBe(32768);
      const config = JSON.parse(await readFile(join(out, 'run', 'config.json'), 'utf8')) as {
        shards: string[];
      };
      expect(config.shards).toEqual([join(out, 'shards')]);
      const bitsPerByte = Number(/([\d.]+) bits\/byte/.exec(stdout.trim().split('\n').at(-1) ?? '')?.[1]);
      expect(bitsPerByte).toBeLessThan(4);
    },
  );
});
