/** One compressor as the comparison runs it: bytes in, bytes out, loaded once. Input buffers are left as they are. */
export interface Rival {
  compress(input: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
  decompress(input: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}
