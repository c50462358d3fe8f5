import { describe, expect, it } from 'vitest';
import { codingLine, codingRecord, noSegments, type CodingFacts } from './records.ts';

const facts: CodingFacts = {
  command: 'compress',
  file: 'notes.txt',
  output: 'notes.txt.ust',
  level: 5,
  engine: 'simd',
  model: { name: 'swift-1', id: 'ab'.repeat(32), bytes: 500_000 },
  originalBytes: 1_050_000,
  archiveBytes: 223_650,
  seconds: 0.5,
  startupSeconds: 1.25,
  threads: 2,
  blocks: 2,
  segments: { ...noSegments(), blend: 2, zstd: 1 },
  verified: true,
};

describe('the record of a file', () => {
  it('has the documented fields, in plain numbers', () => {
    expect(codingRecord(facts)).toEqual({
      command: 'compress',
      file: 'notes.txt',
      output: 'notes.txt.ust',
      level: 'balanced',
      levelNumber: 5,
      engine: 'simd',
      model: 'swift-1',
      modelId: 'ab'.repeat(32),
      modelBytes: 500_000,
      inputBytes: 1_050_000,
      outputBytes: 223_650,
      percent: 21.3,
      ratio: 4.6948,
      seconds: 0.5,
      startupSeconds: 1.25,
      bytesPerSecond: 2_100_000,
      threads: 2,
      blocks: 2,
      segments: { ...noSegments(), blend: 2, zstd: 1 },
      verified: true,
    });
  });

  it('turns sizes round when decompressing, not ratio and speed', () => {
    expect(codingRecord({ ...facts, command: 'decompress' })).toMatchObject({
      inputBytes: 223_650,
      outputBytes: 1_050_000,
      percent: 21.3,
      bytesPerSecond: 2_100_000,
    });
  });

  it('compares no sizes where only a part of an archive was wanted', () => {
    const part = codingRecord({ ...facts, command: 'decompress', isPart: true, files: 3 });
    expect(part).toMatchObject({ files: 3, percent: null, ratio: null });
  });

  it('has null where an empty file leaves nothing to divide', () => {
    expect(codingRecord({ ...facts, originalBytes: 0 })).toMatchObject({
      percent: null,
      ratio: 0,
      inputBytes: 0,
    });
  });

  it('reads as one line for people', () => {
    expect(codingLine(facts)).toBe('notes.txt  1.05 MB → 224 kB  21.3 %  2.10 MB/s  simd  verified\n');
    expect(codingLine({ ...facts, verified: false })).toContain('not verified');
    const without = { ...noSegments(), runs: 2, zstd: 1 };
    expect(codingLine({ ...facts, segments: without })).toContain('zstd + runs, no model  verified');
    expect(codingLine({ ...facts, files: 1 })).toContain('notes.txt  1 entry  1.05 MB → 224 kB');
  });
});
