/**
 * Writes archives by hand, field by field, with right checksums around whatever is put in: for the bad and the unsupported ones,
 * which no encoder makes. Written from docs/FORMAT.md.
 */
import { xxh64 } from '../plain-decoder/bytes.ts';

export const bytes = (...list: (number | Uint8Array)[]): Uint8Array =>
  new Uint8Array(Buffer.concat(list.map((item) => (typeof item === 'number' ? Uint8Array.of(item) : item))));

export function unsigned(value: number | bigint, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 0xffn));
}

export function varint(value: number): Uint8Array {
  const list: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) list.push((rest % 128) + 128);
  return Uint8Array.of(...list, rest);
}

export const counted = (content: Uint8Array): Uint8Array => bytes(varint(content.length), content);

const magic = Uint8Array.of(0xf5, 0x55, 0x53, 0x54, 0x0d, 0x0a, 0x0a);

/** A short form; `block` is everything between the header and the checksum. */
export function shortForm(
  block: Uint8Array,
  original: Uint8Array,
  {
    version = 1,
    flags = 0x10,
    name = new Uint8Array(),
  }: { version?: number; flags?: number; name?: Uint8Array } = {},
): Uint8Array {
  const start = bytes(magic, version, flags, name, block);
  return bytes(start, unsigned(xxh64(original) ^ xxh64(start), 8));
}

export interface LongParts {
  readonly flags?: number;
  readonly modelId?: Uint8Array;
  readonly blockBytes?: number;
  readonly lanes?: number;
  readonly memory?: number;
  /** Heads and payloads of each block, and what they stand for. */
  readonly blocks?: readonly (readonly [coded: Uint8Array, original: Uint8Array])[];
  /** Changes parts of the table before it is sealed. */
  readonly table?: (parts: {
    header: Uint8Array;
    lengths: Uint8Array;
    total: Uint8Array;
    digest: Uint8Array;
  }) => Uint8Array;
  readonly files?: Uint8Array;
  /** Length of the table that the tail declares. */
  readonly tableBytes?: number;
}

/** A long form, or one of many files (flags 0x12 and `files`). */
export function longForm(parts: LongParts): Uint8Array {
  const {
    flags = 0x11,
    modelId = new Uint8Array(32),
    blockBytes = 64,
    lanes = 512,
    memory = 64,
    blocks = [],
  } = parts;
  const start = bytes(magic, 1, flags, modelId, varint(blockBytes), varint(lanes), varint(memory));
  const check = unsigned(xxh64(start), 8);
  const header = bytes(start, check);
  const mark = (index: number): Uint8Array =>
    unsigned((BigInt(new DataView(check.buffer).getUint32(0, true)) + BigInt(index)) % 2n ** 32n, 4);
  const frames = blocks.map(([coded, original], index) => {
    const frame = bytes(mark(index), coded);
    return bytes(frame, unsigned(xxh64(original) ^ xxh64(check, frame), 8));
  });
  const original = bytes(...blocks.map(([, one]) => one));
  const table = {
    header: counted(header),
    lengths: bytes(varint(frames.length), ...frames.map((frame) => varint(frame.length))),
    total: varint(original.length),
    digest: unsigned(xxh64(original), 8),
  };
  const content = bytes(
    parts.table === undefined
      ? bytes(table.header, table.lengths, table.total, table.digest)
      : parts.table(table),
    parts.files ?? new Uint8Array(),
  );
  const tail = bytes(mark(frames.length), 0x3f, varint(parts.tableBytes ?? content.length), 0, content);
  const sealed = bytes(tail, unsigned(xxh64(content) ^ xxh64(check, tail), 8));
  return bytes(header, ...frames, sealed, unsigned(sealed.length, 4), Uint8Array.of(0x55, 0x53, 0x54, 0xf6));
}

/** A table of empty files with these paths. */
export function emptyFiles(...paths: string[]): Uint8Array {
  const encoder = new TextEncoder();
  return bytes(
    varint(paths.length),
    new Uint8Array(paths.length),
    ...paths.map((path) => counted(encoder.encode(path))),
    new Uint8Array(paths.length),
    ...paths.map(() => unsigned(xxh64(new Uint8Array()) & 0xffffffffn, 4)),
  );
}
