import { describe, expect, it } from 'vitest';
import { badgeText, methodText, sampleMeaning, savingText, statusText } from './texts.ts';
import type { ItemState, QueueItem, Task } from './queue.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const report = { engine: 'ort-wasm', reason: 'no WebGPU adapter', model: 'swift-1' };

function item(state: ItemState, task: Task = 'compress'): QueueItem {
  return { id: 'a', file: new File([new Uint8Array(1000)], 'a.txt'), task, sample: false, state };
}

describe('texts of the Compress view', () => {
  it('names engine and model', () => {
    expect(badgeText(report)).toBe('swift-1 on WASM');
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
    const result = {
      output: new Blob([]),
      outputName: 'a',
      blocks: { student: 1, zstd: 0, stored: 0 },
      seconds: 2,
      verified: false,
    };
    expect(statusText(item({ is: 'done', saved: false, result }))).not.toContain('verified');
    expect(statusText(item({ is: 'done', saved: false, result: { ...result, verified: true } }))).toContain(
      'verified',
    );
  });

  it('does not give the student credit for the work of zstd', () => {
    expect(methodText({ student: 1, zstd: 0, stored: 0 })).toBeUndefined();
    expect(methodText({ student: 0, zstd: 2, stored: 0 })).toContain('zstd was kept');
    expect(methodText({ student: 0, zstd: 0, stored: 1 })).toContain('stored as they are');
    expect(methodText({ student: 3, zstd: 1, stored: 0 })).toContain('3 of 4 blocks');
  });

  it('explains the sample in bits per letter', () => {
    expect(sampleMeaning(1000, 250)).toContain('2.00 bits');
    expect(sampleMeaning(1000, 250)).toContain('4.0 such stories');
  });
});
