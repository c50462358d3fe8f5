/**
 * The help pages, printed from the tables in flags.ts. `-h` fits one screen; `--help` adds what a flag's short line
 * leaves out, the files the program touches and the exit codes.
 */
import { commandHelp, commandNames, exitCodeHelp, flags, type CommandName, type Flag } from './flags.ts';

const width = 80;

/** The page for one command, or for the whole program. Ends with a line feed. */
export function helpPage(long: boolean, command?: CommandName): string {
  const shown: readonly Flag[] = command
    ? flags.filter((flag: Flag) => flag.commands.includes(command))
    : flags;
  const sections = [
    command ? commandIntroduction(command) : introduction(),
    `${command ? 'Options' : 'Options (not all go with every command)'}:\n${shown.map((flag) => flagLines(flag, long)).join('')}`,
    ...(command === undefined || command === 'compress' || command === 'bench' ? [levels] : []),
    ...(long ? [files, exitCodesPage()] : []),
    long ? '' : `More: understudy ${command ? `${command} ` : ''}--help\n`,
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function introduction(): string {
  const lines = commandNames.map((name) => {
    const { usage, help } = commandHelp[name];
    return `  understudy ${name.padEnd(10)} ${usage}\n      ${help}\n`;
  });
  return `understudy compresses files with a small neural network and adaptive models,
and gives them back bit for bit.

Usage:
${lines.join('')}
Examples:
  understudy compress notes.txt              writes notes.txt.ust
  understudy decompress notes.txt.ust        writes notes.txt back
  understudy compress -8 docs                writes docs.ust: the whole folder
  understudy decompress --extract docs/a.md docs.ust      writes that file alone
  tar c docs | understudy compress -c - > docs.tar.ust
`;
}

function commandIntroduction(command: CommandName): string {
  const { usage, help } = commandHelp[command];
  return `understudy ${command} ${usage}\n\n  ${help}\n`;
}

const levels = `Levels:
  -1 -2     fast      the student alone, in many lanes: made for GPUs
  -3        deep      a larger student alone, if models/ holds one
  -4 -5     balanced  the student blended with adaptive models (default: -5)
  -6 -7 -8  best      the teacher's models beside the student (the larger one
                      where there is one); slower, smaller
  -9        teacher   the same with more memory, as small as it gets
`;

const files = `Files:
  Sources are kept. A result is written under a temporary name in the target's
  folder and renamed when it is whole and checked, so a name never holds half a
  file. With no FILE, or -, data comes from standard input and goes to standard
  output. A name that begins with a dash is written ./-name, or after --.
  Results go to standard output, remarks and progress to standard error.

  A folder, or several files, become one archive: names relative, in sorted
  order, with times and permissions; links and devices are left out, and said
  so. It unpacks beside itself if all lies in one folder, else into a folder
  of its own name. A single file keeps its name and time (-n: neither).

  An archive can only be decoded with the model it names; \`understudy info\`
  says which one that is.
`;

function exitCodesPage(): string {
  const lines = exitCodeHelp.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}\n`);
  return `Exit codes (of several files, the worst):\n${lines.join('')}`;
}

function flagLines({ name, short, value, help, more }: Flag, long: boolean): string {
  const names = `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`;
  const head = `  ${names}`;
  const indent = 24;
  const text = long && more ? `${help}. ${more}` : help;
  const [first = '', ...rest] = wrap(text, width - indent);
  const pad = ' '.repeat(indent);
  const opening = head.length < indent - 1 ? `${head.padEnd(indent)}${first}\n` : `${head}\n${pad}${first}\n`;
  return opening + rest.map((line) => `${pad}${line}\n`).join('');
}

/** Breaks `text` at spaces into lines of at most `columns` characters (a longer word stays whole). */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
