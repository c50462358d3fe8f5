/**
 * The job files, as text: what `trainer slurm` writes and docs/CLUSTER.md shows. Everything in them is plain bash around Slurm and
 * torchrun, so that they can be read, changed and submitted by hand. Invariants: an output is appended to, never begun anew; a job that was
 * stopped by a signal queues itself again, one that was refused does not; the exit code is that of the work.
 */
import { join } from 'node:path';
import type { RunFolder } from './folder.ts';
import { command, directive, quote, slurmTime } from './shell.ts';
import type { JobName, SiteOptions } from './site.ts';

/** Programs as the nodes see them. */
export interface Installation {
  node: string;
  trainer: string;
  python: string;
  pythonSources: string;
}

export interface LogJob {
  /** Array indexes of the tasks to be run. */
  array: string;
  /** Most tasks at the same time; undefined for as many as fit. */
  throttle?: number;
  /** Flags of `trainer log` that all tasks share. */
  flags: readonly string[];
}

export interface TrainJob {
  nodes: number;
  gpusPerNode: number;
  /** Seconds before the time limit at which the trainer is told to save. */
  warnSeconds: number;
  /** Flags of `trainer train` but --out and --shards. */
  flags: readonly string[];
  /** Folders or URIs of shards; undefined for those of the table. */
  shards: readonly string[] | undefined;
}

const MINUTES: Record<JobName, number> = { log: 24 * 60, train: 24 * 60, export: 60, evaluate: 60 };
const CPUS: Record<JobName, number> = { log: 2, train: 8, export: 4, evaluate: 4 };
const RESTARTS = 3;

function head(job: JobName, folder: RunFolder, site: SiteOptions, own: readonly string[]): string[] {
  const output = join(folder.slurm, `${job}-${job === 'log' ? '%A_%a' : '%j'}.out`);
  const optional = (['partition', 'account', 'qos', 'constraint'] as const).flatMap((name) =>
    site[name] === undefined ? [] : [directive(name, site[name])],
  );
  return [
    '#!/bin/bash',
    directive('job-name', `understudy-${job}`),
    ...own,
    directive('time', slurmTime(site.minutes ?? MINUTES[job])),
    ...(site.memory === undefined ? [] : [directive('mem', site.memory)]),
    ...optional,
    ...(site.directives ?? []).map((option) => `#SBATCH ${option}`),
    directive('requeue'),
    directive('open-mode', 'append'),
    directive('output', output),
    // before `set -u`: what sites load does not always stand it
    ...(site.setup ?? []),
    'set -uo pipefail',
  ];
}

/** Bash: whether this job still counts as running, so that a cancelled one is not brought back. */
const STILL_RUNNING = '[ "$(squeue --noheader --jobs="$self" --format=%T)" = RUNNING ]';

/** `slurm/log.sbatch`: a task a shard. */
export function logJob(folder: RunFolder, site: SiteOptions, on: Installation, job: LogJob): string {
  const throttle = job.throttle === undefined ? '' : `%${job.throttle}`;
  return lines(
    ...head('log', folder, site, [
      directive('array', `${job.array}${throttle}`),
      directive('ntasks', 1),
      directive('cpus-per-task', site.cpus ?? CPUS.log),
    ]),
    '',
    '# Task N makes the shard in line N + 1 of the table: one that is whole is left alone, a half one is made anew.',
    `tasks=${quote(folder.tasks)}`,
    `IFS=$'\\t' read -r _ shard from to text < <(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" "$tasks")`,
    `${command([...(site.container ?? []), on.node, on.trainer, 'log'], job.flags)} \\`,
    '  "$text" --range "$from:$to" --out "$shard"',
    'code=$?',
    '',
    `# Killed from outside, for memory or by hand: again, at most ${RESTARTS} times. A refusal would only be said again.`,
    'self="${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"',
    `if [ "$code" -gt 128 ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt ${RESTARTS} ] && ${STILL_RUNNING}; then`,
    '  echo "shard $SLURM_ARRAY_TASK_ID: killed (exit code $code), back into the queue" >&2',
    '  scontrol requeue "$self" && sleep 60',
    'fi',
    'exit "$code"',
  );
}

