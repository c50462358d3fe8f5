/**
 * What the files of one call share: the codec, opened when the first file needs it, so that a mistyped name costs
 * nothing; the models; what is said.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { engineNames, type Codec, type OnProgress, type Student } from '@understudy/codec';
import { openDawn, openNodeCodec } from '@understudy/codec/node';
import type { Options } from './arguments/parse.ts';
import { nearest } from './arguments/nearest.ts';
import { UsageError } from './errors.ts';
import { Models, type Model } from './models.ts';
import { noSegments, type CodingFacts } from './report/records.ts';
import type { Reporter } from './report/reporter.ts';

export class Session {
  readonly models: Models;
  private opened?: Promise<Codec>;
  private hasGpu = false;

  /** @throws UsageError for an engine that does not exist */
  constructor(
    readonly options: Options,
    readonly reporter: Reporter,
  ) {
    this.models = new Models(options.model);
    const { engine = 'auto' } = options;
    if (engine !== 'auto' && !engineNames.some((name) => name === engine)) {
      const near = nearest(engine, [...engineNames, 'auto']);
      const hint = near ? `did you mean ${near}?` : `there are auto, ${engineNames.join(', ')}`;
      throw new UsageError(`unknown engine “${engine}”; ${hint}`);
    }
  }

  get threads(): number {
    return this.options.threads || availableParallelism();
  }

  codec(): Promise<Codec> {
    this.opened ??= this.open();
    return this.opened;
  }

  /** @returns whether the process must be ended by hand: Dawn keeps it alive */
  async close(): Promise<boolean> {
    await (await this.opened?.catch(() => undefined))?.dispose();
    return this.hasGpu;
  }

  private async open(): Promise<Codec> {
    const engine = engineNames.find((name) => name === this.options.engine) ?? 'auto';
    const mayUseGpu = engine.endsWith('webgpu') || (engine === 'auto' && hasGpuDriver());
    const gpu = mayUseGpu ? ((await openDawn()) ?? undefined) : undefined;
    this.hasGpu = gpu !== undefined;
    return openNodeCodec({ engine, threads: this.threads, ...(gpu && { gpu }) });
  }
}

/** Dawn complains on standard error where Vulkan has no driver at all; there it need not be asked. */
function hasGpuDriver(): boolean {
  if (process.platform !== 'linux') return true;
  const folders = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
  return process.env.VK_ICD_FILENAMES !== undefined || folders.some(hasFiles);
}

function hasFiles(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false;
  }
}

/** Follows the codec through one file: what the summary needs, and the figures for the moving line. */
export class CodingWatch {
  engine?: string;
  /** Blocks finished. */
  blocks = 0;
  readonly segments = noSegments();
  model?: Model;
  /** Bytes given on so far; the caller counts. */
  bytesOut = 0;
  /** Paid once per call, so no part of a file's speed. */
  startupSeconds = 0;
  private readonly startedMs = performance.now();
  private modelError?: unknown;

  constructor(
    private readonly session: Session,
    private readonly show: (bytesDone: number, bytesOut: number) => void,
  ) {}

  /** Seconds since the watch was made, without start-up. */
  seconds(): number {
    return (performance.now() - this.startedMs) / 1000 - this.startupSeconds;
  }

  readonly onProgress: OnProgress = (event) => {
    if (event.type === 'engine') {
      this.engine = event.engine;
      const lost = event.replaces ? ` instead of ${event.replaces}` : '';
      this.session.reporter.detail(`engine ${event.engine}${lost}: ${event.reason}`);
    } else if (event.type === 'work') {
      this.show(event.bytesDone, this.bytesOut);
    } else if (event.type === 'block') {
      this.blocks++;
      for (const { method } of event.segments) this.segments[method]++;
    }
  };

  /** What it has seen, as far as it goes into the report of a decoding. */
  facts(): Omit<CodingFacts, 'command' | 'file' | 'archiveBytes' | 'verified'> {
    const { model } = this;
    return {
      engine: this.engine,
      model: model && { name: model.name, id: model.student.id, bytes: model.student.onnx.length },
      originalBytes: this.bytesOut,
      seconds: this.seconds(),
      startupSeconds: this.startupSeconds,
      threads: this.session.threads,
      blocks: this.blocks,
      segments: this.segments,
    };
  }

  /** Runs what is no part of a file's speed: reading and proving a model, compiling the coder. */
  async startUp<T>(action: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    try {
      return await action();
    } finally {
      this.startupSeconds += (performance.now() - startedMs) / 1000;
    }
  }

  /** For `decompress`: finds the archive's model. */
  readonly students = async (id: string): Promise<Student> => {
    try {
      this.model = await this.startUp(() => this.session.models.withId(id));
      return this.model.student;
    } catch (error) {
      this.modelError = error;
      throw error;
    }
  };

  /** The codec takes any trouble in `students` for an unknown model; what it really was. */
  cause(error: unknown): unknown {
    return this.modelError ?? error;
  }
}
