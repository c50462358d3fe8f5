/** What a file is compared with: other compressors, every level, every engine that is here, and for small files the teacher itself. */
import { engineNames, type EngineName, type Level } from '@understudy/codec';
import type { RivalId } from '../workers/rivals/api.ts';

export interface Method {
  /** Unique within a comparison. */
  id: string;
  label: string;
  /** Beside marks of a chart, where there is little room. */
  short: string;
  /** Settings and implementation, for the table. */
  detail: string;
  run: { rival: RivalId } | { level: Level; engine?: EngineName };
}

export const isOwn = (method: Method): boolean => 'level' in method.run;

/** What is here to compare with. */
export interface Surroundings {
  levels: readonly Level[];
  /** `fallback`: computed on the CPU, too slow for more than a few kilobytes. */
  webgpu: 'hardware' | 'fallback' | 'none';
  /** ONNX Runtime's engines too; a download of 27 MB. */
  withOrt: boolean;
  bytes: number;
}

/** The teacher reads a few kilobytes a second. */
export const teacherLimitBytes = 65_536;
/** What an emulated GPU does in seconds: our own shader, and ONNX Runtime's many small ones. */
const emulatedLimitBytes = { webgpu: 16_384, 'ort-webgpu': 512 } as const;

const rivals: readonly Method[] = [
  { id: 'gzip', label: 'gzip', short: 'gzip', detail: 'level 6, the browser’s own', run: { rival: 'gzip' } },
  { id: 'zstd', label: 'zstd', short: 'zstd', detail: 'level 19, WASM', run: { rival: 'zstd' } },
  { id: 'brotli', label: 'brotli', short: 'brotli', detail: 'quality 11, WASM', run: { rival: 'brotli' } },
  {
    id: 'bzip2',
    label: 'bzip2 (BWT)',
    short: 'bzip2',
    detail: 'block 900 kB, WASM',
    run: { rival: 'bzip2' },
  },
  { id: 'xz', label: 'LZMA2 (xz)', short: 'LZMA2 (xz)', detail: 'preset 6, WASM', run: { rival: 'xz' } },
];

const levelDetails: Record<Level, string> = {
  fast: 'the student alone',
  deep: 'a larger student alone',
  balanced: 'the student mixed with what the file teaches',
  best: 'both, and the teacher’s models',
  teacher: 'the same with more memory',
};

const engineShort: Record<EngineName, string> = {
  simd: 'CPU',
  webgpu: 'GPU',
  'ort-wasm': 'ORT WASM',
  'ort-webgpu': 'ORT GPU',
};

/** In the order they run: quick ones first, so that something shows at once. */
export function methodsFor(here: Surroundings): readonly Method[] {
  const engines = engineNames.filter((engine) => engine !== 'simd' && isWorthIt(engine, here));
  return [
    ...rivals,
    ...here.levels.map((level): Method => ({
      id: level,
      label: `Understudy ${level}`,
      short: level,
      detail: levelDetails[level],
      run: { level },
    })),
    ...engines.map((engine): Method => ({
      id: `fast-${engine}`,
      label: `Understudy fast, ${engineShort[engine]}`,
      short: `fast, ${engineShort[engine]}`,
      detail: 'the same bytes from another engine',
      run: { level: 'fast', engine },
    })),
    ...(here.bytes > 0 && here.bytes <= teacherLimitBytes
      ? [
          {
            id: 'the-teacher',
            label: 'The teacher itself',
            short: 'the teacher',
            detail: 'knows nothing beforehand, WASM',
            run: { rival: 'teacher' as const },
          },
        ]
      : []),
  ];
}

function isWorthIt(engine: EngineName, { webgpu, withOrt, bytes }: Surroundings): boolean {
  if (engine.startsWith('ort-') && !withOrt) return false;
  if (engine !== 'webgpu' && engine !== 'ort-webgpu') return true;
  return webgpu === 'hardware' || (webgpu === 'fallback' && bytes <= emulatedLimitBytes[engine]);
}
