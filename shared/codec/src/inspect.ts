/**
 * Reads what an archive says about itself without decoding it: no model and no engine needed, so an altered payload goes
 * unnoticed here (decompress to test).
 */
import { ByteSource } from './container/byte-source.ts';
import { checksumText, RunningHash } from './container/checksum.ts';
import { readLongFrames, readShortFrame, type Frame } from './container/frames.ts';
import { readHeader } from './container/header.ts';
import { lanesOf, type Level } from './level.ts';
import type { BlockMethod } from './progress.ts';

export interface BlockInfo {
  readonly method: BlockMethod;
  readonly originalBytes: number;
  readonly payloadBytes: number;
  /** Lanes of a student block, else 0. */
  readonly lanes: number;
  /** XXH64 of the original bytes, 16 hexadecimal digits; meaningless if the archive was altered. */
  readonly checksum: string;
}

export interface ArchiveInfo {
  readonly version: number;
  readonly form: 'short' | 'long';
  readonly level: Level;
  readonly name?: string;
  /** Milliseconds since 1970. */
  readonly mtime?: number;
  /** 64 hexadecimal digits, 16 in the short form; missing in a short form that needs no model. */
  readonly modelId?: string;
  /** True if a block was coded by the student: the model is needed to decompress. */
  readonly needsModel: boolean;
  readonly originalBytes: number;
  readonly archiveBytes: number;
  readonly blocks: readonly BlockInfo[];
  /** XXH64 of the whole original, 16 hexadecimal digits. */
  readonly checksum: string;
}

/** Reads the archive to its end. @throws UstError as decompress does, but for models and engines */
export async function inspect(
  input: ReadableStream<Uint8Array>,
  options: { signal?: AbortSignal } = {},
): Promise<ArchiveInfo> {
  const source = new ByteSource(input, options.signal, 'listing');
  const hash = await RunningHash.create();
  try {
    const read = await readHeader(source, hash);
    const { header } = read;
    const { version, form, level, name, mtime } = header;
    const blocks: BlockInfo[] = [];
    let modelId: string | undefined;
    let checksum: bigint;
    if (header.form === 'short') {
      const frame = await readShortFrame(source, { ...read, header }, hash);
      ({ modelId, checksum } = { modelId: frame.modelId, checksum: frame.checksum });
      blocks.push(blockInfo(frame, level));
    } else {
      modelId = header.modelId;
      const frames = readLongFrames(source, header, hash);
      let next = await frames.next();
      for (; next.done !== true; next = await frames.next()) blocks.push(blockInfo(next.value, level));
      checksum = next.value.checksum;
    }
    return {
      version,
      form,
      level,
      ...(name === undefined ? {} : { name }),
      ...(mtime === undefined ? {} : { mtime }),
      ...(modelId === undefined ? {} : { modelId }),
      needsModel: blocks.some((block) => block.method === 'student'),
      originalBytes: blocks.reduce((sum, block) => sum + block.originalBytes, 0),
      archiveBytes: source.offset,
      blocks,
      checksum: checksumText(checksum),
    };
  } finally {
    await source.cancel();
  }
}

function blockInfo(frame: Frame, level: Level): BlockInfo {
  const { method, originalBytes, payload, checksum } = frame;
  const lanes = method === 'student' ? lanesOf(level, originalBytes) : 0;
  return { method, originalBytes, payloadBytes: payload.length, lanes, checksum: checksumText(checksum) };
}
