/** Order, bounds and ends of work side by side. */
import { describe, expect, it } from 'vitest';
import { inOrder } from './in-order.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Numbers, and what became of them. */
function numbers(
  count: number,
  failsAt = Infinity,
): { items: AsyncGenerator<number>; seen: { read: number; closed: boolean } } {
  const seen = { read: 0, closed: false };
  async function* items(): AsyncGenerator<number> {
    try {
      for (let i = 0; i < count; i++) {
        if (i === failsAt) throw new Error('the input failed');
        seen.read++;
        yield i;
      }
    } finally {
      seen.closed = true;
    }
  }
  return { items: items(), seen };
}

async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}

describe('work in order', () => {
  it('keeps the order, whatever takes longest', async () => {
    const work = async (i: number): Promise<number> => {
      await pause((i * 7) % 5);
      return i * i;
    };
    for (const most of [1, 2, 5, 100]) {
      const { items } = numbers(20);
      expect(await collect(inOrder(items, most, work))).toEqual(Array.from({ length: 20 }, (_, i) => i * i));
    }
    expect(await collect(inOrder(numbers(0).items, 3, work))).toEqual([]);
  });

  it('never holds more than its bound, finished ones included, and works side by side up to it', async () => {
    const { items, seen } = numbers(30);
    let running = 0;
    let mostRunning = 0;
    const results = inOrder(items, 4, async (i) => {
      mostRunning = Math.max(mostRunning, ++running);
      await pause(1);
      running--;
      return i;
    });
    for (let taken = 0; taken < 30; taken++) {
      await results.next();
      await pause(5); // a slow consumer: everything that may be read has been
      expect(seen.read).toBeLessThanOrEqual(taken + 1 + 4);
    }
    expect(mostRunning).toBe(4);
  });

  it('hands out what is finished while the input is slow', async () => {
    async function* slow(): AsyncGenerator<number> {
      yield 1;
      await pause(100_000);
      yield 2;
    }
    const results = inOrder(slow(), 3, async (i) => i);
    expect(await results.next()).toEqual({ done: false, value: 1 });
  });

  it('ends with the first failure, after the results before it', async () => {
    const { items, seen } = numbers(10);
    const got: number[] = [];
    const run = async (): Promise<void> => {
      const results = inOrder(items, 3, async (i) => {
        await pause(5 - i);
        if (i >= 2) throw new Error(`item ${i} failed`);
        return i;
      });
      for await (const result of results) got.push(result);
    };
    await expect(run()).rejects.toThrow('item 2 failed');
    expect(got).toEqual([0, 1]);
    expect(seen.closed).toBe(true);

    const failing = numbers(10, 3);
    got.length = 0;
    const read = async (): Promise<void> => {
      for await (const result of inOrder(failing.items, 9, async (i) => pause(9).then(() => i)))
        got.push(result);
    };
    await expect(read()).rejects.toThrow('the input failed');
    expect(got).toEqual([0, 1, 2]);
  });

  it('lets go of its input when nobody wants more', async () => {
    const { items, seen } = numbers(10);
    for await (const result of inOrder(items, 2, async (i) => i)) if (result === 3) break;
    expect(seen.closed).toBe(true);
    expect(seen.read).toBeLessThan(8);
  });
});
