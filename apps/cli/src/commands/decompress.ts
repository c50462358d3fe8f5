/**
 * `decompress` and `test`: one archive back to its source, or to nowhere. The decoder checks every block's checksum,
 * so a target that gets its name is whole.
 */
import { decompress } from '@understudy/codec';
import { originalNameFor } from '../files/names.ts';
import { openSource, type Source } from '../files/source.ts';
import { nowhere, type Target } from '../files/target.ts';
import { codingLine, codingRecord, type CodingFacts } from '../report/records.ts';
import { CodingWatch, type Session } from '../session.ts';
import { targetFor } from './target-choice.ts';

/** @throws CliError, UstError, BrokenPipe; then nothing is left behind */
export async function decompressFile(path: string, session: Session): Promise<void> {
  const source = await openSource(path);
  await decode(
    'decompress',
    path,
    source,
    await targetFor(path, source, session.options, originalNameFor),
    session,
  );
}

/** @throws CliError, UstError */
export async function testFile(path: string, session: Session): Promise<void> {
  await decode('test', path, await openSource(path), nowhere(), session);
}

async function decode(
  command: 'decompress' | 'test',
  path: string,
  source: Source,
  target: Target,
  session: Session,
): Promise<void> {
  const { reporter } = session;
  const progress = reporter.progress(source.name, source.size);
  const watch = new CodingWatch(session, (_, out) => {
    // Archive bytes: the only total known before the end.
    progress(command === 'test' ? 'testing' : 'decompressing', source.read().bytes, out);
  });
  try {
    const codec = await session.codec();
    const original = decompress(source.stream(), {
      codec,
      students: watch.students,
      onProgress: watch.onProgress,
    });
    for await (const chunk of original) {
      await target.write(chunk);
      watch.bytesOut += chunk.length;
    }
    await target.flush();
    await target.commit();
    const { model } = watch;
    const facts: CodingFacts = {
      command,
      file: path,
      output: command === 'test' ? undefined : target.name,
      engine: watch.engine,
      model: model && { name: model.name, id: model.student.id, bytes: model.student.onnx.length },
      originalBytes: watch.bytesOut,
      archiveBytes: source.read().bytes,
      seconds: watch.seconds(),
      startupSeconds: watch.startupSeconds,
      segments: watch.segments,
      verified: true,
    };
    reporter.result(codingRecord(facts), codingLine(facts), 'stderr');
  } catch (error) {
    throw watch.cause(error);
  } finally {
    reporter.endProgress();
    await target.discard();
    await source.close();
  }
}
