import { describe, expect, it } from 'vitest';
import type { Result } from '@understudy/cli/bench';
import type { BenchReport, FileReport } from './report.ts';
import { renderSummary } from './summary.ts';

const outcome = (contestant: string, archiveBytes: number, modelBytes = 0): Result => ({
  contestant,
  archiveBytes,
  modelBytes,
  compress: { seconds: 4, peakBytes: 80e6 },
  decompress: { seconds: 2, peakBytes: 90e6 },
  roundTrip: true,
});
const file = (name: string, sha: string, outcomes: Result[]): FileReport => ({
  name,
  bytes: 1_000_000,
  sha256: sha.padEnd(64, '0'),
  outcomes,
});
const report: BenchReport = {
  date: '2026-01-01',
  command: 'npm run bench',
  machine: '2 × processor',
  contestants: [
    { name: 'understudy balanced', version: 'swift-9, engine simd', modelBytes: 7_000_000 },
    { name: 'understudy best', version: 'deep-3, engine simd', modelBytes: 9_000_000 },
    { name: 'xz -9e', version: '5.4.1', modelBytes: 0 },
  ],
  absent: [],
  files: [
    file('json', '1', [outcome('understudy balanced', 50_000, 7_000_000), outcome('xz -9e', 64_000)]),
    file('enwik-b', 'f35c97c117cef50d', [
      outcome('understudy balanced', 200_000, 7_000_000),
      outcome('understudy best', 190_000, 9_000_000),
      outcome('xz -9e', 280_000),
    ]),
  ],
};

describe('the table in the README', () => {
  it('puts the programs below each other, with and without the model, known files first', () => {
    const text = renderSummary(report);
    expect(text).toContain(
      '| program | enwik-b | json | enwik-b with the model | MB/s in / out | memory MB |',
    );
    expect(text).toContain('| **understudy** balanced | 20.00 | 5.00 | 720.00 | 0.250 / 0.500 | 90 |');
    expect(text).toContain('| xz -9e | 28.00 | 6.40 |  | 0.250 / 0.500 | 90 |');
    expect(text).toContain('| **understudy** best | 19.00 | – | 919.00 |');
    expect(text).toContain('(deep-3, 9.0 MB)');
  });

  it('marks what was not run here, and claims as claims', () => {
    const text = renderSummary(report);
    expect(text).toMatch(/\| paq8px v216 -6, not run here \| 19\.07 \| – \|/);
    expect(text).toContain('could be run here');
    expect(text).toContain('| HoloCodec | 20 % | 10 MB/s |');
  });

  it('takes speeds from the long text, and from the first file where a level was not run on it', () => {
    const whole = { ...file('long', '2', [outcome('xz -9e', 1)]), bytes: 20_000_000 };
    const text = renderSummary({ ...report, text: { threads: 2, whole } });
    expect(text).toContain('| xz -9e | 28.00 | 6.40 |  | 5.00 / 10.0 | 90 |');
    expect(text).toContain('| **understudy** best | 19.00 | – | 919.00 | 0.250 / 0.500 | 90 |');
    expect(text).toContain('on long (20 MB)');
  });

  it('says so where the machine was busy', () => {
    expect(renderSummary(report)).not.toContain('other work');
    expect(renderSummary({ ...report, busy: true })).toContain('sizes hold, speeds compare with each other');
  });

  it('shows small pieces by size', () => {
    const piece = (source: string, bytes: number) => ({
      source,
      name: `${source}-${bytes}`,
      path: '',
      bytes,
    });
    const rows = [
      { piece: piece('a', 1024), archiveBytes: [256, 512] },
      { piece: piece('b', 1024), archiveBytes: [128, 512] },
      { piece: piece('a', 4096), archiveBytes: [1024, 2048] },
    ];
    const text = renderSummary({ ...report, pieces: { columns: ['balanced', 'brotli -11'], rows } });
    expect(text).toContain('| 1 KB | 18.8 | 50.0 |');
    expect(text).toContain('| 4 KB | 25.0 | 50.0 |');
  });
});
