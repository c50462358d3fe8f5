import { describe, expect, it } from 'vitest';
import { restoredName, VerifyError, verifySame } from './streams.ts';

function stream(...chunks: number[][]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(Uint8Array.from(chunk));
      controller.close();
    },
  });
}

describe('the check after compression', () => {
  it('accepts equal bytes whatever the chunks', async () => {
    await verifySame(stream([1, 2, 3], [4]), stream([1], [], [2, 3, 4]));
    await verifySame(stream(), stream([]));
  });

  it('refuses a changed byte and names its place', async () => {
    await expect(verifySame(stream([1, 2], [3, 4]), stream([1, 2, 3], [5]))).rejects.toThrow(/byte 3 /);
  });

  it('refuses a missing or an extra tail', async () => {
    await expect(verifySame(stream([1, 2, 3]), stream([1, 2]))).rejects.toBeInstanceOf(VerifyError);
    await expect(verifySame(stream([1, 2]), stream([1, 2, 3]))).rejects.toBeInstanceOf(VerifyError);
  });
});

describe('names of results', () => {
  it('prefers the stored name and never comes out empty', () => {
    expect(restoredName('Übersicht 🎭.txt', 'x.ust')).toBe('Übersicht 🎭.txt');
    expect(restoredName(undefined, 'notes.txt.UST')).toBe('notes.txt');
    expect(restoredName(undefined, '.ust')).toBe('file');
  });
});
