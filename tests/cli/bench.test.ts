/** `npm run bench` as a user calls it, with the one rival that every system has. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tinyModel, usePlace } from './understudy.ts';

const bench = fileURLToPath(new URL('../../tools/bench.mjs', import.meta.url));
const docs = fileURLToPath(new URL('../../docs/MODEL.md', import.meta.url));

describe('the benchmark', () => {
  const place = usePlace();

  it('measures levels and gzip on the same file and writes the page', () => {
    const words = [
      '--only',
      'understudy,gzip,brotli',
      '--levels',
      'fast,balanced',
      '--runs',
      '1',
      '--model',
      tinyModel,
      '--out',
      place.at('page.md'),
      docs,
    ];
    const { status, stderr } = spawnSync(process.execPath, [bench, ...words], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(stderr).not.toContain('failed');
    expect(status).toBe(0);
    const page = readFileSync(place.at('page.md'), 'utf8');
    expect(page).toMatch(/\| understudy fast \| \d+ \| [\d.]+ \|.*\| yes \|/);
    expect(page).toMatch(/\| understudy balanced \| \d+ \| [\d.]+ \|.*\| yes \|/);
    expect(page).toMatch(/\| gzip -9 \| \d+ \| [\d.]+ \|.*\| 0 \| yes \|/);
    expect(page).toMatch(/understudy fast \(tiny-swift, engine \S+\)/);
  });

  it('leaves out what is not there, and says so', () => {
    writeFileSync(place.at('file'), 'text');
    const words = [
      '--dir',
      place.at('no-such-folder'),
      '--only',
      'gzip',
      '--out',
      place.at('other.md'),
      place.at('file'),
    ];
    const { status, stderr } = spawnSync(process.execPath, [bench, ...words], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(status).toBe(0);
    expect(stderr).toContain('left out: no folder');
    expect(readFileSync(place.at('other.md'), 'utf8')).toContain('| gzip -9 |');
  });
});
