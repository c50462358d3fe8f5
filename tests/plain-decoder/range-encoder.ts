/**
 * The encoder of docs/FORMAT.md §7, for binary decisions. Decoding forgives a probability that is slightly off; a stream that
 * is coded again from the decoder's own probabilities, and is the same to the byte, does not.
 */
export class RangeEncoder {
  private readonly out: number[] = [];
  private low = 0;
  private range = 2 ** 48;

  bit(p: number, bit: 0 | 1): void {
    const part = Math.floor(this.range / 65536);
    if (bit === 0) this.low += part * p;
    this.range = part * (bit === 1 ? p : 65536 - p);
    if (this.low >= 2 ** 48) {
      this.low -= 2 ** 48;
      this.carry();
    }
    while (this.range < 2 ** 40) {
      this.out.push(Math.floor(this.low / 2 ** 40));
      this.low = (this.low % 2 ** 40) * 256;
      this.range *= 256;
    }
  }

  /** The stream; nothing may be coded after it. */
  finish(): Uint8Array {
    for (let k = 0; ; k++) {
      const unit = 2 ** (48 - 8 * k);
      let v = Math.ceil(this.low / unit) * unit;
      if (v - this.low >= this.range) continue;
      if (v >= 2 ** 48) {
        this.carry();
        v -= 2 ** 48;
      }
      for (let i = 1; i <= k; i++) this.out.push(Math.floor(v / 2 ** (48 - 8 * i)) % 256);
      break;
    }
    while (this.out.at(-1) === 0) this.out.pop();
    return Uint8Array.from(this.out);
  }

  /** Adds 1 to the number that the bytes so far form. */
  private carry(): void {
    let i = this.out.length - 1;
    for (; this.out[i] === 255; i--) this.out[i] = 0;
    this.out[i]!++;
  }
}
