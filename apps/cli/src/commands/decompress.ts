/**
 * `decompress` and `test`: an archive back to its file or files, or to nowhere. The decoder checks every block's checksum, so what
 * gets its name is whole. A file is opened at its end, a pipe is read as it comes, and kept in a file where it holds many.
 */
import {
  decompress,
  ManyFilesError,
  openArchive,
  type OpenedArchive,
  type OpenedFile,
} from '@understudy/codec';
import { openFileAccess, type FileAccess } from '@understudy/codec/node';
import { FileProblem, UsageError } from '../errors.ts';
import type { FolderTarget, Unpacked } from '../files/folder-target.ts';
import { originalNameFor, standardStream } from '../files/names.ts';
import { openSource, type Source } from '../files/source.ts';
import { spool } from '../files/spool.ts';
import { nowhere, type Target } from '../files/target.ts';
import { codingLine, codingRecord, type CodingFacts } from '../report/records.ts';
import { CodingWatch, type Session } from '../session.ts';
import { recoverFrom } from './recover.ts';
import { extractFolder, folderFor, selectEntries, shown, targetFor } from './target-choice.ts';

/** @throws CliError, UstError, BrokenPipe; then nothing is left behind */
export async function decompressFile(path: string, session: Session): Promise<void> {
  await new Decoding('decompress', path, session).run();
}

/** @throws CliError, UstError */
export async function testFile(path: string, session: Session): Promise<void> {
  await new Decoding('test', path, session).run();
}

class Decoding {
  private readonly watch: CodingWatch;
  private phase: (bytesDone: number, bytesOut: number) => void = () => undefined;

  constructor(
    private readonly command: 'decompress' | 'test',
    private readonly path: string,
    private readonly session: Session,
  ) {
    this.watch = new CodingWatch(session, (done, out) => {
      this.phase(done, out);
    });
  }

  async run(): Promise<void> {
    const { stdout, output, extract } = this.session.options;
    // Before any work: a name without a suffix says nothing about a target's.
    const needsName =
      this.command === 'decompress' && !stdout && output === undefined && extract.length === 0;
    if (needsName && this.path !== standardStream) originalNameFor(this.path);
    try {
      const source = await openSource(this.path);
      // Only of regular files is the size known, and only they can be read anywhere.
      if (source.size === undefined) await this.fromPipe(source);
      else
        await this.fromFile(
          await FileProblem.from('read', this.path, () => openFileAccess(this.path)),
          source,
        );
    } catch (error) {
      throw this.watch.cause(error);
    } finally {
      this.session.reporter.endProgress();
    }
  }

  private async fromFile(access: FileAccess, source: Source): Promise<void> {
    const { options } = this.session;
    const { watch } = this;
    try {
      const codec = await watch.startUp(() => this.session.codec());
      const decoding = { codec, students: watch.students, onProgress: watch.onProgress };
      if (options.recover) {
        await recoverFrom(access, this.path, source, decoding, watch, this.session);
        return;
      }
      const opened = await openArchive(access, decoding);
      this.show(source.name, opened.info.originalBytes);
      if (options.extract.length > 0) await this.extract(opened);
      else if (this.command === 'test') await this.test(opened);
      else if (opened.info.form === 'many') await this.unpack(opened);
      else await this.single(opened, source);
    } finally {
      await access.close();
    }
  }

  private async single(opened: OpenedArchive, source: Source): Promise<void> {
    const target = await targetFor(this.path, source, this.session.options, originalNameFor);
    await this.into(target, async () => {
      for await (const { entry, stream } of opened.readAll()) {
        await this.copy(stream, target);
        await target.flush(entry.mtime === undefined ? undefined : new Date(entry.mtime));
      }
    });
    this.report(opened.info.archiveBytes, { output: target.name });
  }

  private async unpack(opened: OpenedArchive): Promise<void> {
    const files = opened.files.map((entry): Unpacked => ({ path: entry.path ?? '', entry }));
    const target = await folderFor(this.path, files, this.session.options);
    await this.into(target, async () => {
      for await (const file of opened.readAll()) await this.add(target, file.entry.path ?? '', file);
    });
    this.report(opened.info.archiveBytes, { output: target.name, files: files.length });
  }

  private async extract(opened: OpenedArchive): Promise<void> {
    const { options } = this.session;
    const chosen = selectEntries(opened.files, options.extract);
    const [first] = chosen;
    let output: string;
    if (options.stdout || (first !== undefined && chosen.length === 1 && first.entry.kind === 'file')) {
      if (first === undefined || chosen.length > 1 || first.entry.kind !== 'file')
        throw new UsageError('-c gives one file: name a file of the archive with --extract, and only one');
      const target = await targetFor(this.path, {}, options, () => first.path);
      const modified = first.entry.mtime;
      await this.into(target, async () => {
        await this.copy(opened.readFile(first.entry.path ?? ''), target);
        await target.flush(modified === undefined ? undefined : new Date(modified));
      });
      output = target.name;
    } else {
      const target = await extractFolder(this.path, chosen, options);
      await this.into(target, async () => {
        for (const { path, entry } of chosen) {
          const stream = entry.kind === 'file' ? opened.readFile(entry.path ?? '') : new Blob().stream();
          await this.add(target, path, { entry, stream });
        }
      });
      output = target.name;
    }
    this.report(opened.info.archiveBytes, { output, files: chosen.length, isPart: true });
  }

