/**
 * The table of rivals: for each program how to call it, at its strongest usual setting, on one file. Settings are
 * the ones the field quotes; each runs on one thread so that speeds compare.
 */
/** Archivers store names, so every file is called the same while it is measured. */
export const inputName = 'input';

export interface Step {
  words: readonly string[];
  /** The program writes its result to standard output; it is sent to this file. */
  standardOutput?: string;
}

export interface Contestant {
  name: string;
  version: string;
  /** Bytes of a pretrained model that a decoder needs besides the archive. */
  modelBytes: number;
  /** What compression must be told to do; paths are relative to the working folder. */
  compress(input: string, archive: string): Step;
  decompress(archive: string, output: string): Step;
  /** The program's own report, from what it printed. */
  ownReport?(printed: string): OwnReport;
}

export interface OwnReport {
  /** Without start-up. */
  ownSeconds?: number;
  /** False where no block of the archive needs the model. */
  neededModel?: boolean;
}

export interface Rival {
  name: string;
  /** Command names under which systems have it, the first found is used. */
  programs: readonly string[];
  versionFlag: string;
  steps(program: string, threads: number): Pick<Contestant, 'compress' | 'decompress'>;
}

/** A filter in the manner of gzip: `-c` to standard output, `-d` to go back. */
function filter(
  settings: readonly string[],
  threading: (threads: number) => readonly string[] = () => [],
): Rival['steps'] {
  return (program, threads) => ({
    compress: (input, archive) => ({
      words: [program, ...settings, ...threading(threads), '-c', input],
      standardOutput: archive,
    }),
    decompress: (archive, output) => ({ words: [program, '-d', '-c', archive], standardOutput: output }),
  });
}

export const rivals: readonly Rival[] = [
  { name: 'gzip -9', programs: ['gzip'], versionFlag: '--version', steps: filter(['-9', '-n']) },
  {
    name: 'zstd -19',
    programs: ['zstd'],
    versionFlag: '--version',
    steps: filter(['-19', '-q'], (threads) => [threads === 1 ? '--single-thread' : `-T${threads}`]),
  },
  {
    name: 'brotli -11',
    programs: ['brotli'],
    versionFlag: '--version',
    steps: filter(['-q', '11', '-w', '24']),
  },
  {
    name: 'xz -9e',
    programs: ['xz'],
    versionFlag: '--version',
    steps: filter(['-9e'], (threads) => [`-T${threads}`]),
  },
  { name: 'bzip2 -9', programs: ['bzip2'], versionFlag: '--help', steps: filter(['-9']) },
  {
    name: 'bzip3 -b 16',
    programs: ['bzip3'],
    versionFlag: '--version',
    steps: filter(['-e', '-b', '16'], (threads) => (threads === 1 ? [] : ['-j', `${threads}`])),
  },
  {
    name: 'PPMd o16 (7z)',
    programs: ['7z', '7zz', '7za'],
    versionFlag: 'i',
    steps: (program, threads) => ({
      compress: (input, archive) => ({
        words: [
          program,
          'a',
          '-t7z',
          '-m0=PPMd:mem=256m:o=16',
          '-mx=9',
          `-mmt${threads}`,
          '-bd',
          '-y',
          archive,
          input,
        ],
      }),
      decompress: (archive, output) => ({
        words: [program, 'x', '-so', `-mmt${threads}`, archive],
        standardOutput: output,
      }),
    }),
  },
  {
    name: 'zpaq -m5',
    programs: ['zpaq'],
    versionFlag: '',
    steps: (program, threads) => ({
      compress: (input, archive) => ({ words: [program, 'a', archive, input, '-m5', `-t${threads}`] }),
      decompress: (archive, output) => ({
        words: [program, 'x', archive, inputName, '-to', output, `-t${threads}`, '-force'],
      }),
    }),
  },
];

/** The first thing in `text` that looks like a version number. */
export function versionIn(text: string): string {
  return /\d+\.\d+(?:\.\d+)*/.exec(text)?.[0] ?? 'unknown version';
}