/** `slurm/train.sbatch`: torchrun over nodes times GPUs, saved and queued again before the time limit. */
export function trainJob(folder: RunFolder, site: SiteOptions, on: Installation, job: TrainJob): string {
  const type = site.gpuType === undefined ? '' : `${site.gpuType}:`;
  const cpus = (site.cpus ?? CPUS.train) * job.gpusPerNode;
  const torchrun = [
    '-m',
    'torch.distributed.run',
    `--nnodes=${job.nodes}`,
    `--nproc-per-node=${job.gpusPerNode}`,
  ];
  return lines(
    ...head('train', folder, site, [
      directive('nodes', job.nodes),
      directive('ntasks-per-node', 1),
      directive('gres', `gpu:${type}${job.gpusPerNode}`),
      directive('cpus-per-task', cpus),
      directive('signal', `B:USR1@${job.warnSeconds}`),
    ]),
    '',
    `run=${quote(folder.run)}`,
    job.shards === undefined
      ? `mapfile -t shards < <(cut -f 2 ${quote(folder.tasks)})`
      : `shards=(${job.shards.map(quote).join(' ')})`,
    `export PYTHONPATH=${quote(on.pythonSources)} OMP_NUM_THREADS=1`,
    '',
    '# Rank 0 is on the first node. Its address comes from Slurm: names of nodes do not resolve everywhere.',
    'first=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)',
    'address=$(scontrol show node "$first" | grep -o "NodeAddr=[^ ]*" | cut -d = -f 2)',
    'port=$((20000 + SLURM_JOB_ID % 20000))',
    'rm -f "$run/stopped"',
    '',
    '# The number of a node is known only within its task. torchrun would die of USR1, which is meant for its workers.',
    `srun --kill-on-bad-exit=1 --cpus-per-task=${cpus} bash -c '`,
    '  export PET_NODE_RANK="$SLURM_NODEID"',
    `  exec env --ignore-signal=USR1 "$@"' torchrun \\`,
    `  ${[...(site.container ?? []), on.python, ...torchrun].map(quote).join(' ')} \\`,
    '  --master-addr="$address" --master-port="$port" \\',
    `  -m understudy_trainer train --out "$run" --shards "\${shards[@]}" \\`,
    `  ${command(...inLines(job.flags))} &`,
    'step=$!',
    '',
    '# USR1 comes before the time limit, TERM with preemption: the trainer saves after its step and leaves a file `stopped`.',
    `trap 'kill -USR1 "$step"' USR1`,
    `trap 'kill -TERM "$step"' TERM`,
    'while kill -0 "$step" 2> /dev/null; do wait "$step"; done',
    'wait "$step"',
    'code=$?',
    'trap - USR1 TERM',
    '',
    '# Saved in the middle: back into the queue to go on from there, unless nothing was learned since the last time.',
    'if [ -f "$run/stopped" ]; then',
    '  self=$SLURM_JOB_ID',
    '  if cmp -s "$run/stopped" "$run/requeued"; then',
    '    echo "no step was made since the last start; ask for more time" >&2',
    `  elif ${STILL_RUNNING}; then`,
    '    cp "$run/stopped" "$run/requeued"',
    '    scontrol requeue "$self" && sleep 60',
    '  fi',
    '  exit 1',
    'fi',
    'exit "$code"',
  );
}

/** `slurm/export.sbatch`: from the run's checkpoint to a model folder. */
export function exportJob(folder: RunFolder, site: SiteOptions, on: Installation, name: string): string {
  return lines(
    ...head('export', folder, site, [
      directive('ntasks', 1),
      directive('cpus-per-task', site.cpus ?? CPUS.export),
    ]),
    `export UNDERSTUDY_PYTHON=${quote(on.python)}`,
    '',
    command(
      [...(site.container ?? []), on.node, on.trainer, 'export', folder.run],
      ['--out', join(folder.models, name), '--force'],
    ),
  );
}

/** `slurm/evaluate.sbatch`: real archives of `files` through the model, and back; figures as one JSON object a line. */
export function evaluateJob(
  folder: RunFolder,
  site: SiteOptions,
  on: Installation,
  job: { name: string; files: readonly string[] },
): string {
  return lines(
    ...head('evaluate', folder, site, [
      directive('ntasks', 1),
      directive('cpus-per-task', site.cpus ?? CPUS.evaluate),
    ]),
    '',
    `${command(
      [...(site.container ?? []), on.node, on.trainer, 'evaluate', '--json'],
      ['--model', join(folder.models, job.name)],
      ...job.files.map((file) => [file]),
    )} \\\n  > ${quote(`${folder.evaluation}.partial`)} || exit`,
    `mv ${quote(`${folder.evaluation}.partial`)} ${quote(folder.evaluation)}`,
  );
}

/** `slurm/submit.sh`: submits job files in order; each waits for the one before it and is cancelled where that fails. */
export function submitScript(folder: RunFolder, jobs: readonly JobName[]): string {
  const submit = jobs.flatMap((job, index) => {
    const before = jobs[index - 1];
    const wait = before === undefined ? '' : ` --dependency="afterok:$${before}" --kill-on-invalid-dep=yes`;
    return [
      `${job}=$(sbatch --parsable${wait} ${quote(jobFile(folder, job))})`,
      `${job}=\${${job}%%;*} && submitted+=("$${job}") && echo "${job} $${job}"`,
    ];
  });
  return lines(
    '#!/bin/bash',
    '# Submits the jobs beside this file. Where one is refused, those before it are taken back.',
    'set -euo pipefail',
    'submitted=()',
    `trap 'for job in "\${submitted[@]}"; do scancel "$job"; done' ERR`,
    ...submit,
  );
}

export function jobFile(folder: RunFolder, job: JobName): string {
  return join(folder.slurm, `${job}.sbatch`);
}

const WORDS_A_LINE = 5;

function inLines(words: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(words.length / WORDS_A_LINE) }, (_, line) =>
    words.slice(line * WORDS_A_LINE, (line + 1) * WORDS_A_LINE),
  );
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
