/** The commands for more than one machine: `trainer slurm …`, `trainer plan`, `trainer status`. */
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { readSite, type SiteOptions } from './cluster/site.ts';
import { planRun, type PlanOptions } from './commands/plan.ts';
import { slurmLog, slurmPipeline, slurmTrain, type SlurmOptions } from './commands/slurm.ts';
import { showStatus } from './commands/status.ts';
import { parseCount, parsePositive } from './numbers.ts';
import { PRESETS } from './presets.ts';

const presets = Object.keys(PRESETS);
const presetOption = (): Option =>
  new Option('--preset <name>', 'how much of everything').choices(presets).makeOptionMandatory();

export function addClusterCommands(program: Command, signal: AbortSignal): void {
  addSlurm(program);
  addPlan(program, signal);
  program
    .command('status')
    .description('how far a run of `trainer slurm` is, from its files alone')
    .argument('<dir>', 'the run: --out of `trainer slurm`')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  trainer status /shared/runs/first')
    .action(async (folder: string, options: { json?: boolean }) => {
      await showStatus(folder, options.json === true);
    });
}

type SlurmFlags = Omit<SlurmOptions, 'site' | 'submit' | 'set'> &
  Pick<SiteOptions, 'partition' | 'account' | 'qos' | 'constraint' | 'gpuType'> & {
    site?: string;
    container?: string;
    setup?: string[];
    submit?: boolean;
    set?: Record<string, string>;
  };

function addSlurm(program: Command): void {
  const slurm = program
    .command('slurm')
    .description('write the job files of a run on a cluster, and submit them')
    .addHelpText(
      'after',
      '\nExamples:\n  trainer slurm pipeline --preset reference texts/ --out /shared/runs/first',
    );
  const command = (name: string, description: string): Command =>
    slurm
      .command(name)
      .description(description)
      .addOption(presetOption())
      .requiredOption('-o, --out <dir>', 'folder of the run, on a file system that all nodes see')
      .option('--submit', 'submit what was written')
      .option('--site <file>', "your cluster's options as JSON: docs/CLUSTER.md; options given here win")
      .option('--partition <name>', 'partition of all jobs')
      .option('--account <name>', 'account of all jobs')
      .option('--qos <name>', 'quality of service of all jobs')
      .option('--constraint <features>', 'features that nodes must have')
      .option('--gpu-type <name>', "the GPUs' type in Slurm's words: h100")
      .option('--container <words>', 'what comes before every command: "apptainer exec --nv image.sif"')
      .option(
        '--setup <line>',
        'line of bash before the commands, such as "module load cuda" (repeat)',
        collect,
      );
  const log = (made: Command): Command =>
    made
      .argument('[text...]', 'files or folders (not for presets that bring their text)')
      .option('--shards <n>', 'shards to be made (default: the preset’s)', parsePositive)
      .option('--rows-per-shard <n>', 'rows of each', parsePositive)
      .option('--warm-up <bytes>', 'bytes before each from which its teacher learns untraced', parseCount)
      .option('--mem <MiB>', "the teacher's memory", parsePositive)
      .option('--teacher <path>', 'a native teacher (default: as `trainer log`)')
      .option('--throttle <n>', 'most shards at the same time', parsePositive);
  const train = (made: Command): Command =>
    made
      .option('--nodes <n>', 'nodes of the training (default: the preset’s)', parsePositive)
      .option('--gpus <n>', 'GPUs of each', parsePositive)
      .option('--warn-seconds <n>', 'seconds before the time limit at which it saves', parsePositive, 300)
      .option('--set <flag=value>', 'a flag of `trainer train`: learning-rate=2e-4 (repeat)', collectPairs);

  log(command('log', 'a job array, a shard a task; whole shards are skipped'))
    .addHelpText(
      'after',
      '\nExample:\n  trainer slurm log --preset reference texts/ --out /shared/runs/first --partition cpu --submit',
    )
    .action(async (texts: string[], flags: SlurmFlags) => {
      await slurmLog(texts, await slurmOptions(flags));
    });
  train(command('train', 'torchrun over nodes and GPUs; saved and queued again before the time limit'))
    .option(
      '--from <dir...>',
      "shards elsewhere: folders, or URIs such as s3://bucket/folder (default: the run's)",
    )
    .addHelpText(
      'after',
      '\nExample:\n  trainer slurm train --preset reference --out /shared/runs/first --nodes 4 --gpus 8 --submit',
    )
    .action(async (flags: SlurmFlags) => {
      await slurmTrain(await slurmOptions(flags));
    });
  train(
    log(command('pipeline', 'the whole path: log, train, export, evaluate, each waiting for the one before')),
  )
    .option('--evaluate <file...>', 'files to measure the student on')
    .addHelpText(
      'after',
      '\nExample:\n  trainer slurm pipeline --preset reference texts/ --evaluate enwik8 --out /shared/runs/first --submit',
    )
    .action(async (texts: string[], flags: SlurmFlags) => {
      await slurmPipeline(texts, await slurmOptions(flags));
    });
}

