import { expect, it } from 'vitest';
import { speedOf, type Point } from './compare.ts';
import { toCsv, toJson, toMarkdown, type Report } from './exports.ts';
import type { Method } from './methods.ts';

const method: Method = { id: 'x', label: 'x, "y"', short: 'x', detail: 'a|b', run: { rival: 'gzip' } };
const point: Point = {
  method,
  own: false,
  detail: 'a|b',
  compressedBytes: 250,
  percent: 25,
  runs: 3,
  compress: speedOf(1000, [1, 2, 4]),
  decompress: speedOf(1000, [0.5, 0.5]),
};
const report: Report = {
  file: { name: 'a.txt', bytes: 1000, fileBytes: 5000 },
  points: [point],
  date: '2026-12-01T10:00:00.000Z',
  browser: 'Browser/1',
  cores: 2,
};

it('writes CSV that quotes what needs it, with units in the names', () => {
  const [head, row, end] = toCsv(report).split('\r\n');
  expect(head).toContain('compress_bytes_per_second_median');
  expect(row).toBe('"x, ""y""",a|b,1000,250,25,3,500,250,1000,2000,2000,2000');
  expect(end).toBe('');
});

it('writes JSON with all that a reader needs to judge it', () => {
  const parsed = JSON.parse(toJson(report)) as Record<string, unknown>;
  expect(parsed).toMatchObject({
    version: 1,
    date: report.date,
    cores: 2,
    file: { name: 'a.txt', compared_bytes: 1000, file_bytes: 5000 },
    results: [{ method: 'x, "y"', compressed_bytes: 250, compress_bytes_per_second_median: 500 }],
  });
});

it('writes a Markdown table without links or bars that would break it', () => {
  const text = toMarkdown(report);
  expect(text).toContain('a.txt, 1.00 kB, the beginning of 5.00 kB; 2026-12-01, 2 cores, Browser/1');
  expect(text).toContain('| x, "y" (a\\|b) | 250 B | 25.0 % | 500 B/s | 2.00 kB/s |');
  expect(text).not.toMatch(/\]\(|https?:/);
});
