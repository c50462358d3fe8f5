import { describe, expect, it } from 'vitest';
import { badgeText, methodText, sampleMeaning, savingText, statusText } from './texts.ts';
import type { JobResult, Task } from '../workers/codec/api.ts';
import type { ItemState, QueueItem } from './queue.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const report = {
  engine: 'simd',
  reason: 'There is no WebGPU adapter, so the CPU does it.',
  model: 'swift-1',
};

const none: JobResult['segments'] = {
  stored: 0,
  zstd: 0,
  student: 0,
  blend: 0,
  teacher: 0,
  runs: 0,
  binary: 0,
};

function item(state: ItemState, task: Task = 'compress'): QueueItem {
  return {
    id: 'a',
    file: new File([new Uint8Array(1000)], 'a.txt'),
    task,
    sample: false,
    paused: false,
    state,
  };
}

describe('texts of the Compress view', () => {
  it('names engine and model', () => {
    expect(badgeText(report)).toBe('swift-1 on CPU');
    expect(badgeText({ ...report, threads: 1 })).toBe('swift-1 on CPU, one thread');
    expect(badgeText({ ...report, threads: 4 })).toBe('swift-1 on CPU, up to 4 threads');
  });

  it('says that it is estimating before it can know', () => {
    const early = item({ is: 'working', bytesIn: 5, bytesOut: 0, seconds: 0.1 });
    expect(plain(statusText(early))).toContain('estimating time left');
    const later = item({ is: 'working', bytesIn: 500, bytesOut: 0, seconds: 5 });
    expect(plain(statusText(later))).toBe('Compressing at 100 B/s, 5.0 s left');
  });

  it('says plainly when a result is larger, and that an empty file is empty', () => {
    expect(plain(savingText(1000, 1024))).toBe('24 B larger');
    expect(savingText(0, 24)).toBe('empty file');
    expect(plain(savingText(1000, 213))).toBe('21.3 % of original');
  });

  it('claims a check only when there was one', () => {
    const result: JobResult = {
      outputs: [{ path: 'a', blob: new Blob([]) }],
      level: 'balanced',
      segments: { ...none, blend: 1 },
      seconds: 2,
      verified: false,
    };
    expect(plain(statusText(item({ is: 'done', saved: false, result })))).toBe(
      'Compressed at level balanced in 2.0 s (500 B/s)',
    );
    expect(statusText(item({ is: 'done', saved: false, result: { ...result, verified: true } }))).toContain(
      'verified',
    );
  });

  it('does not give the student credit for the work of others', () => {
    expect(methodText({ ...none, student: 1 })).toBeUndefined();
    expect(methodText({ ...none, blend: 2 })).toBeUndefined();
    expect(methodText({ ...none, zstd: 2 })).toMatch(/^Kept by zstd, .* the student had no part/);
    expect(methodText({ ...none, stored: 1 })).toContain('stored as they are');
    expect(methodText({ ...none, binary: 1, runs: 1 })).toContain(
      'Kept by adaptive models for records and machine code and run lengths',
    );
    expect(methodText({ ...none, blend: 3, zstd: 1 })).toBe(
      'The student worked on 3 of 4 parts; the rest is kept by zstd.',
    );
  });

  it('says what a recovery lost', () => {
    const result: JobResult = {
      outputs: [],
      segments: none,
      seconds: 1,
      verified: false,
      lost: { blocksIntact: 2, blocksTotal: 3, lostBytes: 1000 },
    };
    const recovered = item({ is: 'done', saved: false, result }, 'recover');
    expect(plain(statusText(recovered))).toBe(
      'Recovered: 2 of 3 blocks intact; 1.00 kB are lost, zeros stand in their place',
    );
  });

  it('explains the sample in bits per letter', () => {
    expect(sampleMeaning(1000, 250, { ...none, blend: 1 })).toContain('2.00 bits');
    expect(sampleMeaning(1000, 250, { ...none, blend: 1 })).toContain('4.0 such stories');
  });
});
