import { describe, expect, it } from 'vitest';
import { middle, versionIn, type Result } from '@understudy/cli/bench';
import type { Piece } from './files.ts';
import { emptyPage, insertReport, percent, renderReport, speed, type BenchReport } from './report.ts';

const result: Result = {
  contestant: 'understudy fast',
  archiveBytes: 2_400,
  modelBytes: 600,
  compress: { seconds: 0.5, peakBytes: 80e6, ownSeconds: 0.1 },
  decompress: { seconds: 1, peakBytes: 90e6, ownSeconds: 0.2 },
  roundTrip: true,
};

const report: BenchReport = {
  date: '2026-01-01',
  command: 'npm run bench',
  machine: '2 × processor',
  contestants: [
    { name: 'understudy fast', version: 'swift-1', modelBytes: 600 },
    { name: 'xz -9e', version: '5.4.1', modelBytes: 0 },
  ],
  absent: [{ name: 'bzip3', reason: 'not installed' }],
  files: [
    {
      name: 'a|b.txt',
      bytes: 10_000,
      sha256: '0'.repeat(64),
      outcomes: [result, { contestant: 'xz -9e', failed: 'xz: exit code 1' }],
    },
  ],
};

describe('the benchmark page', () => {
  it('counts the archive with and without the model, and speed with and without start-up', () => {
    const page = renderReport(report);
    expect(page).toContain(
      '| understudy fast | 2400 | 24.00 | 30.00 | 0.0200 | 0.0100 | 80 / 90 | 600 | yes |',
    );
    expect(page).toContain('| understudy fast, without start-up |  |  |  | 0.100 | 0.0500 |');
  });

  it('tells claims of others apart from what was measured', () => {
    const [measured, claimed] = renderReport(report).split('### Claims by others, not measured here');
    expect(claimed).toContain('| HoloCodec | 20 % | 10 MB/s |');
    expect(measured).not.toContain('HoloCodec');
  });

  it('names who failed and who is absent', () => {
    const page = renderReport(report);
    expect(page).toContain('| xz -9e | failed: xz: exit code 1 |');
    expect(page).toContain('Not run here: bzip3: not installed.');
    expect(page).toContain('| a\\|b.txt | 10000 | **24.00** | – |');
  });

  it('says so when a round trip fails', () => {
    const broken = {
      ...report,
      files: report.files.map((file) => ({ ...file, outcomes: [{ ...result, roundTrip: false }] })),
    };
    expect(renderReport(broken)).toContain('| **no** |');
  });

  it('marks an archive that zstd made, which needs no model', () => {
    expect(renderReport(report)).not.toContain('†');
    const compress = { ...result.compress, neededModel: false };
    const without = {
      ...report,
      files: report.files.map((file) => ({ ...file, outcomes: [{ ...result, modelBytes: 0, compress }] })),
    };
    expect(renderReport(without)).toContain('| **24.00** † |');
    expect(renderReport(without)).toContain('† What the model makes would be larger');
  });

  it('shows stored figures of files that it knows, marked as not run', () => {
    const known = {
      ...report,
      files: report.files.map((file) => ({ ...file, sha256: 'f35c97c117cef50d'.padEnd(64, '0') })),
    };
    const page = renderReport(known);
    expect(page).toContain('paq8px v216 -6 (not run here) |');
    expect(page).toMatch(/\| \*\*24\.00\*\* \| – \| 24\.92 \| 19\.07 \|/);
    expect(renderReport(report)).not.toContain('not run here');
  });

  it('averages small pieces by their ratio to the rival', () => {
    const piece = (bytes: number): Piece => ({ source: 'x', name: `x-${bytes}`, path: '', bytes });
    const rows = [
      { piece: piece(1000), archiveBytes: [300, 400] },
      { piece: piece(4000), archiveBytes: [1000, 2000] },
    ];
    const page = renderReport({ ...report, pieces: { columns: ['balanced', 'brotli -11'], rows } });
    expect(page).toContain('| x-1000 | 1000 | **30.00** | 40.00 |');
    expect(page).toContain('| smaller than brotli -11 on average |  | 37.5 % |  |');
  });

  it('shows speeds on a long text, the teacher on its beginning', () => {
    const whole = {
      name: 'long',
      bytes: 20_000_000,
      sha256: '1'.repeat(64),
      outcomes: [{ ...result, compress: { seconds: 40, peakBytes: 1e8 } }],
    };
    const teacher = { ...whole, bytes: 2_000_000, outcomes: [{ ...result, contestant: 'teacher alone' }] };
    const page = renderReport({ ...report, text: { threads: 2, whole, teacher } });
    expect(page).toContain('| understudy fast | 0.01 | 0.500 | 20.0 | 100 / 90 | yes |');
    expect(page).toContain('| teacher alone, first 2000000 bytes |');
  });

  it('keeps what people wrote around the markers', () => {
    const page = `before\n${emptyPage}after\n`;
    const twice = insertReport(insertReport(page, 'first'), 'second');
    expect(twice.startsWith('before\n')).toBe(true);
    expect(twice.endsWith('after\n')).toBe(true);
    expect(twice).toContain('second');
    expect(twice).not.toContain('first');
    expect(() => insertReport('no markers', 'x')).toThrow('lacks the lines');
  });
});

describe('figures', () => {
  it('have three digits, or two decimals for percent', () => {
    expect(percent(1, 3)).toBe('33.33');
    expect(speed(1_234_567, 1)).toBe('1.23');
    expect(speed(123_456_789, 1)).toBe('123');
  });

  it('are those of the median run', () => {
    const runs = [3, 1, 2].map((seconds) => ({ seconds, peakBytes: seconds }));
    expect(middle(runs)).toEqual({ seconds: 2, peakBytes: 2 });
  });

  it('find versions in what programs print', () => {
    expect(versionIn('*** Zstandard CLI (64-bit) v1.5.4, by Yann Collet ***')).toBe('1.5.4');
    expect(versionIn('nothing here')).toBe('unknown version');
  });
});
