/** Killed in the middle: no target, no half file, source untouched; and no archive, no stray bytes on a terminal. */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finished, tinyModel, usePlace, type Place } from './understudy.ts';

const bin = fileURLToPath(new URL('../../apps/cli/bin/understudy.mjs', import.meta.url));

/** Starts a compression whose input never ends, and waits until it has its temporary file. */
async function startEndless(place: Place): Promise<ReturnType<Place['start']>> {
  const child = place.start(['compress', '-m', tinyModel, '-o', 'out.ust', '-']);
  child.stdin.on('error', () => {
    // The program is killed while this end still writes.
  });
  child.stdin.write(Buffer.alloc(100_000, 'text '));
  const before = Date.now();
  while (!readdirSync(place.at('.')).some((name) => name.startsWith('.understudy-'))) {
    if (Date.now() - before > 15_000) throw new Error('no temporary file appeared');
    await wait(20);
  }
  return child;
}

describe('in the middle of a file', () => {
  const place = usePlace();

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends with %d and leaves the folder as it was', async (signal, code) => {
    const child = await startEndless(place);
    child.kill(signal);
    expect(await finished(child)).toMatchObject({ code, stderr: '' });
    expect(readdirSync(place.at('.'))).toEqual([]);
  });

  it('kill -9 leaves no target, and the next run tidies what it could not remove itself', async () => {
    const child = await startEndless(place);
    child.kill('SIGKILL');
    expect((await finished(child)).signal).toBe('SIGKILL');
    expect(readdirSync(place.at('.'))).toEqual([expect.stringMatching(/^\.understudy-.*\.tmp$/)]);
    writeFileSync(place.at('text'), 'text');
    expect((await place.run(['compress', '-m', tinyModel, '-q', 'text'])).code).toBe(0);
    expect(readdirSync(place.at('.')).sort()).toEqual(['text', 'text.ust']);
  });
});

describe('killed at any moment', () => {
  const place = usePlace();
  const moments = [0.3, 0.6, 0.8, 0.9, 0.97];
  const original = Buffer.from(Array.from({ length: 6000 }, (_, i) => `line ${i * i} of a text\n`).join(''));
  const files = { 'in/a': original, 'in/b': original.subarray(0, 70_000) };

  /** Kills a run after a share of the time that it takes when it is left alone. */
  async function killedAt(share: number, takesMs: number, words: readonly string[]): Promise<void> {
    const child = place.start(words);
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), share * takesMs);
    await finished(child);
    clearTimeout(timer);
  }

  async function timed(words: readonly string[]): Promise<number> {
    const start = performance.now();
    expect((await place.run(words)).code).toBe(0);
    return performance.now() - start;
  }

  it('compress leaves no half archive under its name, and the sources as they were', async () => {
    mkdirSync(place.at('in'));
    for (const [name, bytes] of Object.entries(files)) writeFileSync(place.at(name), bytes);
    const takesMs = await timed(['compress', '-q', '-m', tinyModel, '-o', 'whole.ust', 'in']);
    const whole = readFileSync(place.at('whole.ust'));
    for (const share of moments) {
      await killedAt(share, takesMs, ['compress', '-f', '-q', '-m', tinyModel, '-o', 'killed.ust', 'in']);
      if (existsSync(place.at('killed.ust')))
        expect(readFileSync(place.at('killed.ust')).equals(whole)).toBe(true);
      for (const [name, bytes] of Object.entries(files))
        expect(readFileSync(place.at(name)).equals(bytes)).toBe(true);
    }
  });

  it('decompress leaves no half file or folder under its name, and the archive as it was', async () => {
    const whole = readFileSync(place.at('whole.ust'));
    const takesMs = await timed(['decompress', '-q', '-m', tinyModel, '-o', 'once', 'whole.ust']);
    for (const [i, share] of moments.entries()) {
      await killedAt(share, takesMs, ['decompress', '-q', '-m', tinyModel, '-o', `out${i}`, 'whole.ust']);
      if (existsSync(place.at(`out${i}`)))
        for (const [name, bytes] of Object.entries(files))
          expect(readFileSync(place.at(`out${i}/${name}`)).equals(bytes)).toBe(true);
      expect(readFileSync(place.at('whole.ust')).equals(whole)).toBe(true);
    }
    // What the killed ones left goes with the next run.
    await timed(['decompress', '-q', '-m', tinyModel, '-o', 'last', 'whole.ust']);
    expect(readdirSync(place.at('.')).filter((name) => name.startsWith('.understudy-'))).toEqual([]);
  });
});

