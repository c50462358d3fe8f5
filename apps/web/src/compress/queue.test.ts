import { describe, expect, it } from 'vitest';
import type { JobResult } from '../workers/codec/api.ts';
import {
  emptyQueue,
  itemFraction,
  nextToRun,
  progressOf,
  queueReducer,
  queueSecondsLeft,
  taskFor,
  totals,
  type Queue,
  type QueueAction,
} from './queue.ts';

const file = (name: string, bytes: number): File => new File([new Uint8Array(bytes)], name);
const report = { engine: 'simd', reason: 'no WebGPU adapter', model: 'swift-1' };
const result = (bytes: number): JobResult => ({
  outputs: [{ path: 'a.ust', blob: new Blob([new Uint8Array(bytes)]) }],
  segments: { stored: 0, zstd: 0, student: 0, blend: 1, teacher: 0, runs: 0, binary: 0 },
  seconds: 1,
  verified: true,
  report,
});

function run(...actions: QueueAction[]): Queue {
  return actions.reduce(queueReducer, emptyQueue);
}

const add = (...names: string[]): QueueAction => ({
  type: 'add',
  items: names.map((name) => ({ id: name, file: file(name, 1000), task: taskFor(name), sample: false })),
});
const stateOf = (queue: Queue, id: string): string | undefined =>
  queue.items.find((item) => item.id === id)?.state.is;

