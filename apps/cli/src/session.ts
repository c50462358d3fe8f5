/**
 * What the files of one call share: the codec, opened when the first file needs it, so that a mistyped name costs
 * nothing; the models; what is said.
 */
import { availableParallelism } from 'node:os';
import { engineNames, type Codec, type OnProgress, type Student } from '@understudy/codec';
import { openNodeCodec } from '@understudy/codec/node';
import type { Options } from './arguments/parse.ts';
import { nearest } from './arguments/nearest.ts';
import { UsageError } from './errors.ts';
import { Models, type Model } from './models.ts';
import type { Reporter } from './report/reporter.ts';

export class Session {
  readonly models: Models;
  private opened?: Promise<Codec>;

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

  codec(): Promise<Codec> {
    const engine = engineNames.find((name) => name === this.options.engine) ?? 'auto';
    const threads = this.options.threads === 0 ? availableParallelism() : this.options.threads;
    this.opened ??= openNodeCodec({ engine, threads });
    return this.opened;
  }

  async close(): Promise<void> {
    await (await this.opened?.catch(() => undefined))?.dispose();
  }
}

/** Follows the codec through one file: what the summary needs, and the figures for the moving line. */
export class CodingWatch {
  engine?: string;
  segments = { stored: 0, zstd: 0, student: 0 };
  model?: Model;
  /** Bytes given on so far; the caller counts. */
  bytesOut = 0;
  /** Reading the model and opening its engine: paid once per call, so no part of a file's speed. */
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
      this.segments[event.method]++;
    }
  };

  /** The codec, with an engine ready for `model`. */
  async open(model: () => Promise<Model>): Promise<{ codec: Codec; model: Model }> {
    const startedMs = performance.now();
    try {
      const found = await model();
      const codec = await this.session.codec();
      await codec.open(found.student);
      this.model = found;
      return { codec, model: found };
    } finally {
      this.startupSeconds += (performance.now() - startedMs) / 1000;
    }
  }

  /** For `decompress`: finds the archive's model. */
  readonly students = async (id: string): Promise<Student> => {
    try {
      const { model } = await this.open(() => this.session.models.withId(id));
      return model.student;
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
