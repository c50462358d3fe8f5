/**
 * `compress`: one source to one archive. The archive gets its name only after it was decoded and found to be the
 * source again (unless --no-verify); on standard output the check runs beside the writing and decides the exit code.
 */
import { compress } from '@understudy/codec';
import { archiveNameFor } from '../files/names.ts';
import { openSource } from '../files/source.ts';
import { codingLine, codingRecord, type CodingFacts } from '../report/records.ts';
import { CodingWatch, type Session } from '../session.ts';
import { ArchiveCheck } from './archive-check.ts';
import { targetFor } from './target-choice.ts';

/** @throws CliError, UstError, BrokenPipe; then nothing is left behind */
export async function compressFile(path: string, session: Session): Promise<void> {
  const { options, reporter } = session;
  const source = await openSource(path);
  const target = await targetFor(path, source, options, archiveNameFor);
  const progress = reporter.progress(source.name, source.size);
  try {
    const watch = new CodingWatch(session, (done, out) => {
      progress('compressing', done, out);
    });
    const { codec, model } = await watch.open(() => session.models.forCompression());
    const archive = compress(source.stream(), {
      codec,
      student: model.student,
      level: options.level,
      size: source.size,
      onProgress: watch.onProgress,
    });
    const written = target.readBackFrom;
    const showCheck = (done: number): void => {
      if (written !== undefined) progress('verifying', done, 0);
    };
    const check = options.verify ? new ArchiveCheck(codec, model.student, showCheck) : undefined;
    for await (const chunk of archive) {
      await target.write(chunk);
      if (written === undefined) await check?.write(chunk);
      watch.bytesOut += chunk.length;
    }
    const seconds = watch.seconds();
    await target.flush();
    if (check && written !== undefined) await readBack(written, check);
    await check?.finish(source.name, source.read().sha256);
    await target.commit();
    const facts: CodingFacts = {
      command: 'compress',
      file: path,
      output: target.name,
      level: options.level,
      engine: watch.engine,
      model: { name: model.name, id: model.student.id, bytes: model.student.onnx.length },
      originalBytes: source.read().bytes,
      archiveBytes: watch.bytesOut,
      seconds,
      startupSeconds: watch.startupSeconds,
      segments: watch.segments,
      verified: options.verify,
    };
    reporter.result(codingRecord(facts), codingLine(facts), 'stderr');
  } finally {
    reporter.endProgress();
    await target.discard();
    await source.close();
  }
}

async function readBack(path: string, check: ArchiveCheck): Promise<void> {
  const written = await openSource(path);
  try {
    for await (const chunk of written.stream()) await check.write(chunk);
  } finally {
    await written.close();
  }
}
