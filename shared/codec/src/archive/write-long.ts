/**
 * Writes a long form (docs/FORMAT.md §4) around blocks that come from an encoder: header, frames, tail. Holds one block at a
 * time; only lengths of blocks and entries of files are kept to the end.
 */
import { writeLongFrame } from '../container/block-frame.ts';
import type { RunningHash } from '../container/checksum.ts';
import type { TableEntry } from '../container/file-table.ts';
import { writeLongHeader, type NamedFile } from '../container/head.ts';
import { writeTail } from '../container/tail.ts';
import type { EncodedBlock } from '../container/types.ts';
import type { LevelRule } from '../level.ts';
import type { Zstd } from '../zstd.ts';

export interface LongArchive {
  readonly form: 'long' | 'many';
  readonly rule: LevelRule;
  readonly blockBytes: number;
  readonly modelId: string;
  readonly file: NamedFile;
  readonly zstd: () => Promise<Zstd>;
  readonly hash: RunningHash;
  /** Asked for after the last block: digest and length of the whole, and the files where there are many. */
  readonly end: () => { digest: bigint; originalBytes: number; files?: readonly TableEntry[] };
}

/** The chunks of the archive; `blocks` in their order, all but the last with `blockBytes` bytes. @throws LimitError */
export async function* writeLong(
  archive: LongArchive,
  blocks: AsyncIterable<EncodedBlock>,
): AsyncGenerator<Uint8Array> {
  const { form, rule, blockBytes, modelId, file, zstd, hash } = archive;
  const declared = { modelId, blockBytes, lanes: rule.mostLanes, memoryMiB: rule.memoryMiB };
  const header = writeLongHeader(form, rule.number, file, declared, hash);
  yield header.bytes;
  const frameBytes: number[] = [];
  for await (const block of blocks) {
    const frame = writeLongFrame({ check: header.check, blockBytes }, frameBytes.length, block, hash);
    frameBytes.push(frame.length);
    yield frame;
  }
  yield writeTail({ header: header.bytes, frameBytes, ...archive.end() }, header.check, await zstd(), hash);
}
