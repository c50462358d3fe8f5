/**
 * From the words of the command line to what was asked for. Pure: reads no file and no terminal. Every mistake is a
 * `UsageError` whose sentence says what to write instead.
 */
import { parseArgs } from 'node:util';
import type { LevelNumber } from '@understudy/codec';
import { UsageError } from '../errors.ts';
import {
  commandNames,
  defaultLevel,
  flags,
  presets,
  type CommandName,
  type Flag,
  type FlagName,
} from './flags.ts';
import { nearest } from './nearest.ts';

export interface Options {
  level: LevelNumber;
  /** Whether the level was asked for. */
  levelGiven: boolean;
  model?: string;
  engine?: string;
  /** 0 or undefined: one per core. */
  threads?: number;
  output?: string;
  stdout: boolean;
  force: boolean;
  /** `small`: up to `verifiedBytes` of originals. */
  verify: 'small' | 'always' | 'never';
  /** An archive for each file, instead of one for all. */
  each: boolean;
  /** Whether name and time of a single file are stored. */
  storeName: boolean;
  extract: string[];
  recover: boolean;
  json: boolean;
  /** −2 silent, −1 errors and warnings, 0 a line per file, 1 details, 2 stack traces. */
  verbosity: number;
  progress: 'auto' | 'always' | 'never';
  color: 'auto' | 'always' | 'never';
}

export type Request =
  | { kind: 'run'; command: CommandName; files: string[]; options: Options }
  | { kind: 'help'; long: boolean; command?: CommandName }
  | { kind: 'version' };

type Given = { name: FlagName | 'preset'; written: string; value?: string };

const table: readonly Flag[] = flags;

/** @throws UsageError */
export function parseCommandLine(words: readonly string[]): Request {
  const { given, names } = tokenize(words);
  const wants = (name: FlagName): Given | undefined => given.find((one) => one.name === name);
  const [first, ...files] = names;
  const help = wants('help');
  if (help || first === 'help' || (first === undefined && given.length === 0)) {
    const about = commandNames.find((name) => name === (first === 'help' ? files[0] : first));
    return { kind: 'help', long: help?.written === '--help' || first === 'help', command: about };
  }
  if (wants('version')) return { kind: 'version' };
  const command = commandNamed(first);
  for (const { name, written } of given) refuseForeign(name === 'preset' ? 'level' : name, written, command);
  return { kind: 'run', command, files, options: readOptions(given) };
}

function tokenize(words: readonly string[]): { given: Given[]; names: string[] } {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string; multiple: true }> = {};
  for (const { name, short, value } of table) {
    options[name] = {
      type: value === undefined ? 'boolean' : 'string',
      multiple: true,
      ...(short && { short }),
    };
  }
  for (const digit of Object.keys(presets))
    options[`preset${digit}`] = { type: 'boolean', short: digit, multiple: true };
  const { tokens } = parseArgs({
    args: [...words],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given: Given[] = [];
  const names: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') names.push(token.value);
    if (token.kind !== 'option') continue;
    const { rawName: written, value, inlineValue } = token;
    if (token.name.startsWith('preset') && written.length === 2) {
      given.push({ name: 'preset', written, value: written[1] });
      continue;
    }
    const flag = flags.find(({ name }) => name === token.name);
    if (!flag) throw unknownFlag(written);
    if (!('value' in flag)) {
      if (value !== undefined) throw new UsageError(`${written} takes no value, but got “${value}”`);
      given.push({ name: flag.name, written });
      continue;
    }
    if (value === undefined || (!inlineValue && value.startsWith('-') && value !== '-')) {
      const swallowed = value === undefined ? '' : `; for a name that begins with a dash write ./${value}`;
      throw new UsageError(`${written} needs a value: ${written} ${flag.value}${swallowed}`);
    }
    given.push({ name: flag.name, written, value });
  }
  return { given, names };
}