  private async test(opened: OpenedArchive): Promise<void> {
    const target = nowhere();
    for await (const { stream } of opened.readAll()) await this.copy(stream, target);
    this.report(opened.info.archiveBytes, opened.info.form === 'many' ? { files: opened.files.length } : {});
  }

  private async fromPipe(source: Source): Promise<void> {
    const { watch } = this;
    const { options } = this.session;
    const bytes = new Rewindable(source);
    const whole = async (): Promise<void> => this.fromFile(await spool(bytes.all()), { ...source, size: 0 });
    try {
      if (options.recover || options.extract.length > 0) {
        await whole();
        return;
      }
      this.show(source.name, undefined);
      const codec = await watch.startUp(() => this.session.codec());
      const manyFiles = this.command === 'test' ? 'join' : 'refuse';
      const target = new LateTarget(() =>
        this.command === 'test'
          ? Promise.resolve(nowhere())
          : targetFor(this.path, source, this.session.options, originalNameFor),
      );
      const decoding = { codec, students: watch.students, onProgress: watch.onProgress, manyFiles } as const;
      try {
        let modified: Date | undefined;
        const onFile = ({ mtime }: { mtime?: number }): void => {
          if (mtime !== undefined) modified = new Date(mtime);
          bytes.forget();
        };
        for await (const chunk of decompress(bytes.stream(), { ...decoding, onFile })) {
          watch.bytesOut += chunk.length;
          await (await target.open()).write(chunk);
        }
        const opened = await target.open();
        await opened.flush(modified);
        await opened.commit();
        this.report(source.read().bytes, this.command === 'test' ? {} : { output: opened.name });
      } catch (error) {
        if (!(error instanceof ManyFilesError)) throw error;
        await this.refuseManyToPipe();
        await whole();
      } finally {
        await target.discard();
      }
    } finally {
      await source.close();
    }
  }

  /** Before a long pipe is kept for nothing. @throws UsageError */
  private async refuseManyToPipe(): Promise<void> {
    const { output, stdout } = this.session.options;
    if (output === undefined && (stdout || this.path === standardStream))
      throw new UsageError(
        `${shown(this.path)} holds many files, which one pipe cannot give: unpack it into a folder with -o, or take one with --extract`,
      );
  }

  private async into(target: Target | FolderTarget, action: () => Promise<void>): Promise<void> {
    try {
      await action();
      await target.commit();
    } finally {
      await target.discard();
    }
  }

  private async copy(stream: ReadableStream<Uint8Array>, target: Target): Promise<void> {
    for await (const chunk of stream) {
      await target.write(chunk);
      this.watch.bytesOut += chunk.length;
    }
  }

  private async add(target: FolderTarget, path: string, { entry, stream }: OpenedFile): Promise<void> {
    this.watch.bytesOut += await target.add({ path, entry }, stream);
  }

  private show(name: string, originalBytes: number | undefined): void {
    const progress = this.session.reporter.progress(name, originalBytes);
    const phase = this.command === 'test' ? 'testing' : 'decompressing';
    this.phase = (done, out) => progress(phase, done, out);
  }

  private report(archiveBytes: number, facts: Pick<CodingFacts, 'output' | 'files' | 'isPart'>): void {
    const { command, path, session, watch } = this;
    const all = { ...watch.facts(), command, file: path, archiveBytes, verified: true, ...facts };
    session.reporter.result(codingRecord(all), codingLine(all), 'stderr');
  }
}

/** A pipe whose beginning is kept until it is known what it is. */
class Rewindable {
  private kept: Uint8Array[] | undefined = [];
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(source: Source) {
    this.reader = source.stream().getReader();
  }

  /** From here on; cancelling it leaves the pipe open. */
  stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const next = await this.reader.read();
          if (next.done) controller.close();
          else {
            this.kept?.push(next.value);
            controller.enqueue(next.value);
          }
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** The beginning will not be wanted again. */
  forget(): void {
    this.kept = undefined;
  }

  /** From the beginning, once. */
  async *all(): AsyncGenerator<Uint8Array> {
    yield* this.kept ?? [];
    this.forget();
    for (let next = await this.reader.read(); !next.done; next = await this.reader.read()) yield next.value;
  }
}

/** A target that is opened with the first byte: what comes may turn out to be something else. */
class LateTarget {
  private opened: Promise<Target> | undefined;

  constructor(private readonly make: () => Promise<Target>) {}

  open(): Promise<Target> {
    this.opened ??= this.make();
    return this.opened;
  }

  async discard(): Promise<void> {
    await (await this.opened?.catch(() => undefined))?.discard();
  }
}
