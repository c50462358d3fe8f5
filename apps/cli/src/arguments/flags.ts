/**
 * The one table of commands and flags. Parsing, `-h`, `--help`, the hints after a mistyped name and the tests all
 * read it, so they cannot disagree. A flag's `help` is what `-h` prints; `more` is added by `--help`.
 */
import type { Level } from '@understudy/codec';

export const commandNames = ['compress', 'decompress', 'test', 'list', 'info'] as const;
export type CommandName = (typeof commandNames)[number];

export const commandHelp: Record<CommandName, { usage: string; help: string }> = {
  compress: { usage: '[OPTION]… FILE…', help: 'write FILE.ust beside each FILE' },
  decompress: { usage: '[OPTION]… FILE.ust…', help: 'write the original beside each archive' },
  test: { usage: '[OPTION]… FILE.ust…', help: 'decode in memory and check every byte; writes nothing' },
  list: { usage: '[--json] FILE.ust…', help: 'one line per archive: sizes, ratio, check; needs no model' },
  info: { usage: '[--json] FILE.ust…', help: 'everything an archive says about itself; needs no model' },
};

export interface Flag {
  /** Long name, without the dashes. */
  name: string;
  short?: string;
  /** Name of the flag's value in help; a flag without one is a switch. */
  value?: string;
  /** Commands that know the flag. */
  commands: readonly CommandName[];
  help: string;
  more?: string;
}

const all = commandNames;
const coding = ['compress', 'decompress', 'test'] as const;
const writing = ['compress', 'decompress'] as const;

export const flags = [
  {
    name: 'level',
    short: 'l',
    value: 'LEVEL',
    commands: ['compress'],
    help: 'fast, the default and so far the only one; -1 and -2 mean the same',
    more: 'Levels 3 to 9 (deep, balanced, best, teacher) are refused until they exist, never replaced in silence.',
  },
  {
    name: 'model',
    short: 'm',
    value: 'MODEL',
    commands: coding,
    help: 'a name in models/, a folder or an .onnx file',
    more:
      "Compressing takes the newest released model by default. Decompressing finds the archive's model by its id " +
      'among models/ and the one given here.',
  },
  {
    name: 'engine',
    short: 'e',
    value: 'ENGINE',
    commands: coding,
    help: 'what runs the model; auto picks one [auto]',
    more: 'The engine changes the speed, never a byte of the result.',
  },
  {
    name: 'threads',
    short: 'T',
    value: 'N',
    commands: coding,
    help: 'threads, up to 64; 0 is one per core [1]',
    more: 'Threads meet several times a millisecond: on a busy machine more are slower.',
  },
  {
    name: 'output',
    short: 'o',
    value: 'OUT',
    commands: writing,
    help: 'write to OUT; into it if it is a folder; - is a pipe',
  },
  { name: 'stdout', short: 'c', commands: writing, help: 'write to standard output' },
  { name: 'force', short: 'f', commands: writing, help: 'replace an existing target' },
  {
    name: 'keep',
    short: 'k',
    commands: writing,
    help: 'accepted out of habit: sources are always kept',
  },
  {
    name: 'no-verify',
    commands: ['compress'],
    help: 'do not decode the new archive for comparison',
    more: 'Without this flag an archive gets its final name only after it has been decoded and found identical.',
  },
  {
    name: 'json',
    commands: all,
    help: 'one JSON object per file and line, on standard output; with -c on standard error',
  },
  { name: 'quiet', short: 'q', commands: all, help: 'say nothing but errors; -qq: not even those' },
  {
    name: 'verbose',
    short: 'v',
    commands: all,
    help: 'say which engine runs and why; -vv: where errors arose',
  },
  { name: 'progress', commands: coding, help: 'show progress even where standard error is no terminal' },
  { name: 'no-progress', commands: coding, help: 'never show progress' },
  {
    name: 'color',
    value: 'WHEN',
    commands: all,
    help: 'auto, always or never [auto; NO_COLOR turns it off]',
  },
  { name: 'help', short: 'h', commands: all, help: '-h: this page; --help: everything, exit codes included' },
  { name: 'version', short: 'V', commands: all, help: 'print the version' },
] as const satisfies readonly Flag[];

export type FlagName = (typeof flags)[number]['name'];

/** The digits `-1` … `-9` and the level each belongs to. */
export const presets = {
  1: 'fast',
  2: 'fast',
  3: 'deep',
  4: 'balanced',
  5: 'balanced',
  6: 'best',
  7: 'best',
  8: 'best',
  9: 'teacher',
} as const;

export const levelNames = ['fast', 'deep', 'balanced', 'best', 'teacher'] as const;
/** Levels this version can write. */
export const availableLevels = ['fast'] as const satisfies readonly Level[];

export const exitCodes = {
  ok: 0,
  badData: 1,
  usage: 2,
  environment: 3,
  interrupted: 130,
} as const;
export type ExitCode = number;

export const exitCodeHelp: readonly (readonly [number, string])[] = [
  [exitCodes.ok, 'all files done'],
  [exitCodes.badData, 'bad data: an archive is damaged, truncated or no .ust file'],
  [exitCodes.usage, 'usage: a flag, a name or a target that cannot be meant'],
  [exitCodes.environment, 'environment: engine, model, disk, permissions'],
  [exitCodes.interrupted, 'interrupted; no half-written file is left'],
];
