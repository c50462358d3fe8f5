/**
 * The one table of commands and flags. Parsing, `-h`, `--help`, the hints after a mistyped name and the tests all
 * read it, so they cannot disagree. A flag's `help` is what `-h` prints; `more` is added by `--help`.
 */
import type { Level, LevelNumber } from '@understudy/codec';

export const commandNames = ['compress', 'decompress', 'test', 'list', 'info', 'bench'] as const;
export type CommandName = (typeof commandNames)[number];

export const commandHelp: Record<CommandName, { usage: string; help: string }> = {
  compress: {
    usage: '[OPTION]… FILE|DIR…',
    help: 'write FILE.ust; folders and several files become one archive',
  },
  decompress: { usage: '[OPTION]… FILE.ust…', help: 'write what an archive holds beside it' },
  test: { usage: '[OPTION]… FILE.ust…', help: 'decode in memory and check every byte; writes nothing' },
  list: {
    usage: '[--json] FILE.ust…',
    help: 'what an archive holds, with sizes and times; needs no model',
  },
  info: { usage: '[--json] FILE.ust…', help: 'everything an archive says about itself; needs no model' },
  bench: {
    usage: '[OPTION]… FILE…',
    help: 'size and speed beside other programs that are installed here',
  },
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

const everything = commandNames;
const coding = ['compress', 'decompress', 'test'] as const;
const running = ['compress', 'decompress', 'test', 'bench'] as const;
const writing = ['compress', 'decompress'] as const;

export const flags = [
  {
    name: 'level',
    short: 'l',
    value: 'LEVEL',
    commands: ['compress', 'bench'],
    help: 'by name; -1 … -9 as below [balanced: -5]',
    more: 'A name means its last number. `bench` measures fast, balanced and best unless one level is given.',
  },
  {
    name: 'model',
    short: 'm',
    value: 'MODEL',
    commands: running,
    help: 'a name in models/, a folder or an .onnx file',
    more:
      "Compressing takes the newest released model by default. Decompressing finds the archive's model by its id " +
      'among models/ and the one given here.',
  },
  {
    name: 'engine',
    short: 'e',
    value: 'ENGINE',
    commands: running,
    help: 'what runs the model; auto picks one [auto]',
    more: 'There are simd, webgpu, ort-wasm and ort-webgpu. The engine changes the speed, never a byte of the result.',
  },
  {
    name: 'threads',
    short: 'T',
    value: 'N',
    commands: running,
    help: 'threads, up to 64; 0 is one per core [0]',
    more: 'Blocks are worked on side by side, so small files have no use for more than one thread. The result is the same.',
  },
  {
    name: 'output',
    short: 'o',
    value: 'OUT',
    commands: writing,
    help: 'write to OUT; into it if it is a folder; - is a pipe',
    more: 'For an archive of many files OUT is the folder to unpack into; it is made where it is missing.',
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
    name: 'each',
    commands: ['compress'],
    help: 'an archive for each FILE, not one for all',
  },
  {
    name: 'no-name',
    short: 'n',
    commands: ['compress'],
    help: "do not store a single file's name and time",
    more: 'Then the archive depends on nothing but the contents, as it does where they come from a pipe.',
  },
  {
    name: 'verify',
    commands: ['compress'],
    help: 'decode the new archive and compare [≤ 4 MiB]',
    more:
      'By default that is done up to 4 MiB of originals: an archive gets its name only when it was found to hold the same ' +
      'bytes. Beyond, it would double the time; `understudy test` does it later.',
  },
  { name: 'no-verify', commands: ['compress'], help: 'never decode the new archive for comparison' },
  {
    name: 'extract',
    value: 'PATH',
    commands: ['decompress'],
    help: 'only this file or folder of it; repeatable',
    more: 'It is written under the last part of PATH. Only the blocks it lies in are decoded.',
  },
  {
    name: 'recover',
    commands: ['decompress'],
    help: 'write what can be had of a damaged archive',
    more: 'Zeros stand for what is lost. Each lost range is reported; the exit code is 1 if anything is lost.',
  },
  {
    name: 'json',
    commands: everything,
    help: 'one JSON object per file and line, on standard output; with -c on standard error',
  },
  { name: 'quiet', short: 'q', commands: everything, help: 'say nothing but errors; -qq: not even those' },
  {
    name: 'verbose',
    short: 'v',
    commands: everything,
    help: 'say which engine runs and why; -vv: where errors arose',
  },
  { name: 'progress', commands: coding, help: 'show progress even where standard error is no terminal' },
  { name: 'no-progress', commands: coding, help: 'never show progress' },
  {
    name: 'color',
    value: 'WHEN',
    commands: everything,
    help: 'auto, always or never [auto; NO_COLOR turns it off]',
  },
  {
    name: 'help',
    short: 'h',
    commands: everything,
    help: '-h: this page; --help: everything, exit codes included',
  },
  { name: 'version', short: 'V', commands: everything, help: 'print the version' },
] as const satisfies readonly Flag[];

export type FlagName = (typeof flags)[number]['name'];

/** The digits `-1` … `-9` and the level each belongs to: the codec's table, without loading the codec for a page of help. */
export const presets: Readonly<Record<LevelNumber, Level>> = {
  1: 'fast',
  2: 'fast',
  3: 'deep',
  4: 'balanced',
  5: 'balanced',
  6: 'best',
  7: 'best',
  8: 'best',
  9: 'teacher',
};
export const defaultLevel: LevelNumber = 5;
/** An original up to so many bytes is verified unless it is said otherwise. */
export const verifiedBytes = 4 << 20;

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
  [exitCodes.badData, 'bad data: an archive is damaged, cut short or no .ust file'],
  [exitCodes.usage, 'usage: a flag, a name or a target that cannot be meant'],
  [exitCodes.environment, 'environment: engine, model, disk, permissions'],
  [exitCodes.interrupted, 'interrupted; no half-written file is left'],
];
