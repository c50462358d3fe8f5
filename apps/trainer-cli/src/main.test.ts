import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runMain } from './testing/run-main.ts';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'trainer '))));
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('trainer', () => {
  it('explains itself and every command, with examples', async () => {
    const help = await runMain('--help');
    expect(help.code).toBe(0);
    const all = [
      'log',
      'convert',
      'train',
      'export',
      'evaluate',
      'pipeline',
      'slurm',
      'plan',
      'status',
      'loader',
    ];
    for (const name of all) expect(help.stdout).toContain(`  ${name} `);
    expect(help.stdout).toContain('Exit codes: 0 ok');
    const slurm = ['slurm log', 'slurm train', 'slurm pipeline'];
    for (const name of ['log', 'convert', 'evaluate', 'pipeline', 'plan', 'status', ...slurm]) {
      const page = await runMain(...name.split(' '), '--help');
      expect(page.code).toBe(0);
      expect(page.stdout).toMatch(new RegExp(`Examples?:\n  trainer ${name} `));
      expect(page.stderr).toBe('');
    }
  });

  it('answers wrong usage with one sentence and exit code 2', async () => {
    const text = join(folder, 'a.txt');
    await writeFile(text, 'abc');
    const cases: [string[], RegExp][] = [
      [[], /Usage: trainer/],
      [['lgo'], /unknown command 'lgo'\n\(Did you mean log\?\)/],
      [
        ['log', text, '--out', folder, '--profle', 'full'],
        /unknown option '--profle'\n\(Did you mean --profile\?\)/,
      ],
      [['log', text], /'-o, --out <dir>' not specified/],
      [['log', text, '-o', folder, '--profile', 'huge'], /'huge' is invalid/],
      [['log', text, '-o', folder, '--range', '7'], /'7' is invalid. give a range A:B/],
      [['log', text, '-o', folder, '--stride', '0'], /at least 1/],
      [
        ['log', text, '-o', folder, '--profile', 'full', '--stride', '2', '--verify'],
        /--stride 2 does not record/,
      ],
      [['log', text, '-o', folder, '--verify'], /--profile target leaves out/],
      [['log', text, text, '-o', folder], /two inputs are named a.txt/],
      [['evaluate', text], /--model <name>' not specified/],
      [['pipeline'], /--preset <name>' not specified/],
      [['pipeline', '--preset', 'grand'], /choices are smoke/],
    ];
    for (const [argv, sentence] of cases) {
      const ran = await runMain(...argv);
      expect(ran.code, argv.join(' ')).toBe(2);
      expect(ran.stderr, argv.join(' ')).toMatch(sentence);
      expect(ran.stdout).toBe('');
    }
  });

  it('says what is missing on this machine, with exit code 3', async () => {
    vi.stubEnv('UNDERSTUDY_PYTHON', join(folder, 'no-python'));
    const missing = join(folder, 'nicht da.txt');
    await writeFile(join(folder, 'a.txt'), 'abc');
    const cases: [string[], string][] = [
      [['log', missing, '-o', join(folder, 'out')], `trainer: ${missing}: no such file or folder\n`],
      [['convert', missing, '-o', join(folder, 'out')], `trainer: ${missing}: no such file or folder\n`],
      [
        ['log', join(folder, 'a.txt'), '-o', join(folder, 'out'), '--teacher', missing],
        `--teacher ${missing}: no program there`,
      ],
      [['train', '--out', 'x'], 'check UNDERSTUDY_PYTHON or run `npm test` once\n'],
      [['export', 'x', '--out', 'y'], 'check UNDERSTUDY_PYTHON or run `npm test` once\n'],
    ];
    for (const [argv, sentence] of cases) {
      const ran = await runMain(...argv);
      expect(ran.code, argv.join(' ')).toBe(3);
      expect(ran.stderr).toContain(sentence);
      expect(ran.stderr.trim().split('\n')).toHaveLength(1);
    }
  });

  it('refuses input with nothing in it, with exit code 1', async () => {
    await writeFile(join(folder, 'empty.txt'), '');
    await writeFile(join(folder, 'a.txt'), 'abc');
    await writeFile(join(folder, 'b.xz'), 'abc');
    const cases: [string[], RegExp][] = [
      [['log', join(folder, 'b.xz'), '-o', join(folder, 'out')], /b.xz: is packed; unpack it/],
      [
        ['log', join(folder, 'empty.txt'), '-o', join(folder, 'out')],
        /empty.txt: is empty, there is nothing to trace/,
      ],
      [
        ['evaluate', join(folder, 'empty.txt'), '-m', 'x'],
        /empty.txt: is empty, there is nothing to measure/,
      ],
      [['evaluate', join(folder, 'a.txt'), '-m', folder], /there is no model/],
    ];
    for (const [argv, sentence] of cases) {
      const ran = await runMain(...argv);
      expect(ran.code, argv.join(' ')).toBe(1);
      expect(ran.stderr).toMatch(sentence);
    }
  });

  it('starts from the command that package.json names', async () => {
    const bin = fileURLToPath(new URL('../bin/trainer.mjs', import.meta.url));
    const child = spawn(process.execPath, [bin, 'log', 'x', '-o', 'y', '--frobnicate'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    const code = await new Promise((done) => child.once('close', done));
    expect(code).toBe(2);
    expect(stderr).toContain("trainer: unknown option '--frobnicate'");
  });
});
