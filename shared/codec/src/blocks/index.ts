/** What other folders may use of the blocks. */
export { encodeBlocks } from './encode-blocks.ts';
export type { EncodeBlocksOptions } from './encode-blocks.ts';
export { decodeBlocks } from './decode-blocks.ts';
export type { DecodeBlocksOptions } from './decode-blocks.ts';
