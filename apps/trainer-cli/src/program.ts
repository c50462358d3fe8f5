/** Commands, flags and help of `trainer`: what can be said on the command line, and which function each sentence reaches. */
import { Command, Option } from 'commander';
import { levelNames, type Level } from '@understudy/codec';
import { DEFAULT_ROWS_PER_SHARD, PROFILES } from '@understudy/trace';
import { convertFile, type ConvertCommandOptions } from './commands/convert.ts';
import { describeEvaluation, evaluateFiles } from './commands/evaluate.ts';
import { findInputs } from './commands/inputs.ts';
import { checkLogOptions, logFile, type LogOptions } from './commands/log.ts';
import { runPipeline, type PipelineOptions } from './commands/pipeline.ts';
import { formatCount, parseCount, parsePositive, parseRange } from './numbers.ts';
import { samplePresets } from './presets.ts';
import { addClusterCommands } from './program-cluster.ts';
import { runPython } from './python.ts';
import { findTeacher } from './teacher/teacher.ts';

/** What a command leaves for the shell, when it is not an error. */
export interface Outcome {
  exitCode: number;
}

const EXIT_CODES =
  '\nExit codes: 0 ok, 1 bad data, 2 wrong usage, 3 something this machine lacks, 130 interrupted.';

export function createProgram(outcome: Outcome, signal: AbortSignal): Command {
  const program = new Command('trainer')
    .description('Make students: log a teacher, train on its shards, export, evaluate.')
    .usage('COMMAND [OPTIONS]')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'trainer: ')) })
    .showSuggestionAfterError()
    .addHelpText('after', EXIT_CODES);
  addLog(program, signal);
  addConvert(program, signal);
  addPython(program, outcome);
  addEvaluate(program, signal);
  addPipeline(program, outcome, signal);
  addClusterCommands(program, signal);
  for (const command of program.commands) command.addHelpText('after', EXIT_CODES);
  return program;
}

type LogFlags = Omit<LogOptions, 'memory' | 'range'> & {
  range?: LogOptions['range'];
  out: string;
  mem?: number;
  teacher?: string;
};

function addLog(program: Command, signal: AbortSignal): void {
  program
    .command('log')
    .description('run the teacher over text and write what it thought before each byte as Parquet shards')
    .argument('<text...>', 'files, or folders of files; several files get a folder each within --out')
    .requiredOption('-o, --out <dir>', 'folder for shards and manifest')
    .addOption(
      new Option('--profile <profile>', 'columns: full ≈ 13 kB a row, compact ≈ 4 kB, target ≈ 1 kB')
        .choices(PROFILES)
        .default('target'),
    )
    .option('--range <A:B>', 'only positions A ≤ n < B; 1000:, :64Ki and 1M:2M are ranges too', parseRange)
    .option('--warm-up <bytes>', 'bytes before A from which the teacher learns untraced', parseCount, 0)
    .option('--stride <n>', 'a row at every n-th position', parsePositive, 1)
    .option(
      '--rows-per-shard <n>',
      `rows of a shard (default: ${formatCount(DEFAULT_ROWS_PER_SHARD)})`,
      parsePositive,
    )
    .option('--mem <MiB>', "the teacher's memory (default: 1024 native, 256 as WASM)", parsePositive)
    .option('--lstm', 'with the LSTM byte mixer: stronger and slower')
    .option('--teacher <path>', 'a native teacher (default: wasm/cmix/build/teacher if built, else WASM)')
    .option(
      '--verify',
      "code the shards' symbols again and compare with the teacher's archive (stride 1; full or compact)",
    )
    .option('--force', 'replace shards of another trace in --out')
    .addHelpText(
      'after',
      '\nExamples:\n  trainer log book.txt --out shards/book\n  trainer log texts/ --out shards --range :4M\n' +
        '  trainer log book.txt --out shards/sample --profile full --range 1M:1064Ki --warm-up 1M --verify\n' +
        '\nRun again, the same command skips whole shards and goes on behind them.',
    )
    .action(async (texts: string[], { mem, teacher: path, out, range = { from: 0 }, ...flags }: LogFlags) => {
      const options: LogOptions = { ...flags, range, memory: mem };
      checkLogOptions(options);
      const inputs = await findInputs(texts, out);
      const teacher = await findTeacher(path);
      for (const input of inputs) await logFile(teacher, input, options, signal);
    });
}

function addConvert(program: Command, signal: AbortSignal): void {
  program
    .command('convert')
    .description('turn a trace stream of any compressor (docs/TRACE.md) into Parquet shards')
    .argument('<stream>', 'file, or - for standard input')
    .requiredOption('-o, --out <dir>', 'folder for shards and manifest')
    .option('--source <file>', 'the file that was traced, for its digest in the manifest')
    .option(
      '--rows-per-shard <n>',
      `rows of a shard (default: ${formatCount(DEFAULT_ROWS_PER_SHARD)})`,
      parsePositive,
    )
    .option('--force', 'replace shards that are there')
    .addHelpText(
      'after',
      '\nExamples:\n  trainer convert book.trace --out shards/book --source book.txt\n  my-compressor --trace book.txt | trainer convert - --out shards/book',
    )
    .action(async (stream: string, options: ConvertCommandOptions) => {
      await convertFile(stream, options, signal);
    });
}

