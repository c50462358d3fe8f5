import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runMain } from '../testing/run-main.ts';
import { runFolder } from './folder.ts';
import { arrayOf, keepTasks, planTasks, readTasks, shardProgress } from './tasks.ts';

let scratch = '';
beforeEach(async () => void (scratch = await mkdtemp(join(tmpdir(), 'tasks '))));
afterEach(() => rm(scratch, { recursive: true, force: true }));
const plan = { shards: 3, rowsPerShard: 40, stride: 1 };

describe('the table of shards', () => {
  it('cuts texts into ranges that cover their beginning, and reads back as it was written', async () => {
    const [a, b] = [join(scratch, 'a.txt'), join(scratch, 'b.txt')];
    await writeFile(a, 'x'.repeat(70));
    await writeFile(b, 'y'.repeat(100));
    const folder = runFolder(join(scratch, 'run'));
    const tasks = await planTasks([a, b], folder, plan);
    expect(tasks.map(({ text, from, to, rows }) => [text, from, to, rows])).toEqual([
      [a, 0, 40, 40],
      [a, 40, 70, 30],
      [b, 0, 40, 40],
    ]);
    await keepTasks(folder, tasks);
    expect(await readTasks(folder)).toEqual(tasks);
    await keepTasks(folder, tasks);
    await expect(keepTasks(folder, tasks.slice(1))).rejects.toThrow(/holds other shards than those asked/);
    await expect(planTasks([a], folder, plan)).rejects.toThrow(/hold 70 bytes, enough for 2 shards/);
  });

  it('calls a shard whole only with a finished manifest and files of its sizes', async () => {
    const text = join(scratch, 'a.txt');
    await writeFile(text, 'some text that is traced. '.repeat(40));
    const folder = runFolder(join(scratch, 'run'));
    const [task] = await planTasks([text], folder, { shards: 1, rowsPerShard: 1040, stride: 1 });
    expect(await shardProgress(task!)).toMatchObject({ whole: false, rows: 0 });
    await mkdir(task!.folder, { recursive: true });
    const ran = await runMain('log', text, '--mem', '16', '--out', task!.folder);
    expect(ran.code, ran.stderr).toBe(0);
    expect(await shardProgress(task!)).toMatchObject({ whole: true, rows: 1040 });
    await writeFile(join(task!.folder, 'shard_0000.parquet'), 'cut');
    expect(await shardProgress(task!)).toMatchObject({ whole: false });
  });

  it('names array tasks as sbatch takes them', () => {
    expect(arrayOf([0, 1, 2, 5, 7, 8])).toBe('0-2,5,7-8');
    expect(arrayOf([3])).toBe('3');
  });
});
