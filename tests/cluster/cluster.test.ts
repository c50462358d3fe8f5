/**
 * The cluster commands on a real Slurm (slurm.ts): the shrunken reference run from text to student, and everything that may befall it
 * on the way. Later tests learn from the shards of the first.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadNodeStudent } from '@understudy/codec/node';
import { readManifest } from '@understudy/trace/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canTrain, fact, processWith, reaches, saidBy, sameWeights, submit, trainer } from './place.ts';
import { startSlurm, until, whyNoSlurm, type Slurm } from './slurm.ts';

const LIMIT_MS = 300_000;
const isLong = process.env['UNDERSTUDY_LONG'] === '1';
const lack = whyNoSlurm() ?? (canTrain ? undefined : 'no Python with PyTorch; run npm test once');
if (lack !== undefined) console.warn(`tests/cluster: skipped, ${lack}`);

const small = ['--preset', 'reference-small'];

describe.skipIf(lack !== undefined && process.env['CI'] !== 'true')('trainer slurm', () => {
  let slurm: Slurm;
  let base = '';
  /** A run's folder; its name has a space, as people's have. */
  const at = (name: string): string => join(base, `run ${name}`);
  const whole = (): string => at('whole');
  const ownShards = (run: string): string[] => [0, 1, 2, 3].map((n) => join(run, 'shards', `000${n}`));

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'understudy-cluster-'));
    slurm = await startSlurm();
  });
  afterAll(async () => {
    await slurm.stop();
    await rm(base, { recursive: true, force: true });
  });

  it('takes the shrunken reference run from text to a student that the codec loads', async () => {
    const jobs = await submit(slurm, 'pipeline', ...small, '--out', whole(), '--mem', '16');
    expect(Object.keys(jobs)).toEqual(['log', 'train', 'export', 'evaluate']);
    const last = await slurm.ended(jobs['evaluate']!, LIMIT_MS);
    expect(last, (await saidBy(whole(), 'train')).slice(-3000)).toEqual(['COMPLETED']);
    for (const job of Object.values(jobs))
      expect(new Set(await slurm.states(job))).toEqual(new Set(['COMPLETED']));

    const status = await trainer(slurm, 'status', whole(), '--json');
    const told = JSON.parse(status.stdout) as {
      log: Record<string, number>;
      train: Record<string, unknown>;
      models: string[];
      evaluation: { roundTrip: boolean; bytes: number }[];
    };
    expect(told.log).toMatchObject({ shards: 4, shardsDone: 4, rows: 4096, rowsDone: 4096 });
    expect(told.train).toMatchObject({ state: 'finished', step: 320, steps: 320, ranks: 2, starts: 1 });
    const curve = told.train['curve'] as number[];
    expect(curve.at(-1)).toBeLessThan(curve[0]! - 1);
    expect(told.models).toEqual(['reference-small-1']);
    expect(told.evaluation).toMatchObject([{ roundTrip: true, bytes: 8192 }]);
    const student = await loadNodeStudent(join(whole(), 'models/reference-small-1'));
    expect(student.parity).toBeDefined();

    const again = await trainer(slurm, 'slurm', 'log', ...small, '--out', whole(), '--mem', '16', '--submit');
    expect(again).toMatchObject({ code: 0, stdout: '' });
    expect(again.stderr).toContain('4 of 4 shards are whole, 0 to be made');
  });

  it('goes on after a cancel, a warning before the time limit and a drained node to exactly the weights of the unbroken run', async () => {
    const run = at('broken');
    const train = ['train', ...small, '--out', run, '--partition', 'wide', '--from', ...ownShards(whole())];
    const cancelled = (await submit(slurm, ...train))['train']!;
    await reaches(run, 40);
    await slurm.run('scancel', cancelled);
    expect(await slurm.ended(cancelled, LIMIT_MS)).toEqual(['CANCELLED']);
    // Saved, and not brought back against the wish of who cancelled it.
    expect(Number(await readFile(join(run, 'run/stopped'), 'utf8'))).toBeGreaterThanOrEqual(40);
    expect(await fact(slurm, cancelled, 'Restarts')).toBe('0');

    const job = (await submit(slurm, ...train))['train']!;
    await reaches(run, 100);
    await slurm.run('scancel', '--signal=USR1', '--batch', job);
    await until('a second start', LIMIT_MS, async () => (await fact(slurm, job, 'Restarts')) === '1');
    await reaches(run, 180);
    const node = await fact(slurm, job, 'BatchHost');
    await slurm.run('scontrol', 'update', `NodeName=${node}`, 'State=DRAIN', 'Reason=test');
    await slurm.run('scontrol', 'requeue', job);
    expect(await slurm.ended(job, LIMIT_MS), (await saidBy(run, 'train')).slice(-3000)).toEqual([
      'COMPLETED',
    ]);
    await slurm.run('scontrol', 'update', `NodeName=${node}`, 'State=RESUME');
    expect(await fact(slurm, job, 'Restarts')).toBe('2');
    expect(await fact(slurm, job, 'BatchHost')).not.toBe(node);
    expect((await saidBy(run, 'train')).match(/resumed .* at step \d+/g)).toHaveLength(3);
    expect(await sameWeights(whole(), run)).toBe('320 True True True');
  });

  it.runIf(isLong)('is warned before a real time limit, saves, and goes on in a new start', async () => {
    const run = at('limited');
    const site = join(base, 'limited.json');
    await writeFile(site, JSON.stringify({ train: { minutes: 2 } }));
    const limits = ['--site', site, '--warn-seconds', '60', '--set', 'epochs=100000'];
    const train = ['train', ...small, ...limits, '--out', run, '--from', ...ownShards(whole())];
    const job = (await submit(slurm, ...train))['train']!;
    await until('a second start', LIMIT_MS, async () => (await fact(slurm, job, 'Restarts')) === '1');
    await until('a resumed run', LIMIT_MS, async () => (await saidBy(run, 'train')).includes('resumed'));
    await slurm.run('scancel', job);
    await slurm.ended(job, LIMIT_MS);
    expect(await saidBy(run, 'train')).not.toContain('DUE TO TIME LIMIT');
  });

  it('makes a shard again whose task was killed in its middle, with the same bytes', async () => {
    const run = at('killed');
    const rows = ['--shards', '1', '--rows-per-shard', '26000', '--warm-up', '0', '--mem', '16'];
    const { log } = await submit(slurm, 'log', ...small, ...rows, '--out', run);
    const shard = join(run, 'shards/0000');
    await until('a half shard', LIMIT_MS, async () => {
      const file = await stat(join(shard, 'shard_0000.parquet.partial')).catch(() => undefined);
      return file !== undefined && file.size > 0;
    });
    const victim = await processWith('log', '--out', shard);
    process.kill(victim!, 'SIGKILL');
    expect(await slurm.ended(log!, LIMIT_MS)).toEqual(['COMPLETED']);
    expect(await fact(slurm, `${log!}_0`, 'Restarts')).toBe('1');
    expect(await saidBy(run, 'log')).toContain('shard 0: killed (exit code 137), back into the queue');
    expect((await readdir(shard)).sort()).toEqual(['manifest.json', 'shard_0000.parquet']);

    const [text, alone] = [join(run, 'text/understudy.txt'), join(run, 'alone')];
    await trainer(slurm, 'log', text, '--range', ':26000', '--mem', '16', '--out', alone);
    const [made, expected] = [await readManifest(shard), await readManifest(alone)];
    expect(made?.rows).toBe(26000);
    expect(made?.shards[0]?.sha256).toBe(expected?.shards[0]?.sha256);
  });

  describe('on a disk that is full', () => {
    const disk = async (...words: string[]): Promise<void> =>
      void (await promisify(execFile)('mount', ['-t', 'tmpfs', ...words]));
    const mounts: string[] = [];
    afterAll(async () => {
      for (const folder of mounts) await promisify(execFile)('umount', [folder]).catch(() => undefined);
    });

    it('says so, keeps what is whole, starts nothing behind it, and goes on when there is room', async () => {
      const run = at('full');
      const shards = join(run, 'shards');
      await mkdir(shards, { recursive: true });
      await disk('-o', 'size=1m', 'tmpfs', shards);
      mounts.push(shards);
      const options = [...small, '--shards', '2', '--mem', '16', '--out', run];
      const jobs = await submit(slurm, 'pipeline', ...options, '--throttle', '1');
      expect(await slurm.ended(jobs['evaluate']!, LIMIT_MS)).toEqual(['CANCELLED']);
      expect((await slurm.states(jobs['log']!)).sort()).toEqual(['COMPLETED', 'FAILED']);
      expect(await slurm.states(jobs['train']!)).toEqual(['CANCELLED']);
      expect(await saidBy(run, 'log')).toMatch(/shards\/000\d.*: the disk is full; free some space/);
      const [finished] = await Promise.all(
        [0, 1].map((n) => stat(join(shards, `000${n}/manifest.json`)).catch(() => undefined)),
      );

      await disk('-o', 'remount,size=8m', 'tmpfs', shards);
      const { log } = await submit(slurm, 'log', ...options);
      expect(await slurm.ended(log!, LIMIT_MS)).toEqual(['COMPLETED']);
      expect((await stat(join(shards, '0000/manifest.json'))).mtimeMs).toBe(finished?.mtimeMs);
      expect((await readManifest(join(shards, '0001')))?.rows).toBe(1024);
    });

    it('ends a training with that sentence, and the next one goes on', async () => {
      const run = at('full training');
      await mkdir(join(run, 'run'), { recursive: true });
      await disk('-o', 'size=64k', 'tmpfs', join(run, 'run'));
      mounts.push(join(run, 'run'));
      const one = ['--nodes', '1', '--set', 'steps=30', '--set', 'checkpoint-every=10'];
      const train = ['train', ...small, ...one, '--out', run, '--from', ...ownShards(whole())];
      const { train: first } = await submit(slurm, ...train);
      expect(await slurm.ended(first!, LIMIT_MS)).toEqual(['FAILED']);
      expect(await saidBy(run, 'train')).toMatch(/the disk is full; free some space/);
      expect(await readdir(join(run, 'run'))).not.toContain('checkpoint.pt');
      await disk('-o', 'remount,size=16m', 'tmpfs', join(run, 'run'));
      const { train: second } = await submit(slurm, ...train);
      expect(await slurm.ended(second!, LIMIT_MS)).toEqual(['COMPLETED']);
      expect(await readdir(join(run, 'run'))).toContain('finished');
    });
  });

  it('refuses an altered shard and the shards of another teacher by name, once', async () => {
    const [altered, foreign] = [at('altered'), at('foreign')];
    for (const run of [altered, foreign])
      await cp(join(whole(), 'shards'), join(run, 'shards'), { recursive: true });
    const shard = join(altered, 'shards/0002/shard_0000.parquet');
    const bytes = await readFile(shard);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(shard, bytes);
    const manifest = join(foreign, 'shards/0003/manifest.json');
    const facts = JSON.parse(await readFile(manifest, 'utf8')) as { teacher: { version: string } };
    facts.teacher.version = '99.0.0';
    await writeFile(manifest, JSON.stringify(facts));

    const jobs = await Promise.all(
      [altered, foreign].map((run) =>
        submit(slurm, 'train', ...small, '--nodes', '1', '--out', run, '--from', ...ownShards(run)),
      ),
    );
    for (const { train } of jobs) {
      expect(await slurm.ended(train!, LIMIT_MS)).toEqual(['FAILED']);
      expect(await fact(slurm, train!, 'Restarts')).toBe('0');
    }
    expect(await saidBy(altered, 'train')).toContain(
      `trainer: ${shard}: its SHA-256 differs from the manifest's`,
    );
    expect(await saidBy(foreign, 'train')).toContain(
      `trainer: ${join(foreign, 'shards/0003')}: traced by another teacher`,
    );
  });

  it('has its file for 4 nodes of 8 GPUs accepted and run on all their devices', async () => {
    const run = at('wide');
    const wide = ['--nodes', '4', '--gpus', '8', '--partition', 'wide', '--gpu-type', 'h100'];
    const train = ['train', '--preset', 'reference', ...wide, '--out', run, '--from', ...ownShards(whole())];
    expect(await trainer(slurm, 'slurm', ...train)).toMatchObject({ code: 0 });
    await slurm.run('sbatch', '--test-only', join(run, 'slurm/train.sbatch'));
    const job = (await submit(slurm, ...train))['train']!;
    await until('32 GPUs', LIMIT_MS, async () => (await slurm.states(job)).includes('RUNNING'));
    const details = await slurm.run('scontrol', '--details', 'show', 'job', job);
    await slurm.run('scancel', job);
    expect(details).toContain('Nodes=n[1-4]');
    expect(details).toContain('GRES=gpu:h100:8(IDX:0-7)');
    expect(details).toContain('JOB_GRES=gpu:h100:32');
    await slurm.ended(job, LIMIT_MS);
  });

  it('takes back what was queued where Slurm refuses a later job', async () => {
    const site = join(base, 'site.json');
    await writeFile(site, JSON.stringify({ setup: ['true'], train: { partition: 'nowhere' } }));
    const run = at('refused');
    const { code, stderr } = await trainer(
      ...([slurm, 'slurm', 'pipeline', ...small, '--out', run, '--site', site, '--submit'] as const),
    );
    expect(code).toBe(3);
    expect(stderr).toContain('trainer: Slurm refused (');
    expect(stderr).toContain('Invalid partition');
    await until('an empty queue', LIMIT_MS, async () => (await slurm.run('squeue', '--noheader')) === '');
  });
});