function unknownFlag(written: string): UsageError {
  const longNames = table.map(({ name }) => name);
  const near = written.startsWith('--') ? nearest(written.slice(2), longNames) : undefined;
  const hint = near ? `did you mean --${near}?` : '`understudy --help` lists the flags.';
  return new UsageError(`unknown flag ${written}; ${hint} A file of that name is written ./${written}`);
}

function commandNamed(word: string | undefined): CommandName {
  if (word === undefined) throw new UsageError(`no command given: one of ${commandNames.join(', ')}`);
  const command = commandNames.find((name) => name === word);
  if (command) return command;
  const near = nearest(word, commandNames);
  throw new UsageError(
    near
      ? `unknown command “${word}”; did you mean ${near}?`
      : `unknown command “${word}”; there are ${commandNames.join(', ')}. To compress a file: understudy compress FILE`,
  );
}

function refuseForeign(name: FlagName, written: string, command: CommandName): void {
  const flag = table.find((one) => one.name === name);
  if (!flag || flag.commands.includes(command)) return;
  throw new UsageError(
    `${written} has no meaning for ${command}; it belongs to ${flag.commands.join(' and ')}`,
  );
}

function readOptions(given: readonly Given[]): Options {
  const count = (name: FlagName): number => given.filter((one) => one.name === name).length;
  const last = (...names: Given['name'][]): Given | undefined =>
    given.findLast((one) => names.includes(one.name));
  const output = last('output')?.value;
  const options: Options = {
    level: levelNamed(last('level', 'preset')),
    levelGiven: last('level', 'preset') !== undefined,
    model: last('model')?.value,
    engine: last('engine')?.value,
    threads: threadCount(last('threads')?.value),
    output: output === '-' ? undefined : output,
    stdout: count('stdout') > 0 || output === '-',
    force: count('force') > 0,
    verify: verifyWhen(last('verify', 'no-verify')),
    each: count('each') > 0,
    storeName: count('no-name') === 0,
    extract: given.filter(({ name }) => name === 'extract').map(({ value = '' }) => value),
    recover: count('recover') > 0,
    json: count('json') > 0,
    verbosity: count('quiet') > 0 ? -Math.min(2, count('quiet')) : Math.min(2, count('verbose')),
    progress: progressWhen(last('progress', 'no-progress')),
    color: colorWhen(last('color')?.value),
  };
  if (options.stdout && options.output !== undefined) {
    throw new UsageError('-c and -o name two targets: give one of them');
  }
  if (options.recover && options.extract.length > 0) {
    throw new UsageError('--recover takes the whole archive: leave out --extract');
  }
  return options;
}

function levelNamed(given: Given | undefined): LevelNumber {
  if (!given) return defaultLevel;
  const { value = '' } = given;
  const numbers = Object.keys(presets).map(Number) as LevelNumber[];
  const level = numbers.findLast((number) => presets[number] === value || String(number) === value);
  if (level !== undefined) return level;
  const names = [...new Set(Object.values(presets))];
  const near = nearest(value, names);
  throw new UsageError(
    `unknown level “${value}”; ${near ? `did you mean ${near}?` : `there are ${names.join(', ')}, and -1 … -9`}`,
  );
}

function verifyWhen(given: Given | undefined): Options['verify'] {
  if (!given) return 'small';
  return given.name === 'verify' ? 'always' : 'never';
}

function threadCount(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,2}$/.test(value) || Number(value) > 64)
    throw new UsageError(`-T needs a whole number up to 64, 0 for one thread per core; got “${value}”`);
  return Number(value);
}

function progressWhen(given: Given | undefined): Options['progress'] {
  if (!given) return 'auto';
  return given.name === 'progress' ? 'always' : 'never';
}

function colorWhen(value = 'auto'): Options['color'] {
  if (value === 'auto' || value === 'always' || value === 'never') return value;
  throw new UsageError(`--color takes auto, always or never; got “${value}”`);
}
