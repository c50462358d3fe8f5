/**
 * A plain 32-bit carry-less binary arithmetic coder, as docs/TRACE.md §5 states it: what the teacher's coder does, written again for the
 * replay check. State x1 ≤ x2; a decision with p = P(bit = 1)·2^16 splits at x1 + ⌊(x2 − x1)·p / 2^16⌋, a 1 takes the lower part; equal
 * leading bytes are written as soon as they are settled.
 */
export class CarrylessEncoder {
  private x1 = 0;
  private x2 = 0xffffffff;
  private out = new Uint8Array(4096);
  private size = 0;

  /** x1, before the next decision. */
  get low(): number {
    return this.x1;
  }

  /** x2 − x1, before the next decision. */
  get range(): number {
    return this.x2 - this.x1;
  }

  /** Codes one decision; `probabilityOfOne` is 1 … 65535, in units of 2^-16. */
  encode(bit: number, probabilityOfOne: number): void {
    // range·p stays below 2^48, exact in a double.
    const middle = this.x1 + Math.floor((this.range * probabilityOfOne) / 65536);
    if (bit === 1) this.x2 = middle;
    else this.x1 = middle + 1;
    while (((this.x1 ^ this.x2) & 0xff000000) === 0) {
      this.put(this.x2 >>> 24);
      this.x1 = (this.x1 << 8) >>> 0;
      this.x2 = ((this.x2 << 8) | 255) >>> 0;
    }
  }

  /** Ends the code with the four bytes of x1, highest first, and gives all bytes. */
  finish(): Uint8Array {
    for (let shift = 24; shift >= 0; shift -= 8) this.put((this.x1 >>> shift) & 255);
    return this.out.slice(0, this.size);
  }

  private put(byte: number): void {
    if (this.size === this.out.length) {
      const larger = new Uint8Array(this.size * 2);
      larger.set(this.out);
      this.out = larger;
    }
    this.out[this.size++] = byte;
  }
}
