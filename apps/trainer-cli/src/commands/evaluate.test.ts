import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileDigest } from '@understudy/trace/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { project } from '../project.ts';
import { runMain } from '../testing/run-main.ts';
import type { Evaluation } from './evaluate.ts';

const model = join(project.root, 'tests/models/tiny-swift');
let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'evaluate '))));
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('trainer evaluate', () => {
  it('tells size, speed and round trip of real archives, one JSON object per file', async () => {
    const text = join(folder, 'text.md');
    const noise = join(folder, 'noise');
    await writeFile(text, (await readFile(join(project.docs, 'TRACE.md'))).subarray(0, 6000));
    await writeFile(
      noise,
      Buffer.from(Array.from({ length: 3000 }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24)),
    );
    const ran = await runMain('evaluate', text, noise, '--model', model, '--json');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const lines = ran.stdout.trim().split('\n');
    const [first, second] = lines.map((line) => JSON.parse(line) as Evaluation);
    expect(lines).toHaveLength(2);
    expect(first).toMatchObject({
      version: 1,
      file: text,
      bytes: 6000,
      roundTrip: true,
      model: await fileDigest(join(model, 'student.onnx')),
    });
    expect(first?.percent).toBeCloseTo((100 * (first?.archiveBytes ?? 0)) / 6000, 6);
    expect(first?.archiveBytes).toBeLessThan(6000);
    expect(first?.compressSeconds).toBeGreaterThan(0);
    expect(second).toMatchObject({ file: noise, bytes: 3000, roundTrip: true });
    expect(second?.archiveBytes).toBeLessThan(3100);
  });

  it('tells the same in a line for people', async () => {
    const text = join(folder, 'words.txt');
    await writeFile(text, 'to be or not to be '.repeat(50));
    const ran = await runMain('evaluate', text, '-m', model);
    expect(ran.stdout).toMatch(
      /^words\.txt 950 B → \d+ B \d+\.\d\d % \d\.\d{3} bits\/byte, .*\/s in, .*\/s back, .*, round trip ok\n$/,
    );
  });
});
