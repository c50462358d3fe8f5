/**
 * Small pieces, where a model that was trained before has its say: sizes at every level beside brotli -11, headers counted. Each
 * level compresses all pieces in one process, since only sizes are asked for, and gives them back for comparison.
 */
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, measure, type Contestant } from '@understudy/cli/bench';
import type { Piece } from './files.ts';
import { repository } from './teacher.ts';

export interface PieceTable {
  /** Columns: level names, then the rival. */
  readonly columns: readonly string[];
  readonly rows: readonly { readonly piece: Piece; readonly archiveBytes: readonly number[] }[];
}

const program = join(repository, 'apps/cli/bin/understudy.mjs');

/** @throws Error where a piece does not come back */
export async function measurePieces(
  pieces: readonly Piece[],
  levels: readonly string[],
  settings: readonly string[],
  rival: Contestant,
): Promise<PieceTable> {
  const columns: { name: string; sizes: number[] }[] = [];
  for (const level of levels) columns.push({ name: level, sizes: await sizesAt(level, pieces, settings) });
  const sizes: number[] = [];
  for (const { path } of pieces) {
    const outcome = await measure(rival, path, 1);
    if ('failed' in outcome) throw new Error(`${rival.name}: ${outcome.failed}`);
    sizes.push(outcome.archiveBytes);
  }
  columns.push({ name: rival.name, sizes });
  return {
    columns: columns.map(({ name }) => name),
    rows: pieces.map((piece, i) => ({
      piece,
      archiveBytes: columns.map((column) => column.sizes[i] ?? NaN),
    })),
  };
}

async function sizesAt(
  level: string,
  pieces: readonly Piece[],
  settings: readonly string[],
): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-pieces-'));
  try {
    const archives = join(folder, 'archives');
    const back = join(folder, 'back');
    await mkdir(archives);
    await mkdir(back);
    const run = (words: readonly string[]): Promise<unknown> =>
      capture(process.execPath, [program, ...words, '-q', ...settings]);
    const paths = pieces.map(({ path }) => path);
    await run(['compress', '--each', '-n', '--no-verify', '-l', level, '-o', archives, ...paths]);
    const made = pieces.map(({ name }) => join(archives, `${name}.ust`));
    await run(['decompress', '-o', back, ...made]);
    for (const { name, path } of pieces) {
      if (!(await readFile(join(back, name))).equals(await readFile(path)))
        throw new Error(`${level}: ${name} did not come back the same`);
    }
    return await Promise.all(made.map(async (path) => (await stat(path)).size));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