async function slurmOptions({
  site,
  container,
  setup,
  set = {},
  submit = false,
  ...flags
}: SlurmFlags): Promise<SlurmOptions> {
  const given: SiteOptions = {};
  for (const key of ['partition', 'account', 'qos', 'constraint', 'gpuType'] as const) {
    const value = flags[key];
    if (value !== undefined) given[key] = value;
  }
  if (container !== undefined) given.container = container.split(/\s+/).filter(Boolean);
  if (setup !== undefined) given.setup = setup;
  return { ...flags, submit, set, site: await readSite(site, given) };
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function collectPairs(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([a-z][a-z0-9-]*)=(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('give FLAG=VALUE');
  return { ...before, [name]: value };
}

function addPlan(program: Command, signal: AbortSignal): void {
  const price = (text: string): number => {
    const value = Number(text);
    if (!(value >= 0)) throw new InvalidArgumentError('give a number of at least 0');
    return value;
  };
  program
    .command('plan')
    .description('what a run will cost before it starts: rows, bytes, core-hours, GPU-hours, money')
    .addOption(presetOption())
    .option('-o, --out <dir>', 'where the run will lie: its disk must hold the shards', '.')
    .option('--shards <n>', 'shards (default: the preset’s)', parsePositive)
    .option('--rows-per-shard <n>', 'rows of each', parsePositive)
    .option('--nodes <n>', 'nodes of the training', parsePositive)
    .option('--gpus <n>', 'GPUs of each', parsePositive)
    .option('--jobs <n>', 'shards made at the same time', parsePositive, 50)
    .option('--text <file>', 'text to measure the teacher on (default: the project’s own)')
    .option('--sample <bytes>', 'how much of it', parsePositive, 65536)
    .option('--teacher <path>', 'a native teacher (default: as `trainer log`)')
    .option('--teacher-rate <rows/s>', 'rows a core traces in a second, instead of measuring', price)
    .option('--bytes-per-row <bytes>', 'bytes of a row in a shard, instead of measuring', price)
    .option('--run <dir>', 'a training run whose speed a GPU (or rank) counts for')
    .option('--gpu-rate <rows/s>', 'rows a GPU learns from in a second', price)
    .option('--gpu-peak <TFLOP/s>', 'peak of a GPU, where no rate is known (A100)', price, 312)
    .option('--gpu-share <share>', 'share of that peak which training reaches', price, 0.3)
    .option('--gpu-step <ms>', 'least time of a step, where no rate is known', price, 5)
    .option('--core-price <price>', 'of a core-hour', price, 0.05)
    .option('--gpu-price <price>', 'of a GPU-hour', price, 2)
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  trainer plan --preset reference --out /shared/runs\n  trainer plan --preset reference --run runs/try --gpu-price 1.8',
    )
    .action(async (options: PlanOptions) => {
      await planRun(options, signal);
    });
}
