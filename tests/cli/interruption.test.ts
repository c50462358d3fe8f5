/** Killed in the middle: no target, no half file, source untouched; and no archive, no stray bytes on a terminal. */
import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { likelyText } from './likely-text.ts';
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
    writeFileSync(place.at('likely'), await likelyText(4000));
    const { code, seen } = await onTerminal(place, ['compress', '-m', tinyModel, 'likely'], {});
    expect(code).toBe(0);
    expect(seen).toMatch(/\rlikely {2}compressing {2}[\d.]+ % {2}[\d.]+ k?B of 4\.00 kB/);
    expect(seen.split('\r\u001b[K').at(-1)).toMatch(/^likely {2}4\.00 kB → .* verified\r\n$/);
  });
});
