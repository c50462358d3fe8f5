/**
 * The JSON object and the line of text about one finished file. Field names carry their units and stay; sizes are
 * bytes, `percent` is archive ÷ original · 100, `ratio` original ÷ archive, speed counts original bytes, whichever the direction.
 */
import type { BlockMethod, Level } from '@understudy/codec';
import type { CommandName } from '../arguments/flags.ts';
import { formatBytes, formatPercent, formatSpeed, printable } from './units.ts';

export interface CodingFacts {
  command: Extract<CommandName, 'compress' | 'decompress' | 'test'>;
  file: string;
  /** Undefined for `test`. */
  output?: string;
  level?: Level;
  engine?: string;
  model?: { name: string; id: string; bytes: number };
  originalBytes: number;
  archiveBytes: number;
  /** Without start-up. */
  seconds: number;
  startupSeconds: number;
  segments: Readonly<Record<BlockMethod, number>>;
  verified: boolean;
}

export function codingRecord(facts: CodingFacts): object {
  const {
    command,
    file,
    output,
    level,
    engine,
    model,
    originalBytes,
    archiveBytes,
    seconds,
    segments,
    verified,
  } = facts;
  const compresses = command === 'compress';
  return {
    command,
    file,
    output: output ?? null,
    level: level ?? null,
    engine: engine ?? null,
    model: model?.name ?? null,
    modelId: model?.id ?? null,
    modelBytes: model?.bytes ?? null,
    inputBytes: compresses ? originalBytes : archiveBytes,
    outputBytes: compresses ? archiveBytes : originalBytes,
    ...proportions(originalBytes, archiveBytes),
    seconds: rounded(seconds, 6),
    startupSeconds: rounded(facts.startupSeconds, 6),
    bytesPerSecond: seconds > 0 ? Math.round(originalBytes / seconds) : null,
    blocks: Object.values(segments).reduce((sum, count) => sum + count, 0),
    segments,
    verified,
  };
}

/** `notes.txt 1.05 MB → 224 kB 21.3 % 1.10 MB/s ort-wasm verified` */
export function codingLine(facts: CodingFacts): string {
  const { command, file, engine, originalBytes, archiveBytes, seconds, segments, verified } = facts;
  // An engine's name would claim work of the student where every block came out smaller without it.
  const fallback = segments.zstd > 0 ? 'zstd, no student' : 'stored, no student';
  const means = segments.student > 0 || originalBytes === 0 ? engine : fallback;
  const [from, to] = command === 'compress' ? [originalBytes, archiveBytes] : [archiveBytes, originalBytes];
  const words = [
    printable(file),
    `${formatBytes(from)} → ${formatBytes(to)}`,
    formatPercent(archiveBytes, originalBytes),
    formatSpeed(originalBytes, seconds),
    ...(means ? [means] : []),
    verified ? (command === 'test' ? 'intact' : 'verified') : 'not verified',
  ];
  return `${words.join('  ')}\n`;
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
