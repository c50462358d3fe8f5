/**
 * The good golden archives: what is compressed, and how. Names say what is special about the structure.
 */
import {
  drawn,
  fills,
  joined,
  noise,
  plainStudent,
  prose,
  rows,
  text,
  words,
  type ModelName,
} from './contents.ts';

export interface GoldenEntry {
  readonly path?: string;
  readonly kind: 'file' | 'directory';
  readonly mtime?: number;
  readonly mode?: number;
  readonly bytes: Uint8Array;
}

export interface Recipe {
  readonly name: string;
  readonly model: ModelName;
  readonly level: 1 | 2 | 4 | 5 | 6 | 7 | 8 | 9;
  readonly blockBytes?: number;
  /** Archives of many files are made by compressFiles. */
  readonly many?: boolean;
  readonly entries: () => readonly GoldenEntry[];
}

const file = (bytes: Uint8Array, facts: Omit<GoldenEntry, 'kind' | 'bytes'> = {}): GoldenEntry => ({
  ...facts,
  kind: 'file',
  bytes,
});
const one = (
  name: string,
  model: ModelName,
  level: Recipe['level'],
  bytes: () => Uint8Array,
  options: { readonly blockBytes?: number; readonly path?: string; readonly mtime?: number } = {},
): Recipe => {
  const { blockBytes, ...facts } = options;
  return {
    name,
    model,
    level,
    ...(blockBytes === undefined ? {} : { blockBytes }),
    entries: () => [file(bytes(), facts)],
  };
};

/** Blocks of 300 bytes, each for another method. */
const mixture = (): Uint8Array =>
  joined(
    noise(300),
    drawn(plainStudent('tiny-swift'), 300, 1),
    new Uint8Array(300).fill(32),
    text('na '.repeat(100)),
    noise(20, 3),
  );

export const recipes: readonly Recipe[] = [
  one('short-empty', 'tiny-swift', 5, () => new Uint8Array()),
  one('short-stored', 'tiny-swift', 1, () => text('hello, world\n'), {
    path: 'hi.txt',
    mtime: Date.UTC(2026, 0, 1),
  }),
  one('short-zstd', 'tiny-swift', 1, () => text('na '.repeat(100))),
  one('short-runs', 'tiny-swift', 1, () => fills(12)),
  one('short-name-unicode-time-negative', 'tiny-swift', 2, () => text('x'), { path: 'Grüße ✉️', mtime: -1 }),
  one('short-student-one-lane', 'swift-1', 1, () => prose),
  one('short-student-three-lanes', 'tiny-swift', 1, () => drawn(plainStudent('tiny-swift'), 9000, 3)),
  one('short-runs-stored-runs', 'tiny-swift', 1, () =>
    joined(new Uint8Array(20000), noise(60000), new Uint8Array(30000).fill(7)),
  ),
  one('short-stored-blend', 'swift-1', 5, () => joined(noise(16384), words(400, 4))),
  one('long-empty', 'tiny-swift', 1, () => new Uint8Array(), { blockBytes: 100 }),
  one('long-five-blocks', 'tiny-swift', 1, mixture, { blockBytes: 300, path: 'mixture' }),
  one('long-packed-table', 'tiny-swift', 1, () => noise(4000), { blockBytes: 50, mtime: 0 }),
  one('short-blend-one-lane', 'swift-1', 5, () => prose),
  one('short-blend-several-lanes', 'swift-1', 4, () =>
    joined(...Array.from({ length: 60 }, (_, i) => joined(prose, text(`${i}. `)))).subarray(0, 20000),
  ),
  one('short-binary-records', 'swift-1', 5, () => rows(400)),
  one('short-teacher-one-lane', 'swift-1', 8, () => prose),
  one('short-teacher-most-memory', 'swift-1', 9, () => prose),
  {
    name: 'many-files',
    model: 'swift-1',
    level: 1,
    many: true,
    entries: () => [
      { path: 'folder', kind: 'directory', mtime: 1_700_000_000_000, mode: 0o755, bytes: new Uint8Array() },
      file(prose, { path: 'folder/letter.txt', mtime: 1_700_000_000_001, mode: 0o644 }),
      file(new Uint8Array(), { path: 'folder/nothing' }),
      file(noise(100), { path: 'noise', mode: 0 }),
      { path: 'nowhere/empty', kind: 'directory', bytes: new Uint8Array() },
    ],
  },
  {
    name: 'many-files-over-blocks',
    model: 'tiny-swift',
    level: 1,
    many: true,
    blockBytes: 64,
    entries: () =>
      Array.from({ length: 40 }, (_, i) => file(noise(13 * i, i + 1), { path: `a/file-${i}.bin` })),
  },
  { name: 'many-nothing', model: 'tiny-swift', level: 5, many: true, entries: () => [] },
];
