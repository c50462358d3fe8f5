/**
 * `compress`: one file, or a folder or several files together, to one archive. It gets its name only when it is whole and, up to
 * a size or with --verify, was decoded and found to be the source again; on standard output the check decides the exit code.
 */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  compress,
  compressFiles,
  nameProblem,
  type CompressionOptions,
  type InputEntry,
} from '@understudy/codec';
import { verifiedBytes } from '../arguments/flags.ts';
import type { Options } from '../arguments/parse.ts';
import { UsageError } from '../errors.ts';
import { archiveNameFor, folderArchiveNameFor, inFolder, standardStream } from '../files/names.ts';
import { fileStream, identityOf, Meter, openSource } from '../files/source.ts';
import { openTarget, standardOutput, type Target } from '../files/target.ts';
import { readTree, storedName } from '../files/tree.ts';
import { codingLine, codingRecord, type CodingFacts } from '../report/records.ts';
import { CodingWatch, type Session } from '../session.ts';
import { ArchiveCheck } from './archive-check.ts';
import { isFolder, targetFor } from './target-choice.ts';

/** What is to be put into an archive. */
interface Originals {
  /** For people. */
  name: string;
  /** Where it is known. */
  size?: number;
  /** Files and folders, in an archive of many. */
  entries?: number;
  archive(options: CompressionOptions): ReadableStream<Uint8Array>;
  /** Bytes and SHA-256 of all contents read so far, one after the other. */
  read(): { bytes: number; sha256: string };
  close(): Promise<void>;
}

/** One file, folder or pipe to its own archive. @throws CliError, UstError, BrokenPipe; then nothing is left behind */
export async function compressOne(path: string, session: Session): Promise<void> {
  const { options } = session;
  if (path !== standardStream && (await isFolder(path))) {
    const { output, stdout } = options;
    const inside = output !== undefined && (await isFolder(output));
    const own = (): string => folderArchiveNameFor(inside ? storedName(path) : path);
    const target = stdout ? undefined : inside ? inFolder(output, own()) : (output ?? own());
    await compressTree([path], path, target, session);
    return;
  }
  const source = await openSource(path);
  const { attributes, name, size } = source;
  const stored = options.storeName && attributes !== undefined ? storedFacts(path, attributes.modified) : {};
  const target = await targetFor(path, source, options, archiveNameFor);
  const originals: Originals = {
    name,
    size,
    archive: (coding) => compress(source.stream(), { ...coding, ...stored }),
    read: () => source.read(),
    close: () => source.close(),
  };
  await pack(path, originals, target, session);
}

/** All of `paths` to one archive. @throws as compressOne */
export async function compressTogether(paths: readonly string[], session: Session): Promise<void> {
  const { output, stdout } = session.options;
  if (paths.includes(standardStream))
    throw new UsageError('standard input (-) cannot be one of several files; compress it alone');
  if (output === undefined && !stdout)
    throw new UsageError(
      'several files become one archive: give its name with -o, or --each for an archive of each',
    );
  if (output !== undefined && (await isFolder(output)))
    throw new UsageError(
      `${output} is a folder: give a name for the archive with -o, or --each for an archive of each in it`,
    );
  const [first = '', second = ''] = paths;
  const label = paths.length > 2 ? `${first} and ${paths.length - 1} more` : `${first} and ${second}`;
  await compressTree(paths, label, stdout ? undefined : output, session);
}

/** @param target undefined: standard output */
async function compressTree(
  paths: readonly string[],
  label: string,
  target: string | undefined,
  session: Session,
): Promise<void> {
  const { options, reporter } = session;
  const exclude = target === undefined ? undefined : await stat(target).then(identityOf, () => undefined);
  const skip = (sentence: string): void => reporter.warning(sentence);
  const tree = await readTree(paths, { skip, ...(exclude === undefined ? {} : { exclude }) });
  const opened = target === undefined ? standardOutput() : await openTarget(target, {}, options.force);
  const meter = new Meter();
  const entries = tree.map(({ path, file, kind, size, mtime, mode }): InputEntry => {
    const facts = { path, mtime, mode };
    return kind === 'directory'
      ? { ...facts, kind }
      : { ...facts, kind, size, stream: () => fileStream(file, meter) };
  });
  const originals: Originals = {
    name: label,
    size: tree.reduce((sum, { size }) => sum + size, 0),
    entries: tree.length,
    archive: (coding) => compressFiles(entries, coding),
    read: () => meter.read(),
    close: async () => undefined,
  };
  await pack(label, originals, opened, session);
}

