/** The package has no types. */
declare module 'bzip2-wasm' {
  export default class BZip2 {
    init(): Promise<void>;
    compress(input: Uint8Array, blockSize: number, mostBytes: number): Uint8Array<ArrayBuffer>;
    decompress(input: Uint8Array, originalBytes: number): Uint8Array<ArrayBuffer>;
  }
}
