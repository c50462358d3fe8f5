/**
 * Turns what the codec tells of one job into what the page shows of it: engine, progress, and which methods kept the bytes.
 */
import type { BlockMethod, Codec, Progress } from '@understudy/codec';
import type { EngineChoice, EngineReport, JobProgress, JobResult } from './api.ts';
import type { JobClock } from './clock.ts';
import type { StudentLibrary } from './students.ts';

/** What every job works with. */
export interface JobContext {
  codec: Codec;
  library: StudentLibrary;
  engine: EngineChoice;
  report: (progress: JobProgress) => void;
  clock: JobClock;
  signal: AbortSignal;
}

export class JobWatch {
  /** Name of the student in use. */
  model = '';
  /** Blocks worked on side by side, where it is known. */
  threads: number | undefined;
  readonly segments: Record<BlockMethod, number> = {
    stored: 0,
    zstd: 0,
    student: 0,
    blend: 0,
    teacher: 0,
    runs: 0,
    binary: 0,
  };
  private readonly context: JobContext;
  private readonly bytesInOf: (bytesDone: number) => number;
  private engineReport: EngineReport | undefined;
  private bytesOut = 0;

  /** @param bytesInOf bytes of the job's input that stand for so many original bytes */
  constructor(context: JobContext, bytesInOf: (bytesDone: number) => number) {
    this.context = context;
    this.bytesInOf = bytesInOf;
  }

  /** The engine, if what the student predicted was kept anywhere. */
  get report(): EngineReport | undefined {
    const { student, blend, teacher } = this.segments;
    return student + blend + teacher > 0 ? this.engineReport : undefined;
  }

  /** Loading a model counts for nothing. */
  restartClock(): void {
    this.context.clock.restart();
  }

  /** What is known of every job at its end. */
  result(): Pick<JobResult, 'segments' | 'seconds' | 'report'> {
    const { segments, report } = this;
    return { segments, seconds: this.context.clock.seconds, ...(report ? { report } : {}) };
  }

  readonly hear = (event: Progress): void => {
    const { report } = this.context;
    switch (event.type) {
      case 'engine':
        this.engineReport = this.describe(event.engine, event.reason);
        report({ type: 'engine', report: this.engineReport });
        break;
      case 'block':
        this.bytesOut += event.bytesOut;
        for (const { method } of event.segments) this.segments[method]++;
        break;
      case 'work': {
        const { bytesOut } = this;
        const { seconds } = this.context.clock;
        report({ type: 'coding', bytesIn: this.bytesInOf(event.bytesDone), bytesOut, seconds });
        break;
      }
      case 'done':
        break;
    }
  };

  /** In the page, an engine that was asked for was chosen in its settings. */
  private describe(engine: string, reason: string): EngineReport {
    const said = engine === this.context.engine ? 'Chosen in the settings.' : reason;
    const threads = engine === 'simd' && this.threads !== undefined ? { threads: this.threads } : {};
    return { engine, reason: said, model: this.model, ...threads };
  }
}

/** Most blocks side by side: a core each, and there may be fewer blocks. */
export function threadsOf(codec: Codec, bytes: number, blockBytes: number): number {
  return Math.max(1, Math.min(codec.threads, Math.ceil(bytes / blockBytes)));
}
