import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { compress, type Codec, type Student } from '@understudy/codec';
import { loadStudentFolder, openNodeCodec } from '@understudy/codec/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VerifyError } from '../errors.ts';
import { ArchiveCheck } from './archive-check.ts';

const tinyModel = fileURLToPath(new URL('../../../../tests/models/tiny-swift', import.meta.url));
const text = Buffer.from('one two three four five six seven eight nine ten '.repeat(40));
const sha256 = createHash('sha256').update(text).digest('hex');

describe('the check of a new archive', () => {
  let codec: Codec;
  let student: Student;
  let archive: Buffer;

  beforeAll(async () => {
    codec = await openNodeCodec();
    student = await loadStudentFolder(tinyModel);
    const chunks: Uint8Array[] = [];
    for await (const chunk of compress(new Blob([text]).stream(), { codec, student })) chunks.push(chunk);
    archive = Buffer.concat(chunks);
  });
  afterAll(() => codec.dispose());

  const checked = async (bytes: Uint8Array, expected: string): Promise<void> => {
    const check = new ArchiveCheck(codec, student);
    for (let at = 0; at < bytes.length; at += 10) await check.write(bytes.subarray(at, at + 10));
    await check.finish('text', expected);
  };

  it('passes an archive that gives the source back', async () => {
    await expect(checked(archive, sha256)).resolves.toBeUndefined();
  });

  it('fails one that was altered on the way to the disk, wherever', async () => {
    for (let at = 0; at < archive.length; at += 7) {
      const altered = Buffer.from(archive);
      altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
      await expect(checked(altered, sha256), `byte ${at}`).rejects.toBeInstanceOf(VerifyError);
    }
  });

  it('fails one that is cut short, or of another source', async () => {
    await expect(checked(archive.subarray(0, -1), sha256)).rejects.toBeInstanceOf(VerifyError);
    await expect(checked(archive, '0'.repeat(64))).rejects.toBeInstanceOf(VerifyError);
  });
});