describe('queue', () => {
  it('decompresses archives by name whatever the case, and compresses the rest', () => {
    expect(['a.ust', 'B.UST', 'a.ust.txt', 'ust'].map(taskFor)).toEqual([
      'decompress',
      'decompress',
      'compress',
      'compress',
    ]);
  });

  it('runs one row at a time in the order they came', () => {
    const queue = run(add('a', 'b'));
    expect(nextToRun(queue)?.id).toBe('a');
    const started = queueReducer(queue, { type: 'start', id: 'a' });
    expect(nextToRun(started)).toBeUndefined();
    const finished = queueReducer(started, { type: 'done', id: 'a', result: result(10) });
    expect(nextToRun(finished)?.id).toBe('b');
  });

  it('goes on with the next row after a failure and keeps the failed one with its code', () => {
    const queue = run(
      add('a', 'b'),
      { type: 'start', id: 'a' },
      { type: 'failed', id: 'a', error: { code: 'UST_TRUNCATED', message: 'm' } },
    );
    expect(queue.items[0]?.state).toEqual({ is: 'failed', error: { code: 'UST_TRUNCATED', message: 'm' } });
    expect(nextToRun(queue)?.id).toBe('b');
  });

  it('ignores what a cancelled job still reports', () => {
    const queue = run(add('a'), { type: 'start', id: 'a' }, { type: 'cancelled', id: 'a' });
    const late = queueReducer(queue, {
      type: 'progress',
      id: 'a',
      progress: { type: 'coding', bytesIn: 1, bytesOut: 1, seconds: 1 },
    });
    expect(late).toBe(queue);
    expect(queueReducer(late, { type: 'done', id: 'a', result: result(1) })).toBe(queue);
    expect(stateOf(queueReducer(queue, { type: 'retry', id: 'a' }), 'a')).toBe('queued');
  });

  it('keeps the engine report through coding and verifying', () => {
    const queue = run(
      add('a'),
      { type: 'start', id: 'a' },
      { type: 'progress', id: 'a', progress: { type: 'engine', report } },
      { type: 'progress', id: 'a', progress: { type: 'coding', bytesIn: 500, bytesOut: 100, seconds: 2 } },
      { type: 'progress', id: 'a', progress: { type: 'verifying', bytesDone: 500, bytesTotal: 1000 } },
    );
    expect(queue.items[0]?.state).toEqual({ is: 'verifying', bytesDone: 500, bytesTotal: 1000, report });
    expect(itemFraction(queue.items[0]!)).toBeCloseTo(0.9);
  });

  it('recovers damaged archives that failed, and nothing else', () => {
    const failed = (name: string, code: string): Queue =>
      run(
        add(name),
        { type: 'start', id: name },
        { type: 'failed', id: name, error: { code, message: 'm' } },
      );
    const recovering = queueReducer(failed('a.ust', 'UST_CHECKSUM'), { type: 'recover', id: 'a.ust' });
    expect(recovering.items[0]).toMatchObject({ task: 'recover', state: { is: 'queued' } });
    for (const queue of [
      failed('a.ust', 'UST_NOT_ARCHIVE'),
      failed('a', 'UST_CHECKSUM'),
      run(add('b.ust')),
    ]) {
      expect(queueReducer(queue, { type: 'recover', id: queue.items[0]!.id })).toBe(queue);
    }
  });

  it('never removes a row that is running', () => {
    const queue = run(
      add('a', 'b'),
      { type: 'start', id: 'a' },
      { type: 'remove', id: 'a' },
      { type: 'remove', id: 'b' },
    );
    expect(queue.items.map((item) => item.id)).toEqual(['a']);
  });

  it('clears finished rows only', () => {
    const queue = run(
      add('a', 'b'),
      { type: 'start', id: 'a' },
      { type: 'done', id: 'a', result: result(10) },
      { type: 'clear-finished' },
    );
    expect(queue.items.map((item) => item.id)).toEqual(['b']);
  });

  it('does not claim progress on an empty file', () => {
    const queue = queueReducer(
      queueReducer(emptyQueue, {
        type: 'add',
        items: [{ id: 'e', file: file('e', 0), task: 'compress', sample: false }],
      }),
      { type: 'start', id: 'e' },
    );
    const working = queueReducer(queue, {
      type: 'progress',
      id: 'e',
      progress: { type: 'coding', bytesIn: 0, bytesOut: 9, seconds: 0 },
    });
    expect(itemFraction(working.items[0]!)).toBeUndefined();
  });

  it('adds up finished rows by task', () => {
    const queue = run(
      add('a', 'b.ust'),
      { type: 'start', id: 'a' },
      { type: 'done', id: 'a', result: result(250) },
    );
    expect(totals(queue, 'compress')).toEqual({ files: 1, bytesIn: 1000, bytesOut: 250 });
    expect(totals(queue, 'decompress')).toEqual({ files: 0, bytesIn: 0, bytesOut: 0 });
  });

  it('pauses what is under way only, until it ends or goes on', () => {
    const pause = (paused: boolean): QueueAction => ({ type: 'pause', id: 'a', paused });
    const isPaused = (queue: Queue): boolean | undefined => queue.items[0]?.paused;
    const waiting = run(add('a'), pause(true));
    expect(isPaused(waiting)).toBe(false);
    const paused = run(add('a'), { type: 'start', id: 'a' }, pause(true));
    expect(isPaused(paused)).toBe(true);
    expect(queueReducer(paused, pause(true))).toBe(paused);
    expect(isPaused(queueReducer(paused, pause(false)))).toBe(false);
    expect(isPaused(queueReducer(paused, { type: 'cancelled', id: 'a' }))).toBe(false);
  });

  it('tells how far the whole is by bytes, and what is left at the speed of the row under way', () => {
    const coding = { type: 'coding', bytesIn: 500, bytesOut: 100, seconds: 2 } as const;
    const queue = run(
      add('a', 'b', 'c', 'd'),
      { type: 'start', id: 'a' },
      { type: 'done', id: 'a', result: result(10) },
      { type: 'start', id: 'b' },
      { type: 'failed', id: 'b', error: { code: 'UST_TRUNCATED', message: 'm' } },
      { type: 'start', id: 'c' },
      { type: 'progress', id: 'c', progress: coding },
    );
    // Half of c, of which coding is four fifths.
    expect(progressOf(queue)).toEqual({ rows: 4, done: 1, failed: 1, bytesTotal: 3000, bytesDone: 1400 });
    expect(queueSecondsLeft(queue)).toBeCloseTo((1600 * 2) / 500);
    expect(queueSecondsLeft(queueReducer(queue, { type: 'pause', id: 'c', paused: true }))).toBeUndefined();
  });

  it('keeps what goes on with the files of an archive, and forgets it when it was stopped', () => {
    const opened = run(
      add('a.ust'),
      { type: 'start', id: 'a.ust' },
      { type: 'done', id: 'a.ust', result: result(0) },
    );
    const extraction = { is: 'running', what: 'x/y' } as const;
    const running = queueReducer(opened, { type: 'extraction', id: 'a.ust', extraction });
    expect(running.items[0]?.extraction).toEqual(extraction);
    const stopped = queueReducer(running, { type: 'extraction', id: 'a.ust', extraction: undefined });
    expect(stopped.items[0]).not.toHaveProperty('extraction');
  });
});
