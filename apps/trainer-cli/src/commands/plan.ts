/**
 * `trainer plan`: what a run will cost before anything starts, from rates that were measured: the teacher's on a sample of text here
 * and now, a GPU's from an earlier run. Where a rate is only assumed, it says so. Refuses where the disk cannot hold the shards.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { meanSpeed, readRunLog } from '../cluster/run-log.ts';
import { DataError, EnvironmentError, UsageError } from '../errors.ts';
import { formatBytes, formatCount } from '../numbers.ts';
import { PRESETS, type Preset, type PresetName } from '../presets.ts';
import { readPython } from '../python.ts';
import { findTeacher } from '../teacher/teacher.ts';
import { logFile } from './log.ts';
import { writeSampleText } from './sample-text.ts';

export interface PlanOptions {
  preset: PresetName;
  out: string;
  shards?: number;
  rowsPerShard?: number;
  nodes?: number;
  gpus?: number;
  jobs: number;
  text?: string;
  sample: number;
  teacher?: string;
  teacherRate?: number;
  bytesPerRow?: number;
  run?: string;
  gpuRate?: number;
  gpuPeak: number;
  gpuShare: number;
  gpuStep: number;
  corePrice: number;
  gpuPrice: number;
  json?: boolean;
}

/** A rate and where it comes from. */
interface Rate {
  value: number;
  from: string;
}

export interface Plan {
  preset: string;
  shards: number;
  rows: number;
  warmUpRows: number;
  bytes: number;
  freeBytes: number;
  coreHours: number;
  logHours: number;
  steps: number;
  rowsLearned: number;
  gpus: number;
  gpuHours: number;
  trainHours: number;
  price: { log: number; train: number };
  rates: { rowsPerCoreSecond: Rate; bytesPerRow: Rate; rowsPerGpuSecond: Rate };
}

const FLOP_PER_MAC = 6;

/** Prints the plan. Throws EnvironmentError after it where the disk is short. */
export async function planRun(options: PlanOptions, signal: AbortSignal): Promise<Plan> {
  const preset: Preset = {
    ...PRESETS[options.preset],
    ...(options.shards === undefined ? {} : { shards: options.shards }),
    ...(options.rowsPerShard === undefined ? {} : { rowsPerShard: options.rowsPerShard }),
    ...(options.nodes === undefined ? {} : { nodes: options.nodes }),
    ...(options.gpus === undefined ? {} : { gpusPerNode: options.gpus }),
  };
  const { arch, size } = preset.train;
  const facts = JSON.parse(await readPython(['facts', '--arch', String(arch), '--size', String(size)])) as {
    macPerByte: number;
  };
  const rates = {
    ...(await teacherRates(options, signal)),
    rowsPerGpuSecond: await gpuRate(options, preset, facts.macPerByte),
  };
  const plan = compute(options.preset, preset, options, rates, await freeBytes(options.out));
  process.stdout.write(
    options.json ? `${JSON.stringify(plan)}\n` : describe(plan, preset, options, facts.macPerByte),
  );
  if (plan.bytes > plan.freeBytes)
    throw new EnvironmentError(
      `${options.out}: the shards take ${formatBytes(plan.bytes)}, ${formatBytes(plan.freeBytes)} are free; choose another --out, or fewer --shards`,
    );
  return plan;
}

function compute(
  name: string,
  preset: Preset,
  options: PlanOptions,
  rates: Plan['rates'],
  free: number,
): Plan {
  const rows = preset.shards * preset.rowsPerShard;
  // The first shard has nothing before it.
  const warmUpRows = (preset.shards - 1) * preset.warmUp;
  const coreHours = (rows + warmUpRows) / rates.rowsPerCoreSecond.value / 3600;
  const window = Number(preset.train['window'] ?? 1);
  const rowsAStep = preset.lanes * window;
  const epochs = preset.train['epochs'];
  const steps =
    epochs === undefined ? Number(preset.train['steps']) : Math.ceil((Number(epochs) * rows) / rowsAStep);
  const gpus = preset.nodes * preset.gpusPerNode;
  const gpuHours = (steps * rowsAStep) / rates.rowsPerGpuSecond.value / 3600;
  return {
    preset: name,
    shards: preset.shards,
    rows,
    warmUpRows,
    bytes: rows * rates.bytesPerRow.value,
    freeBytes: free,
    coreHours,
    logHours: coreHours / Math.min(options.jobs, preset.shards),
    steps,
    rowsLearned: steps * rowsAStep,
    gpus,
    gpuHours,
    trainHours: gpuHours / gpus,
    price: { log: coreHours * options.corePrice, train: gpuHours * options.gpuPrice },
    rates,
  };
}

