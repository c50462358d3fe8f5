/**
 * One trace from start to stop: pulls rows from the teacher, tells the page about them in snapshots, and keeps every frame
 * as a Blob (which the browser may move to disk), so that a shard can be written even of a trace that was stopped.
 */
import {
  TraceReader,
  TraceWriter,
  type Teacher,
  type TraceFrame,
  type TraceHeader,
  type TraceProfile,
} from '@understudy/trace';
import { guessesBetween, shownGuesses, topOf, type Guesses } from '../../lab/guesses.ts';
import { costBits } from '../../lab/trace.ts';
import { messageOf } from '../outcome.ts';
import type { CodedByte, TraceRow, TraceSnapshot, TraceSummary } from './api.ts';
import { finalColumn, rowsOf } from './rows.ts';
import { StudentReader } from './student-reader.ts';

type TeacherLive = Parameters<NonNullable<NonNullable<Parameters<Teacher['trace']>[1]>['onLive']>>[0];

const snapshotMs = 100;
const shownRows = 9;

/** Rows that were traced, with what a trace stream of just them needs around it. */
export interface Traced {
  header: TraceHeader;
  frames: Blob[];
  /** Counted the rows of `frames`; makes the end frame. */
  writer: TraceWriter;
  rows: number;
  archiveBytes: number;
  source: Uint8Array<ArrayBuffer>;
}

export class TraceSession {
  readonly #teacher: Teacher;
  readonly #name: string;
  readonly #tell: (snapshot: TraceSnapshot) => void;
  #stopped = false;
  #gate: PromiseWithResolvers<void> | undefined;
  #traced: Traced | undefined;

  #source = new Uint8Array(0);
  #live: TeacherLive | undefined;
  #newBytes: number[] = [];
  #newCosts: number[] = [];
  #lastRows: TraceRow[] = [];
  #guesses: Guesses = { symbols: new Uint8Array(0), probabilities: new Float32Array(0) };
  /** Rows that snapshots have told. */
  #rowsTold = 0;
  #rows = 0;
  #student: StudentReader | undefined;
  #studentProblem: string | undefined;
  #lastTold = 0;
  #workMs = 0;
  #resumedAt = 0;

  constructor(teacher: Teacher, name: string, tell: (snapshot: TraceSnapshot) => void) {
    this.#teacher = teacher;
    this.#name = name;
    this.#tell = tell;
  }

  stop(): void {
    this.#stopped = true;
    this.setPaused(false);
  }

  setPaused(paused: boolean): void {
    if (paused && !this.#gate && !this.#stopped) {
      this.#gate = Promise.withResolvers();
      this.#workMs += performance.now() - this.#resumedAt;
    } else if (!paused && this.#gate) {
      this.#resumedAt = performance.now();
      this.#gate.resolve();
      this.#gate = undefined;
    }
  }

  /** Traces all of `source`, or up to a stop. */
  async run(source: Uint8Array<ArrayBuffer>, profile: TraceProfile, model: string): Promise<TraceSummary> {
    this.#source = source;
    this.#guesses = {
      symbols: new Uint8Array(shownGuesses * source.length),
      probabilities: new Float32Array(shownGuesses * source.length),
    };
    try {
      this.#student = await StudentReader.open(source, model, new AbortController().signal);
    } catch (thrown) {
      // The teacher needs no student.
      this.#studentProblem = messageOf(thrown);
    }
    this.#resumedAt = performance.now();
    const onLive = (live: TeacherLive): void => {
      this.#live = live;
      this.#student?.readTo(live.bytes);
      this.#tellIfDue();
    };
    const reader = await TraceReader.open(
      this.#teacher.trace(source, { profile, sourceName: this.#name, onLive }),
    );
    const { header } = reader;
    const writer = await TraceWriter.create(header);
    const traced: Traced = { header, frames: [], writer, rows: 0, archiveBytes: 0, source };
    this.#traced = traced;
    for await (const frame of reader.frames()) {
      traced.frames.push(new Blob([writer.frame(frame.rows, frame.columns) as Uint8Array<ArrayBuffer>]));
      traced.rows += frame.rows;
      this.#take(header, frame);
      await this.#gate?.promise;
      if (this.#stopped) break;
    }
    traced.archiveBytes = reader.end?.archiveBytes ?? 0;
    this.#lastTold = 0;
    this.#tellIfDue();
    return { rows: traced.rows, whole: reader.end !== undefined, archiveBytes: traced.archiveBytes };
  }

  /** What is there to write a shard from. Throws while nothing was traced. */
  traced(): Traced {
    if (!this.#traced || this.#traced.rows === 0)
      throw new Error('no row was traced yet; trace a file first');
    return this.#traced;
  }

  #take(header: TraceHeader, frame: TraceFrame): void {
    const rows = rowsOf(header, frame);
    const final = finalColumn(header, frame);
    rows.forEach((_, row) => topOf(final, this.#guesses, this.#rows + row, row * 256));
    this.#rows += rows.length;
    for (const row of rows) {
      this.#newBytes.push(row.symbol);
      this.#newCosts.push(costBits(row.probability));
    }
    this.#lastRows = [...this.#lastRows, ...rows].slice(-shownRows);
  }

  #tellIfDue(): void {
    const now = performance.now();
    const live = this.#live;
    if (live?.symbol === undefined || now - this.#lastTold < snapshotMs) return;
    this.#lastTold = now;
    const running = this.#gate ? 0 : now - this.#resumedAt;
    this.#tell({
      position: live.bytes,
      bits: live.bits,
      seconds: (this.#workMs + running) / 1000,
      newBytes: Uint8Array.from(this.#newBytes),
      newCosts: Float32Array.from(this.#newCosts),
      newGuesses: guessesBetween(this.#guesses, this.#rowsTold, this.#rows),
      ...this.#studentSnapshot(),
      current: this.#codedByte(live, live.symbol),
      rows: this.#lastRows,
    });
    this.#newBytes = [];
    this.#newCosts = [];
    this.#rowsTold = this.#rows;
  }

  #studentSnapshot(): Pick<TraceSnapshot, 'student' | 'studentProblem'> {
    const student = this.#student;
    if (!student) return this.#studentProblem === undefined ? {} : { studentProblem: this.#studentProblem };
    const { name, bits, costs, guesses, distribution } = student;
    return {
      student: {
        name,
        bits,
        newCosts: costs.slice(this.#rowsTold, this.#rows),
        newGuesses: guessesBetween(guesses, this.#rowsTold, this.#rows),
        distribution: distribution.slice(),
      },
    };
  }

  #codedByte(live: TeacherLive, symbol: number): CodedByte {
    const at = live.bytes - 1;
    return {
      context: this.#source.slice(Math.max(0, at - 32), at),
      symbol,
      distribution: live.finalProb,
      mixerWeights: live.mixerWeights,
      components: this.#teacher.components.map((name, index) => ({
        name,
        weight: live.componentWeights[index] ?? 0,
      })),
    };
  }
}
