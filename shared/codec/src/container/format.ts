/**
 * Constants of the `.ust` container: the one home of what docs/FORMAT.md says in words; a test holds the two together.
 */

/** §2: not UTF-8, not 7-bit; a CR LF and a lone LF, which every conversion of line ends breaks. */
export const magic = Uint8Array.of(0xf5, 0x55, 0x53, 0x54, 0x0d, 0x0a, 0x0a);

/** §2 */
export const formatVersion = 1;

/** §2: the flags byte; the level's number stands above `levelShift`. */
export const flags = { formMask: 0x03, name: 0x04, mtime: 0x08, levelShift: 4 } as const;

/** §2: one file in one block, one file in blocks, many files in blocks. */
export const forms = { short: 0, long: 1, many: 2 } as const;
export type Form = keyof typeof forms;

/** §5 */
export const methods = { stored: 0, zstd: 1, student: 2, blend: 3, teacher: 4, runs: 5, binary: 6 } as const;
export type Method = keyof typeof methods;

/** §5: methods that need the model. */
export const methodsWithModel: ReadonlySet<Method> = new Set(['student', 'blend', 'teacher']);

/** §5: methods whose segments have a parameter. */
export const methodsWithParameter: ReadonlySet<Method> = new Set(['binary']);

/** §3: the tag byte of a segment. */
export const tag = {
  methodMask: 0x0f,
  /** The segment reaches to the block length of the header; no length follows. */
  fills: 0x40,
  /** Another segment follows. */
  more: 0x80,
} as const;

/** §4: the tag that stands where another block could begin. */
export const endTag = 0x3f;

/** §4: the last bytes of an archive in the long form. */
export const endMagic = Uint8Array.of(0x55, 0x53, 0x54, 0xf6);

/** §8: what a decoder refuses to go beyond, whatever an archive declares. */
export const limits = {
  blockBytes: 64 << 20,
  lanes: 4096,
  memoryMiB: 4096,
  segments: 65536,
  nameBytes: 1024,
  pathBytes: 4096,
  files: 1 << 20,
  blocks: 1 << 22,
  tailBytes: 64 << 20,
  varintBytes: 7,
} as const;

export const modelIdBytes = 32;
/** Bytes of the model's id in the short form. */
export const shortModelIdBytes = 8;
export const checksumBytes = 8;
export const mtimeBytes = 6;
export const syncBytes = 4;
/** §4: length of the tail as u32, and the end magic. */
export const footerBytes = 8;

/** The method with this number, or undefined. */
export function methodOf(number: number): Method | undefined {
  return (Object.keys(methods) as Method[]).find((method) => methods[method] === number);
}
