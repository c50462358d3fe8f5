import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMain } from '../testing/run-main.ts';
import { sparkline } from './status.ts';

let scratch = '';
beforeAll(async () => void (scratch = await mkdtemp(join(tmpdir(), 'status '))));
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe('trainer status', () => {
  it('tells how far a run is from its files alone', async () => {
    const run = join(scratch, 'run');
    await mkdir(run);
    const shard = (number: number): string =>
      ['10', join(scratch, `s${number}`), '0', '10', 'text'].join('\t');
    await writeFile(join(scratch, 'tasks.tsv'), `${shard(0)}\n${shard(1)}\n`);
    const started = { ranks: 4, device: 'NVIDIA A100', dtype: 'bfloat16', steps: 100, mac_per_byte: 5 };
    const progress = (step: number, loss: number): object => ({
      ...{ step, bits_per_byte: loss, bytes_per_second: 4000, bytes_seen: step * 1000, peak_share: 0.25 },
    });
    const entries = [
      { step: 0, started },
      progress(10, 6),
      progress(30, 5),
      // killed at step 30, the run went on from its checkpoint of step 20
      { step: 20, started },
      progress(40, 4),
    ];
    const log = `${entries.map((entry) => JSON.stringify(entry)).join('\n')}\n{"step": 50, "bits`;
    await writeFile(join(run, 'log.jsonl'), log);
    const { train } = JSON.parse((await runMain('status', scratch, '--json')).stdout) as {
      train: Record<string, unknown>;
    };
    expect(train).toMatchObject({ state: 'under way', step: 40, steps: 100, starts: 2, curve: [6, 4] });
    expect(train).toMatchObject({ bytesPerSecondPerRank: 1000, secondsLeft: 15 });
    const told = (await runMain('status', scratch)).stdout;
    expect(told).toContain('0 of 2 shards, 0 of 20 rows');
    expect(told).toContain('step 40 of 100, 4.000 bits/byte █▁');
    expect(told).toContain('1.00 kB/s on each of 4 (NVIDIA A100), 25.0 % of its peak, 15 s left');
    await writeFile(join(run, 'stopped'), '40\n');
    expect((await runMain('status', scratch)).stdout).toContain('train     stopped');
  });

  it('refuses a folder that is no run', async () => {
    const ran = await runMain('status', join(scratch, 'run'));
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.stderr).toContain('is no run of `trainer slurm`');
  });

  it('draws a curve with its highest value as the tallest bar', () => {
    expect(sparkline([8, 4, 1])).toBe('█▄▁');
    expect(sparkline([2, 2])).toBe('▁▁');
  });
});
