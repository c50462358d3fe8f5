/**
 * The JSON object and the line of text about one finished file. Field names carry their units and stay; sizes are
 * bytes, `percent` is archive ÷ original · 100, `ratio` original ÷ archive, speed counts original bytes, whichever the direction.
 */
import type { BlockMethod, Level, LevelNumber } from '@understudy/codec';
import { presets, type CommandName } from '../arguments/flags.ts';
import { formatBytes, formatPercent, formatSpeed, printable } from './units.ts';

export type Segments = Record<BlockMethod, number>;

export function noSegments(): Segments {
  return { stored: 0, zstd: 0, student: 0, blend: 0, teacher: 0, runs: 0, binary: 0 };
}

const modelMethods = ['student', 'blend', 'teacher'] as const satisfies readonly BlockMethod[];

export interface CodingFacts {
  command: Extract<CommandName, 'compress' | 'decompress' | 'test'>;
  file: string;
  /** Undefined for `test`. */
  output?: string;
  level?: LevelNumber;
  engine?: string;
  model?: { name: string; id: string; bytes: number };
  /** Files and folders, in an archive of many. */
  files?: number;
  originalBytes: number;
  archiveBytes: number;
  /** Only a part of the archive was wanted, so sizes do not compare. */
  isPart?: boolean;
  /** Without start-up. */
  seconds: number;
  startupSeconds: number;
  threads: number;
  blocks: number;
  segments: Readonly<Segments>;
  verified: boolean;
}

export function codingRecord(facts: CodingFacts): object {
  const { command, file, output, level, engine, model, originalBytes, archiveBytes, seconds } = facts;
  const compresses = command === 'compress';
  return {
    command,
    file,
    output: output ?? null,
    level: level === undefined ? null : (presets[level] satisfies Level),
    levelNumber: level ?? null,
    engine: engine ?? null,
    model: model?.name ?? null,
    modelId: model?.id ?? null,
    modelBytes: model?.bytes ?? null,
    ...(facts.files === undefined ? {} : { files: facts.files }),
    inputBytes: compresses ? originalBytes : archiveBytes,
    outputBytes: compresses ? archiveBytes : originalBytes,
    ...(facts.isPart === true ? { percent: null, ratio: null } : proportions(originalBytes, archiveBytes)),
    seconds: rounded(seconds, 6),
    startupSeconds: rounded(facts.startupSeconds, 6),
    bytesPerSecond: seconds > 0 ? Math.round(originalBytes / seconds) : null,
    threads: facts.threads,
    blocks: facts.blocks,
    segments: facts.segments,
    verified: facts.verified,
  };
}

/** `notes.txt 1.05 MB → 224 kB 21.3 % 1.10 MB/s simd verified` */
export function codingLine(facts: CodingFacts): string {
  const { command, file, engine, originalBytes, archiveBytes, seconds, verified } = facts;
  const [from, to] = command === 'compress' ? [originalBytes, archiveBytes] : [archiveBytes, originalBytes];
  const means = originalBytes === 0 ? undefined : meansOf(facts.segments, engine);
  const words = [
    printable(file),
    ...(facts.files === undefined ? [] : [`${facts.files} ${facts.files === 1 ? 'entry' : 'entries'}`]),
    `${formatBytes(from)} → ${formatBytes(to)}`,
    ...(facts.isPart === true ? [] : [formatPercent(archiveBytes, originalBytes)]),
    formatSpeed(originalBytes, seconds),
    ...(means ? [means] : []),
    verified ? (command === 'test' ? 'intact' : 'verified') : 'not verified',
  ];
  return `${words.join('  ')}\n`;
}

/** The engine; where every segment came out smaller without the model its name would claim work that it did not do. */
function meansOf(segments: Readonly<Segments>, engine: string | undefined): string | undefined {
  if (modelMethods.some((method) => segments[method] > 0)) return engine;
  const used = (Object.keys(segments) as BlockMethod[]).filter((method) => segments[method] > 0);
  return used.length > 0 ? `${used.join(' + ')}, no model` : undefined;
}

/** `percent` and `ratio`; null where one of the sizes is 0. */
export function proportions(
  originalBytes: number,
  archiveBytes: number,
): { percent: number | null; ratio: number | null } {
  return {
    percent: originalBytes > 0 ? rounded((100 * archiveBytes) / originalBytes, 4) : null,
    ratio: archiveBytes > 0 ? rounded(originalBytes / archiveBytes, 4) : null,
  };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
