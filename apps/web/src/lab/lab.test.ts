import { describe, expect, it } from 'vitest';
import { profileColumns, PROFILES } from '@understudy/trace';
import type { TraceSnapshot } from '../workers/teacher/api.ts';
import { guessesAt, type Guesses } from './guesses.ts';
import { emptyLab, labReducer, rowBytesOf, windowBytes, type Lab } from './lab.ts';

const file = new File(['abc'], 'a.txt');
const started = labReducer(emptyLab, {
  type: 'start',
  run: 1,
  file,
  options: { profile: 'compact', bytes: 3, model: '' },
});

/** The byte itself, thrice. */
const guessesOf = (bytes: number[]): Guesses => ({
  symbols: Uint8Array.from(bytes.flatMap((byte) => [byte, byte, byte])),
  probabilities: Float32Array.from(bytes.flatMap(() => [0.5, 0.3, 0.2])),
});

function snapshot(bytes: number[], position = bytes.length): TraceSnapshot {
  return {
    position,
    bits: 8,
    seconds: 1,
    newBytes: Uint8Array.from(bytes),
    newCosts: Float32Array.from(bytes),
    newGuesses: guessesOf(bytes),
    student: {
      name: 'swift-1',
      bits: 4,
      newCosts: Float32Array.from(bytes, (byte) => byte / 2),
      newGuesses: guessesOf(bytes),
      distribution: new Float32Array(256),
    },
    current: {
      context: new Uint8Array(32),
      symbol: 0,
      distribution: new Float32Array(256),
      mixerWeights: new Float32Array(8),
      components: [],
    },
    rows: [],
  };
}

const add = (lab: Lab, bytes: number[], run = 1): Lab =>
  labReducer(lab, { type: 'snapshot', run, snapshot: snapshot(bytes) });

describe('lab state', () => {
  it('keeps a window of the last bytes in order, however they arrive', () => {
    const many = Array.from({ length: windowBytes - 1 }, (_, i) => i % 251);
    const lab = add(add(started, many), [7, 8, 9]);
    expect(lab.trace?.window.bytes.length).toBe(windowBytes);
    expect([...lab.trace!.window.bytes.slice(-4)]).toEqual([many.at(-1), 7, 8, 9]);
    const { teacher, student } = lab.trace!.window;
    expect([...teacher.costs.slice(-3)]).toEqual([7, 8, 9]);
    expect([...student!.costs.slice(-3)]).toEqual([3.5, 4, 4.5]);
    expect(guessesAt(student!.guesses, windowBytes - 2).map(({ symbol }) => symbol)).toEqual([8, 8, 8]);
    expect(add(lab, [...many, 1, 2, 3]).trace?.window.bytes.length).toBe(windowBytes);
  });

  it('ignores what an earlier trace still sends', () => {
    const second = labReducer(started, {
      type: 'start',
      run: 2,
      file,
      options: { profile: 'compact', bytes: 3, model: '' },
    });
    expect(add(second, [1])).toBe(second);
  });

  it('runs, pauses, resumes and ends; a finished trace cannot be paused', () => {
    const running = add(started, [1]);
    const paused = labReducer(running, { type: 'paused', run: 1, paused: true });
    expect([running.trace?.status, paused.trace?.status]).toEqual(['running', 'paused']);
    const done = labReducer(paused, {
      type: 'done',
      run: 1,
      summary: { rows: 1, whole: false, archiveBytes: 0 },
    });
    expect(labReducer(done, { type: 'paused', run: 1, paused: true }).trace?.status).toBe('done');
  });

  it('estimates row sizes within 2 % of the real columns', () => {
    const size = { u8: 1, u32: 4, u64: 8, f32: 4, bytes: 1 };
    for (const profile of PROFILES) {
      const bytes = profileColumns(profile, 45).reduce(
        (sum, column) => sum + size[column.type] * column.length,
        0,
      );
      expect(Math.abs(rowBytesOf[profile] / bytes - 1), profile).toBeLessThan(0.02);
    }
  });
});
