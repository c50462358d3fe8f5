/**
 * Decodes a new archive while its bytes are fed in, from the disk or on their way to a pipe, and gives the digest of
 * what comes out, to be compared with that of the source.
 */
import { createHash } from 'node:crypto';
import { decompress, type Codec, type Student } from '@understudy/codec';
import { VerifyError } from '../errors.ts';

export class ArchiveCheck {
  private readonly pipe = new TransformStream<Uint8Array, Uint8Array>();
  private readonly writer = this.pipe.writable.getWriter();
  private readonly digest: Promise<string>;

  /** @param show gets the original bytes decoded so far */
  constructor(codec: Codec, student: Student, show: (bytesDone: number) => void = () => undefined) {
    const original = decompress(this.pipe.readable, {
      codec,
      students: () => Promise.resolve(student),
      manyFiles: 'join',
      onProgress: (event) => {
        if (event.type === 'work') show(event.bytesDone);
      },
    });
    this.digest = sha256Of(original);
    // Told in `finish`; until then a failure must not count as forgotten.
    this.digest.catch(() => undefined);
  }

  async write(chunk: Uint8Array): Promise<void> {
    // A decoder that gave up takes no more bytes; `finish` says why.
    await Promise.race([this.writer.write(chunk), this.digest]).catch(() => undefined);
  }

  /** @param sha256 of the source. @throws VerifyError if the archive does not decode, or to other bytes */
  async finish(source: string, sha256: string): Promise<void> {
    let decoded: string;
    try {
      await Promise.race([this.writer.close(), this.digest]);
      decoded = await this.digest;
    } catch (error) {
      throw new VerifyError(source, error);
    }
    if (decoded !== sha256) throw new VerifyError(source);
  }
}

async function sha256Of(stream: ReadableStream<Uint8Array>): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of stream) digest.update(chunk);
  return digest.digest('hex');
}