describe('on a full disk', () => {
  const place = usePlace();
  const bytes = randomBytes(600_000);
  let mounted = false;

  beforeAll(() => {
    mkdirSync(place.at('small'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', place.at('small')], {
        stdio: 'ignore',
      });
      mounted = true;
    } catch {
      // Only root may; the tests say that they were skipped.
    }
    mkdirSync(place.at('in'));
    writeFileSync(place.at('in/noise'), bytes);
  });
  afterAll(() => {
    if (mounted) execFileSync('umount', [place.at('small')]);
  });

  it('nothing is left, and the sentence says why (skipped unless root can mount a small disk)', async (context) => {
    if (!mounted) context.skip();
    const sentence = (name: string): unknown =>
      expect.stringMatching(new RegExp(`cannot write ${name}: the disk is full; nothing was left behind`));
    const full = await place.run(['compress', '-q', '-m', tinyModel, '-o', 'small/x.ust', 'in']);
    expect([full.code, full.stderr]).toEqual([3, sentence('small/x\\.ust')]);
    expect(readdirSync(place.at('small'))).toEqual([]);
    expect((await place.run(['compress', '-q', '-m', tinyModel, 'in'])).code).toBe(0);
    const unpacked = await place.run(['decompress', '-q', '-m', tinyModel, '-o', 'small/in', 'in.ust']);
    expect([unpacked.code, unpacked.stderr]).toEqual([3, sentence('small/in/in/noise')]);
    expect(readdirSync(place.at('small'))).toEqual([]);
    expect(readFileSync(place.at('in/noise')).equals(bytes)).toBe(true);
  });
});

/** Runs understudy with a terminal (python3's pty) as input, output and error output. */
async function onTerminal(
  place: Place,
  words: readonly string[],
  environment: Record<string, string>,
): Promise<{ code: number | null; seen: string }> {
  const script = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';
  const child = spawn('python3', ['-c', script, process.execPath, bin, ...words], {
    cwd: place.at('.'),
    env: { ...process.env, TERM: 'xterm', NO_COLOR: '', ...environment },
    timeout: 50_000,
  });
  child.stdin.end();
  const { code, stdout } = await finished(child);
  return { code, seen: stdout.toString() };
}

describe('on a terminal', () => {
  const place = usePlace();

  it('no archive is ever written, and the sentence says how to', async () => {
    writeFileSync(place.at('text'), 'text');
    const { code, seen } = await onTerminal(place, ['compress', '-m', tinyModel, '-c', 'text'], {});
    expect(code).toBe(2);
    expect(seen).toBe(
      '\u001b[1;31munderstudy:\u001b[0m an archive is no text for a terminal: redirect it, as in … > notes.ust, or name a file with -o\r\n',
    );
  });

  it('NO_COLOR takes the colour away', async () => {
    const { seen } = await onTerminal(place, ['compress', '-c', 'text'], { NO_COLOR: '1' });
    expect(seen).toMatch(/^understudy: /);
  });

  it('progress moves while the file is worked on and is gone at the end', async () => {
    const lines = Array.from({ length: 9000 }, (_, i) => `line ${i * i} of a text\n`).join('');
    writeFileSync(place.at('lines'), lines.slice(0, 120_000));
    const { code, seen } = await onTerminal(place, ['compress', '-m', tinyModel, 'lines'], {});
    expect(code).toBe(0);
    expect(seen).toMatch(/\rlines {2}compressing {2}[\d.]+ % {2}[\d.]+ k?B of 120 kB/);
    expect(seen.split('\r\u001b[K').at(-1)).toMatch(/^lines {2}120 kB → .* verified\r\n$/);
  });
});
