/**
 * Cuts the blocks of an archive into its files again: one pass over the blocks, a stream for each file.
 */
import { RunningHash } from '../container/checksum.ts';
import type { FileEntry } from '../container/types.ts';
import { ChecksumError } from '../errors.ts';

/** A file and where it lies in the original. */
export interface PlacedFile {
  readonly entry: FileEntry;
  readonly start: number;
  /** Lower half of XXH64 of its bytes, where the archive says. */
  readonly checksum: number | undefined;
}

/** A file while an archive is read from beginning to end. */
export interface OpenedFile {
  readonly entry: FileEntry;
  /** Its bytes; empty for folders. What is not read of it is skipped when the next file is asked for. */
  readonly stream: ReadableStream<Uint8Array>;
}

/** So many bytes of the original are lost, and nothing stands in their place. */
export interface Gap {
  readonly lostBytes: number;
}

/** `blocks` are closed when this ends, early or not. A file's stream fails with what `blocks` throw, and so does this. */
export async function* splitFiles(
  files: readonly PlacedFile[],
  blocks: AsyncGenerator<Uint8Array | Gap>,
): AsyncGenerator<OpenedFile> {
  let rest: Uint8Array = new Uint8Array();
  let lost = 0;
  const read = async function* (file: PlacedFile): AsyncGenerator<Uint8Array> {
    const hash = await RunningHash.create();
    for (let left = file.entry.size; left > 0;) {
      if (lost > 0) {
        const skipped = Math.min(lost, left);
        lost -= skipped;
        left -= skipped;
        continue;
      }
      if (rest.length === 0) {
        const next = await blocks.next();
        if (next.done === true) throw new RangeError('files have more bytes than blocks'); // the table was checked
        if ('lostBytes' in next.value) lost = next.value.lostBytes;
        else rest = next.value;
        continue;
      }
      const part = rest.subarray(0, left);
      rest = rest.subarray(part.length);
      left -= part.length;
      hash.update(part);
      yield part;
    }
    requireFileChecksum(file.entry, file.checksum, hash.finish());
  };
  try {
    for (const file of files) {
      const chunks = read(file);
      const stream = new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            const next = await chunks.next();
            if (next.done === true) controller.close();
            else controller.enqueue(next.value);
          },
        },
        { highWaterMark: 0 },
      );
      yield { entry: file.entry, stream };
      for (;;) if ((await chunks.next()).done === true) break;
    }
    // Lets the last block finish what comes after it.
    for (;;) if ((await blocks.next()).done === true) break;
  } finally {
    await blocks.return(undefined);
  }
}

/** @throws ChecksumError where the lower half of a file's XXH64 is not the table's */
export function requireFileChecksum(
  { path = '' }: FileEntry,
  stored: number | undefined,
  computed: bigint,
): void {
  const lower = Number(computed & 0xffffffffn);
  if (stored === undefined || stored === lower) return;
  const hex = (value: number): string => value.toString(16).padStart(8, '0');
  throw new ChecksumError({
    where: `the file ${JSON.stringify(path)}`,
    stored: hex(stored),
    computed: hex(lower),
  });
}