function addEvaluate(program: Command, signal: AbortSignal): void {
  program
    .command('evaluate')
    .description('make real archives of files with a student, bring them back, and tell size and speed')
    .argument('<file...>', 'files to compress; nothing is written')
    .requiredOption('-m, --model <name>', 'a name in models/, or a folder with student.onnx')
    .addOption(new Option('-l, --level <name>', 'level of the archives').choices(levelNames).default('fast'))
    .option('-T, --threads <n>', 'blocks coded at the same time', parsePositive, 1)
    .option('--json', 'one JSON object per file')
    .addHelpText(
      'after',
      '\nExamples:\n  trainer evaluate book.txt --model swift-1\n  trainer evaluate texts/* --model runs/first/model --json',
    )
    .action(
      async (files: string[], options: { model: string; level: Level; threads: number; json?: boolean }) => {
        await evaluateFiles(files, options.model, options.level, options.threads, signal, (evaluation) => {
          const line = options.json ? JSON.stringify(evaluation) : describeEvaluation(evaluation);
          process.stdout.write(`${line}\n`);
        });
      },
    );
}

function addPipeline(program: Command, outcome: Outcome, signal: AbortSignal): void {
  program
    .command('pipeline')
    .description('the whole path on a small text: log, train, export, evaluate')
    .addOption(
      new Option('--preset <name>', 'how much of everything').choices(samplePresets).makeOptionMandatory(),
    )
    .option('-o, --out <dir>', 'folder for text, shards, run and model', 'runs/pipeline')
    .option('--teacher <path>', 'a native teacher (default: as `trainer log`)')
    .option('--mem <MiB>', "the teacher's memory", parsePositive)
    .option('--force', 'trace anew where --out holds shards of another trace')
    .addHelpText('after', '\nExample:\n  trainer pipeline --preset smoke        (under 3 minutes on a CPU)')
    .action(async (options: PipelineOptions) => {
      outcome.exitCode = await runPipeline(options, signal);
    });
}

/** `train`, `export`, `ablate` and `record` live in Python: their flags are passed on unread, and their help comes from there. */
function addPython(program: Command, outcome: Outcome): void {
  const passOn = (name: string, description: string, examples: string): Command =>
    program
      .command(name)
      .description(description)
      .usage('[OPTIONS]')
      .allowUnknownOption()
      .allowExcessArguments()
      .helpOption(false)
      .argument('[options...]', 'passed on to understudy_trainer')
      .addHelpText('after', examples);
  const wantsHelp = (args: string[]): boolean => args.includes('--help') || args.includes('-h');

  const train = passOn('train', 'train a student on shards, plain text, or both', '');
  train
    .addOption(
      new Option('--gpus <n>', 'ranks to start with torchrun: GPUs, or CPU processes where there is none')
        .argParser(parsePositive)
        .default(1),
    )
    .action(async (args: string[], { gpus }: { gpus: number }) => {
      if (wantsHelp(args)) process.stdout.write(`${TRAIN_EXAMPLES}\n\n`);
      outcome.exitCode = await runPython(['train', ...args], wantsHelp(args) ? 1 : gpus);
    });
  passOn('loader', 'measure how many rows of shards a second are read for training', '').action(
    async (args: string[]) => {
      outcome.exitCode = await runPython(['loader', ...args]);
    },
  );
  passOn('export', 'write student.onnx, parity.bin and card.json of a trained run', '').action(
    async (args: string[]) => {
      if (wantsHelp(args)) process.stdout.write(`${EXPORT_EXAMPLES}\n\n`);
      outcome.exitCode = await runPython(['export', ...args]);
    },
  );
  passOn('ablate', 'compare weights of the teacher at equal budget', '').action(async (args: string[]) => {
    outcome.exitCode = await runPython(['ablate', ...args]);
  });
  passOn('record', 'write what a run was told and how it went as one JSON file', '').action(
    async (args: string[]) => {
      outcome.exitCode = await runPython(['record', ...args]);
    },
  );
}

const TRAIN_EXAMPLES = `Examples:
  trainer train --arch swift --text texts/ --shards shards/book --out runs/first --steps 2000
  trainer train --arch swift --text texts/ --out runs/two --gpus 2        (torchrun, two ranks)
Run again, the same command resumes an unfinished run.`;
const EXPORT_EXAMPLES = `Example:
  trainer export runs/first --out models/my-student-1`;
