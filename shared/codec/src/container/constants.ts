/**
 * Constants of the `.ust` container: the one home of what docs/FORMAT.md says in words; a test holds the two together.
 */
import type { BlockMethod } from '../progress.ts';

/** §2: not UTF-8, not 7-bit; a CR LF and a lone LF, which every conversion of line ends breaks. */
export const magic = Uint8Array.of(0xf5, 0x55, 0x53, 0x54, 0x0d, 0x0a, 0x0a);

/** §2 */
export const formatVersion = 0;

/** §2: bits of the flags byte. */
export const flags = {
  short: 0x01,
  name: 0x02,
  mtime: 0x04,
  methodShift: 3,
  methodMask: 0x18,
  levelShift: 5,
} as const;

/** §5: numbers of the methods. */
export const methods: Readonly<Record<BlockMethod, number>> = { stored: 0, zstd: 1, student: 2 };

/** §4: the first byte of what follows the last block. */
export const endMarker = 0x3f;

/** §8: what a decoder refuses to go beyond, whatever an archive declares. */
export const limits = { blockBytes: 64 << 20, lanes: 4096, nameBytes: 1024, varintBytes: 7 } as const;

export const modelIdBytes = 32;
/** Bytes of the model's id in the short form. */
export const shortModelIdBytes = 8;
export const checksumBytes = 8;
export const mtimeBytes = 6;
