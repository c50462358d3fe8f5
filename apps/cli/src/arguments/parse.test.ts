import { defaultLevel, levelRules, ruleOf } from '@understudy/codec';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { commandNames, flags, presets } from './flags.ts';
import { parseCommandLine, type Options } from './parse.ts';

function optionsOf(...words: string[]): Options {
  const request = parseCommandLine(words);
  if (request.kind !== 'run') throw new Error(`expected a run, got ${request.kind}`);
  return request.options;
}

function refusal(...words: string[]): string {
  try {
    parseCommandLine(words);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('was not refused');
}

describe('a command line', () => {
  it('names a command, files and flags in any order', () => {
    expect(parseCommandLine(['-f', 'compress', 'a b.txt', '-o', 'out.ust', '-T2'])).toMatchObject({
      kind: 'run',
      command: 'compress',
      files: ['a b.txt'],
      options: { force: true, output: 'out.ust', threads: 2, level: 5, verify: 'small' },
    });
  });

  it('takes everything after -- as file names', () => {
    expect(parseCommandLine(['compress', '--', '-f', '--json'])).toMatchObject({ files: ['-f', '--json'] });
  });

  it('reads bundled short flags and counts -q and -v', () => {
    expect(optionsOf('compress', '-fc1', 'x')).toMatchObject({ force: true, stdout: true, level: 1 });
    expect(optionsOf('test', '-qq', 'x').verbosity).toBe(-2);
    expect(optionsOf('test', '-v', 'x').verbosity).toBe(1);
  });

  it('takes -o - as standard output', () => {
    expect(optionsOf('decompress', '-o', '-', 'x.ust')).toMatchObject({ stdout: true, output: undefined });
  });

  it('lets the last of contradicting flags win', () => {
    expect(optionsOf('compress', '-9', '-1', 'x').level).toBe(1);
    expect(optionsOf('compress', '--progress', '--no-progress', 'x').progress).toBe('never');
  });

  it("takes every digit and name of the codec's levels, a name as its last number", () => {
    for (const { number, name } of levelRules) {
      expect(presets[number]).toBe(name);
      expect(optionsOf('compress', `-${number}`, 'x')).toMatchObject({ level: number, levelGiven: true });
      expect(optionsOf('compress', '-l', name, 'x').level).toBe(ruleOf(name).number);
      expect(optionsOf('compress', '-l', String(number), 'x').level).toBe(number);
    }
    expect(Object.keys(presets)).toHaveLength(levelRules.length);
    expect(optionsOf('compress', 'x')).toMatchObject({ level: defaultLevel, levelGiven: false });
  });

  it('collects what to extract, and lets the last word on verifying win', () => {
    expect(optionsOf('decompress', '--extract', 'a b', '--extract=-c', 'x.ust').extract).toEqual([
      'a b',
      '-c',
    ]);
    expect(optionsOf('compress', '--no-verify', '--verify', 'x').verify).toBe('always');
    expect(optionsOf('compress', '--verify', '--no-verify', 'x').verify).toBe('never');
  });

  it.each([
    [['comprss', 'x'], 'did you mean compress?'],
    [['notes.txt'], 'understudy compress FILE'],
    [['compress', '--forse', 'x'], 'did you mean --force?'],
    [['compress', '-x', 'x'], 'unknown flag -x; `understudy --help` lists the flags.'],
    [['compress', '-l', 'slow', 'x'], 'unknown level “slow”'],
    [['compress', '-l', 'bst', 'x'], 'did you mean best?'],
    [['decompress', '--recover', '--extract', 'a', 'x'], 'leave out --extract'],
    [['compress', '-T', 'two', 'x'], '-T needs a whole number'],
    [['compress', 'x', '-o'], '-o needs a value: -o OUT'],
    [['compress', '-o', '-f', 'x'], 'write ./-f'],
    [['compress', '--force=yes', 'x'], '--force takes no value'],
    [['compress', '-c', '-o', 'y', 'x'], '-c and -o name two targets'],
    [['list', '-f', 'x'], '-f has no meaning for list'],
    [['decompress', '-1', 'x'], '-1 has no meaning for decompress'],
    [['info', '--color', 'blue', 'x'], '--color takes auto, always or never'],
    [['--json'], 'no command given'],
  ])('%j is refused with a hint', (words, hint) => {
    expect(refusal(...words)).toContain(hint);
  });

  it.each([[[]], [['-h']], [['compress', '--help']], [['help', 'info']], [['-hf', 'nonsense']]])(
    '%j asks for help',
    (words) => {
      expect(parseCommandLine(words).kind).toBe('help');
    },
  );

  it('accepts every flag of the table with every command it lists', () => {
    for (const flag of flags) {
      if (flag.name === 'help' || flag.name === 'version') continue;
      const value = { level: 'fast', threads: '1', color: 'never' }[flag.name as string] ?? 'some';
      const words = [`--${flag.name}`, ...('value' in flag ? [value] : [])];
      for (const command of commandNames) {
        const known = (flag.commands as readonly string[]).includes(command);
        const parse = (): unknown => parseCommandLine([command, ...words, 'x']);
        if (known) expect(parse).not.toThrow();
        else expect(parse).toThrow('has no meaning');
      }
    }
  });
});
