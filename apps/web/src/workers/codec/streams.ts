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

  constructor(offset: number, path?: string) {
    const where = path === undefined ? '' : ` of ${path}`;
    super(
      `the check failed: the archive decodes differently from byte ${offset}${where} on; nothing was saved. ` +
        `Try another engine, and report this`,
    );
  }
}

/** Resolves when both streams hold the same bytes; rejects with VerifyError at the first difference. */
export async function verifySame(
  source: ReadableStream<Uint8Array>,
  decoded: ReadableStream<Uint8Array>,
  path?: string,
): Promise<void> {
  const left = new ChunkReader(source);
  const right = new ChunkReader(decoded);
  for (let offset = 0; ;) {
    const [a, b] = [await left.peek(), await right.peek()];
    if (!a && !b) return;
    const length = Math.min(a?.length ?? 0, b?.length ?? 0);
    if (!a || !b) throw new VerifyError(offset, path);
    for (let i = 0; i < length; i++) {
      if (a[i] !== b[i]) throw new VerifyError(offset + i, path);
    }
    left.skip(length);
    right.skip(length);
    offset += length;
  }
}

const looseBytes = 16 << 20;

/** A stream as a Blob, which the browser may keep on disk. A Response would do, but hides the stream's own error. */
export async function collect(stream: ReadableStream<Uint8Array>): Promise<Blob> {
  let parts: BlobPart[] = [];
  let loose = 0;
  for await (const chunk of stream) {
    parts.push(chunk as Uint8Array<ArrayBuffer>);
    loose += chunk.length;
    // Bytes in a Blob are the browser's to move to disk; loose ones are this worker's memory.
    if (loose < looseBytes) continue;
    parts = [new Blob(parts)];
    loose = 0;
  }
  // With a type, no browser invents an extension for the file's name.
  return new Blob(parts, { type: 'application/octet-stream' });
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