async function teacherRates(
  options: PlanOptions,
  signal: AbortSignal,
): Promise<{ rowsPerCoreSecond: Rate; bytesPerRow: Rate }> {
  const given = (value: number, flag: string): Rate => ({ value, from: `given with ${flag}` });
  const { teacherRate, bytesPerRow } = options;
  if (teacherRate === 0) throw new UsageError('--teacher-rate 0: a teacher that traces nothing never ends');
  if (teacherRate !== undefined && bytesPerRow !== undefined)
    return {
      rowsPerCoreSecond: given(teacherRate, '--teacher-rate'),
      bytesPerRow: given(bytesPerRow, '--bytes-per-row'),
    };
  const scratch = await mkdtemp(join(tmpdir(), 'understudy-plan-'));
  try {
    const path = options.text ?? (await writeSampleText(scratch, 0)).trainingFile;
    const { size } = await stat(path);
    const to = Math.min(size, options.sample);
    if (to === 0) throw new DataError(`${path}: is empty, there is nothing to measure on`);
    const teacher = await findTeacher(options.teacher);
    const folder = join(scratch, 'shards');
    const began = performance.now();
    const manifest = await logFile(
      teacher,
      { path, name: 'sample', bytes: size, folder },
      { range: { from: 0, to }, warmUp: 0, stride: 1, profile: 'target' },
      signal,
    );
    const seconds = (performance.now() - began) / 1000;
    const bytes = manifest.shards.reduce((sum, shard) => sum + shard.bytes, 0);
    const from = `measured here on ${formatBytes(to)} with the ${teacher.name} teacher`;
    return {
      rowsPerCoreSecond:
        teacherRate === undefined
          ? { value: manifest.rows / seconds, from }
          : given(teacherRate, '--teacher-rate'),
      bytesPerRow:
        bytesPerRow === undefined
          ? { value: bytes / manifest.rows, from }
          : given(bytesPerRow, '--bytes-per-row'),
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function gpuRate(options: PlanOptions, preset: Preset, macPerByte: number): Promise<Rate> {
  if (options.gpuRate !== undefined) {
    if (options.gpuRate === 0) throw new UsageError('--gpu-rate 0: a GPU that learns nothing never ends');
    return { value: options.gpuRate, from: 'given with --gpu-rate' };
  }
  if (options.run !== undefined) {
    const log = await readRunLog(options.run);
    const speed = meanSpeed(log);
    if (speed === undefined) throw new DataError(`${options.run}: its log holds no speed yet`);
    if (log.started?.mac_per_byte !== macPerByte)
      throw new DataError(`${options.run}: is a run of another student than the preset's; give --gpu-rate`);
    return { value: speed, from: `measured in ${options.run} on ${log.started.device}` };
  }
  // Small batches leave a GPU waiting for its next kernel, whatever its peak.
  const rowsAStep =
    (preset.lanes * Number(preset.train['window'] ?? 1)) / (preset.nodes * preset.gpusPerNode);
  const value = Math.min(
    (options.gpuPeak * 1e12 * options.gpuShare) / (FLOP_PER_MAC * macPerByte),
    rowsAStep / (options.gpuStep / 1000),
  );
  if (!(value > 0) || !Number.isFinite(value))
    throw new UsageError('--gpu-peak, --gpu-share and --gpu-step must be above 0');
  return {
    value,
    from: `assumed: ${(100 * options.gpuShare).toFixed(0)} % of ${options.gpuPeak} TFLOP/s, no step under ${options.gpuStep} ms; measure with --run`,
  };
}

/** Free bytes where `path` is, or will be. */
async function freeBytes(path: string): Promise<number> {
  let place = resolve(path);
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize } = await statfs(place);
  return bavail * bsize;
}

const hours = (value: number): string => (value >= 1000 ? formatCount(value) : value.toPrecision(3));

function describe(plan: Plan, preset: Preset, options: PlanOptions, macPerByte: number): string {
  const { rates, price } = plan;
  const claim = preset.claimedHours;
  const per = (rate: Rate, unit: string): string => `${formatCount(rate.value)} ${unit} (${rate.from})`;
  const table = [
    `${plan.preset}: ${preset.says}`,
    ``,
    `log      ${formatCount(plan.shards)} shards × ${formatCount(preset.rowsPerShard)} rows = ${formatCount(plan.rows)} rows, and ${formatCount(plan.warmUpRows)} to warm up`,
    `         ${per(rates.rowsPerCoreSecond, 'rows/s a core')}`,
    `         ${hours(plan.coreHours)} core-hours, ${hours(plan.logHours)} hours on ${Math.min(options.jobs, plan.shards)} cores, ${price.log.toFixed(2)} at ${options.corePrice} a core-hour`,
    `disk     ${formatBytes(plan.bytes)}, ${per(rates.bytesPerRow, 'bytes a row')}; ${formatBytes(plan.freeBytes)} free`,
    `train    ${formatCount(plan.steps)} steps, ${formatCount(plan.rowsLearned)} rows learned from, ${formatCount(macPerByte)} MAC each (${preset.train['arch'] ?? ''})`,
    `         ${per(rates.rowsPerGpuSecond, 'rows/s a GPU')}`,
    `         ${hours(plan.gpuHours)} GPU-hours, ${hours(plan.trainHours)} hours on ${plan.gpus} GPUs, ${price.train.toFixed(2)} at ${options.gpuPrice} a GPU-hour`,
    ...(claim === undefined
      ? []
      : [
          `         as claimed by others: ${claim} hours on 8 GPUs = ${claim * 8} GPU-hours, ${(claim * 8 * options.gpuPrice).toFixed(2)}`,
        ]),
    `total    ${(price.log + price.train).toFixed(2)}; exporting and measuring take minutes`,
  ];
  return `${table.join('\n')}\n`;
}
