/** The coder's bytes inside the teacher's own archive (docs/TRACE.md §5): what the replay check compares with. */
import { DataError } from '../errors.ts';

const MAGIC = [0x89, 0x55, 0x54, 0x41, 0x0d, 0x0a, 0x1a, 0x0a];
const HEADER_BYTES = 44;
const TRAILER_BYTES = 4;

/** Throws DataError when `archive` is none of the teacher's. */
export function coderBytesOf(archive: Uint8Array): Uint8Array {
  if (archive.length < HEADER_BYTES + TRAILER_BYTES || MAGIC.some((byte, index) => archive[index] !== byte)) {
    throw new DataError(
      'the teacher gave no archive of the layout in docs/TRACE.md; --verify works with this project’s own teacher',
    );
  }
  return archive.subarray(HEADER_BYTES, archive.length - TRAILER_BYTES);
}
