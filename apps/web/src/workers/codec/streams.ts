/** Names of results, and the proof that a result decodes to its source: byte by byte, in flat memory. */
export function archiveName(name: string): string {
  return `${name}.ust`;
}

/** The name stored in an archive (the codec lets no folders through), else the archive's own without `.ust`. */
export function restoredName(stored: string | undefined, archive: string): string {
  return stored || archive.replace(/\.ust$/i, '') || 'file';
}

/** What a failed check says; must never happen, and would be a defect of ours. */
export class VerifyError extends Error {
  readonly code = 'UST_PAGE_VERIFY';

  constructor(offset: number) {
    super(
      `the check failed: the archive decodes differently from byte ${offset} on; nothing was saved. ` +
        `Try the other engine, and report this`,
    );
  }
}

/** Resolves when both streams hold the same bytes; rejects with VerifyError at the first difference. */
export async function verifySame(
  source: ReadableStream<Uint8Array>,
  decoded: ReadableStream<Uint8Array>,
): Promise<void> {
  const left = new ChunkReader(source);
  const right = new ChunkReader(decoded);
  for (let offset = 0; ;) {
    const [a, b] = [await left.peek(), await right.peek()];
    if (!a && !b) return;
    const length = Math.min(a?.length ?? 0, b?.length ?? 0);
    if (!a || !b) throw new VerifyError(offset);
    for (let i = 0; i < length; i++) {
      if (a[i] !== b[i]) throw new VerifyError(offset + i);
    }
    left.skip(length);
    right.skip(length);
    offset += length;
  }
}

/** The next unread bytes of a stream, whatever its chunks. */
class ChunkReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest: Uint8Array | undefined;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  async peek(): Promise<Uint8Array | undefined> {
    while (!this.#rest?.length) {
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#rest = value;
    }
    return this.#rest;
  }

  skip(bytes: number): void {
    this.#rest = this.#rest?.subarray(bytes);
  }
}
