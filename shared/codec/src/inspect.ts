/**
 * Reads what an archive says about itself without decoding it: no model and no engine needed, so an altered payload goes
 * unnoticed here (decompress to test).
 */
import { placeFiles } from './archive/open.ts';
import { readShortFrame } from './container/block-frame.ts';
import { ByteSource } from './container/byte-source.ts';
import { checksumText, RunningHash } from './container/checksum.ts';
import { methodsWithModel, type Form, type Method } from './container/format.ts';
import { readHeader } from './container/head.ts';
import { readLongFrames } from './container/long-frames.ts';
import type { Tail } from './container/tail.ts';
import type { FileEntry, Frame, Segment } from './container/types.ts';
import { lanesOf, ruleOf, type Level, type LevelNumber, type LevelRule } from './level.ts';
import { loadZstd } from './zstd.ts';

export interface SegmentInfo {
  readonly method: Method;
  readonly originalBytes: number;
  readonly payloadBytes: number;
  /** Lanes of a segment that is coded in lanes, else 0. */
  readonly lanes: number;
  readonly parameter?: number;
}

export interface BlockInfo {
  readonly originalBytes: number;
  /** Of all segments. */
  readonly payloadBytes: number;
  readonly segments: readonly SegmentInfo[];
  /** XXH64 of the original bytes, 16 hexadecimal digits; meaningless if the archive was altered. */
  readonly checksum: string;
}

export interface ArchiveInfo {
  readonly version: number;
  readonly form: Form;
  readonly level: Level;
  readonly levelNumber: LevelNumber;
  readonly name?: string;
  /** Milliseconds since 1970. */
  readonly mtime?: number;
  /** 64 hexadecimal digits, 16 in the short form; missing in a short form that needs no model. */
  readonly modelId?: string;
  /** True if a segment needs the model to be decompressed. */
  readonly needsModel: boolean;
  readonly originalBytes: number;
  readonly archiveBytes: number;
  /** Original bytes of every block but the last. */
  readonly blockBytes: number;
  /** What a decoder of one block needs at most. */
  readonly memoryMiB: number;
  readonly blocks: readonly BlockInfo[];
  /** Files and folders; one entry where the archive holds one file. */
  readonly files: readonly FileEntry[];
  /** XXH64 of the whole original, 16 hexadecimal digits. */
  readonly checksum: string;
}

/** Reads the archive to its end. @throws UstError as decompress does, but for models and engines */
export async function inspect(
  input: ReadableStream<Uint8Array>,
  options: { readonly signal?: AbortSignal; readonly zstdUrl?: string } = {},
): Promise<ArchiveInfo> {
  const source = new ByteSource(input, options.signal, 'listing');
  const hash = await RunningHash.create();
  try {
    const read = await readHeader(source, hash);
    const { header } = read;
    const { version, form, level, name, mtime } = header;
    const rule = ruleOf(level);
    const blocks: BlockInfo[] = [];
    let modelId: string | undefined;
    let checksum: bigint;
    let tail: Tail | undefined;
    if (header.form === 'short') {
      const frame = await readShortFrame(source, read, hash);
      ({ modelId, checksum } = frame);
      blocks.push(blockInfo(frame, rule));
    } else {
      modelId = header.modelId;
      const frames = readLongFrames(source, header, read.bytes, hash, () => loadZstd(options.zstdUrl));
      let next = await frames.next();
      for (; next.done !== true; next = await frames.next()) blocks.push(blockInfo(next.value, rule));
      tail = next.value;
      checksum = tail.digest;
    }
    const originalBytes = blocks.reduce((sum, block) => sum + block.originalBytes, 0);
    const files = tail?.files === undefined ? {} : { files: tail.files };
    return {
      version,
      form,
      level: rule.name,
      levelNumber: level,
      ...(name === undefined ? {} : { name }),
      ...(mtime === undefined ? {} : { mtime }),
      ...(modelId === undefined ? {} : { modelId }),
      needsModel: blocks.some(({ segments }) => segments.some(({ method }) => methodsWithModel.has(method))),
      originalBytes,
      archiveBytes: source.offset,
      blockBytes: header.form === 'short' ? rule.blockBytes : header.blockBytes,
      memoryMiB: header.form === 'short' ? rule.memoryMiB : header.memoryMiB,
      blocks,
      files: placeFiles({ header, originalBytes, ...files }).map(({ entry }) => entry),
      checksum: checksumText(checksum),
    };
  } finally {
    await source.cancel();
  }
}

function blockInfo({ originalBytes, segments, checksum }: Frame, rule: LevelRule): BlockInfo {
  return {
    originalBytes,
    payloadBytes: segments.reduce((sum, { payload }) => sum + payload.length, 0),
    segments: segments.map((segment) => segmentInfo(segment, rule)),
    checksum: checksumText(checksum),
  };
}

function segmentInfo({ method, originalBytes, payload, parameter }: Segment, rule: LevelRule): SegmentInfo {
  const lanes = lanesOf(rule, originalBytes, method);
  return {
    method,
    originalBytes,
    payloadBytes: payload.length,
    lanes,
    ...(parameter === undefined ? {} : { parameter }),
  };
}
