/** For tests only: one command of the trainer in this process, with what it wrote. */
import { vi } from 'vitest';
import { main } from '../main.ts';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export async function runMain(...argv: string[]): Promise<Ran> {
  const ran: Ran = { code: -1, stdout: '', stderr: '' };
  const capture = (name: 'stdout' | 'stderr') =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      ran[name] += String(text);
      return true;
    });
  const spies = [capture('stdout'), capture('stderr')];
  try {
    ran.code = await main(argv);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return ran;
}