/** What an archive says about its file. A name that cannot be stored is left out: the file is what matters. */
function storedFacts(path: string, modified: Date): { name?: string; mtime: number } {
  const name = basename(path);
  return { mtime: modified.getTime(), ...(nameProblem(name) === undefined ? { name } : {}) };
}

async function pack(file: string, originals: Originals, target: Target, session: Session): Promise<void> {
  const { options, reporter } = session;
  const progress = reporter.progress(originals.name, originals.size);
  try {
    const watch = new CodingWatch(session, (done, out) => {
      progress('compressing', done, out);
    });
    const { codec, model } = await watch.startUp(async () => ({
      codec: await session.codec(),
      model: await session.models.forCompression(options.level),
    }));
    const { level } = options;
    const archive = originals.archive({
      codec,
      student: model.student,
      level,
      size: originals.size,
      onProgress: watch.onProgress,
    });
    const verification = new Verification(
      options.verify,
      target,
      originals,
      () =>
        new ArchiveCheck(codec, model.student, (done) => {
          if (target.readBackFrom !== undefined) progress('verifying', done, 0);
        }),
    );
    for await (const chunk of archive) {
      await target.write(chunk);
      await verification.hear(chunk);
      watch.bytesOut += chunk.length;
    }
    const seconds = watch.seconds();
    await target.flush();
    const verified = await verification.finish();
    await target.commit();
    const facts: CodingFacts = {
      command: 'compress',
      file,
      output: target.name,
      level,
      engine: watch.engine,
      model: { name: model.name, id: model.student.id, bytes: model.student.onnx.length },
      files: originals.entries,
      originalBytes: originals.read().bytes,
      archiveBytes: watch.bytesOut,
      seconds,
      startupSeconds: watch.startupSeconds,
      threads: session.threads,
      blocks: watch.blocks,
      segments: watch.segments,
      verified,
    };
    reporter.result(codingRecord(facts), codingLine(facts), 'stderr');
  } finally {
    reporter.endProgress();
    await target.discard();
    await originals.close();
  }
}

/**
 * Decides what is verified, and how: a file is read back from the disk, what goes to a pipe is checked on its way, or kept until
 * it is known to be small.
 */
class Verification {
  private kept: Uint8Array[] | undefined;
  private beside: ArchiveCheck | undefined;

  constructor(
    private readonly when: Options['verify'],
    private readonly target: Target,
    private readonly originals: Originals,
    private readonly newCheck: () => ArchiveCheck,
  ) {
    if (target.readBackFrom !== undefined) return;
    if (when === 'always') this.beside = newCheck();
    if (when === 'small') this.kept = [];
  }

  async hear(chunk: Uint8Array): Promise<void> {
    await this.beside?.write(chunk);
    if (this.kept !== undefined && this.isSmall()) this.kept.push(chunk);
    else this.kept = undefined;
  }

  /** @returns whether it was verified. @throws VerifyError */
  async finish(): Promise<boolean> {
    if (this.when === 'never' || (this.when === 'small' && !this.isSmall())) return false;
    const { readBackFrom } = this.target;
    const check = this.beside ?? this.newCheck();
    if (readBackFrom !== undefined) await readBack(readBackFrom, check);
    for (const chunk of this.kept ?? []) await check.write(chunk);
    await check.finish(this.originals.name, this.originals.read().sha256);
    return true;
  }

  private isSmall(): boolean {
    return this.originals.read().bytes <= verifiedBytes;
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
