import { describe, expect, it } from 'vitest';
import { commandNames, exitCodeHelp, flags, type Flag } from './flags.ts';
import { helpPage, wrap } from './help.ts';

describe('help', () => {
  it('fits one screen with -h and stays within 80 columns', () => {
    const short = helpPage(false);
    expect(short.split('\n').length).toBeLessThan(60);
    for (const line of [...short.split('\n'), ...helpPage(true).split('\n')])
      expect(line.length).toBeLessThanOrEqual(80);
  });

  it('lists every command, flag and exit code', () => {
    const page = helpPage(true);
    for (const name of commandNames) expect(page).toContain(`understudy ${name}`);
    for (const { name } of flags) expect(page).toContain(`--${name}`);
    for (const [code, meaning] of exitCodeHelp)
      expect(page).toMatch(new RegExp(`${code}  ${meaning.slice(0, 20)}`));
  });

  it.each(commandNames)('about %s lists its own flags only', (command) => {
    const page = helpPage(false, command);
    for (const { name, commands } of flags as readonly Flag[]) {
      expect(page.includes(` --${name}`), name).toBe(commands.includes(command) || name === 'help');
    }
  });

  it('wraps at spaces and keeps long words whole', () => {
    expect(wrap('aa bb cc', 5)).toEqual(['aa bb', 'cc']);
    expect(wrap('abcdefgh ij', 4)).toEqual(['abcdefgh', 'ij']);
  });
});
