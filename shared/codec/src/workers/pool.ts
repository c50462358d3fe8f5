/**
 * The block workers of a codec: started when a job needs one, kept for the next file, one job each at a time. A job whose
 * worker dies fails with WorkerDeathError, so that the caller can do it himself; an aborted job ends its worker.
 */
import { AbortedError, fromWire } from '../errors.ts';
import type { Gate } from '../gate.ts';
import type { Student } from '../student/student.ts';
import type { FromWorker, SpawnWorker, WorkerJob, WorkerLink, WorkerResult } from './messages.ts';

/** The platform let a worker down; nothing is known about the job. */
export class WorkerDeathError extends Error {}

interface Running {
  readonly resolve: (result: WorkerResult) => void;
  readonly reject: (error: Error) => void;
  readonly onWork: (bytesDone: number) => void;
}

/** One live worker. */
interface Member {
  readonly link: WorkerLink;
  readonly students: Set<string>;
  running: Running | undefined;
}

export class WorkerPool {
  private readonly spawn: SpawnWorker;
  private readonly start: { readonly coder: WebAssembly.Module; readonly zstdUrl?: string };
  private readonly gate: Gate;
  private readonly members = new Set<Member>();
  private readonly waiting: (() => void)[] = [];
  private busy = 0;

  constructor(
    spawn: SpawnWorker,
    start: { readonly coder: WebAssembly.Module; readonly zstdUrl?: string },
    gate: Gate,
  ) {
    this.spawn = spawn;
    this.start = start;
    this.gate = gate;
    gate.listen(() => {
      for (const { link } of this.members) link.post({ type: 'hold', held: gate.held });
    });
  }

  /**
   * Runs a job on a free worker; with `most` jobs running it waits for one to end.
   * @throws WorkerDeathError; AbortedError; what the job threw
   */
  async run(
    job: WorkerJob,
    student: Student | undefined,
    most: number,
    options: {
      readonly signal: AbortSignal | undefined;
      readonly during: string;
      readonly onWork: (bytesDone: number) => void;
    },
  ): Promise<WorkerResult> {
    const aborted = (): AbortedError => new AbortedError({ during: options.during });
    while (this.busy >= most) await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (options.signal?.aborted === true) throw aborted();
    this.busy++;
    let member: Member | undefined;
    const stop = (): void => {
      if (member === undefined) return;
      this.drop(member);
      member.running?.reject(aborted());
    };
    try {
      member = this.free();
      options.signal?.addEventListener('abort', stop);
      return await this.send(member, job, student, options.onWork);
    } finally {
      options.signal?.removeEventListener('abort', stop);
      if (member !== undefined) {
        member.running = undefined;
        if (this.members.has(member)) member.link.hold(false);
      }
      this.busy--;
      this.waiting.shift()?.();
    }
  }

  /** Ends all workers; running jobs fail with WorkerDeathError. */
  dispose(): void {
    for (const member of [...this.members]) {
      this.drop(member);
      member.running?.reject(new WorkerDeathError('the codec was disposed of'));
    }
  }

  private send(
    member: Member,
    job: WorkerJob,
    student: Student | undefined,
    onWork: (bytesDone: number) => void,
  ): Promise<WorkerResult> {
    return new Promise((resolve, reject) => {
      member.running = { resolve, reject, onWork };
      member.link.hold(true);
      try {
        if (student !== undefined && !member.students.has(student.id)) {
          member.students.add(student.id);
          // Vectors stay here: this machine was checked before.
          member.link.post({ type: 'student', student: { ...student, parity: undefined } });
        }
        member.link.post({ type: 'job', job: compact(job) });
      } catch (error) {
        this.die(member, error instanceof Error ? error.message : String(error));
      }
    });
  }

  /** A worker without a job, started now where there is none. @throws WorkerDeathError */
  private free(): Member {
    for (const member of this.members) if (member.running === undefined) return member;
    try {
      const link = this.spawn();
      const member: Member = { link, students: new Set(), running: undefined };
      link.listen(
        (message) => this.hear(member, message),
        (problem) => this.die(member, problem),
      );
      link.post({ type: 'start', ...this.start });
      if (this.gate.held) link.post({ type: 'hold', held: true });
      this.members.add(member);
      return member;
    } catch (error) {
      throw new WorkerDeathError('no worker can be started', { cause: error });
    }
  }

  private hear(member: Member, message: FromWorker): void {
    const { running } = member;
    if (message.type === 'work') running?.onWork(message.bytesDone);
    else if (message.type === 'result') running?.resolve(message.result);
    else running?.reject(fromWire(message.error));
  }

  private die(member: Member, problem: string): void {
    this.drop(member);
    member.running?.reject(new WorkerDeathError(`a worker ended: ${problem}`));
  }

  private drop(member: Member): void {
    this.members.delete(member);
    member.link.terminate();
  }
}

/** Cloning a view takes its whole buffer along: parts of something larger are copied out first. */
function compact(job: WorkerJob): WorkerJob {
  const own = (bytes: Uint8Array): Uint8Array =>
    bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
  if (job.type !== 'decode') return { ...job, bytes: own(job.bytes) };
  const segments = job.frame.segments.map((segment) => ({ ...segment, payload: own(segment.payload) }));
  return { ...job, frame: { ...job.frame, segments } };
}
