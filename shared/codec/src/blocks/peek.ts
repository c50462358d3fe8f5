/**
 * Looks at the start of a sequence: its first items, and a sequence that is as if nobody had looked. `close` is for callers that never
 * get to the latter.
 */
export async function peek<T>(
  items: AsyncIterable<T>,
  count: number,
): Promise<{
  readonly first: readonly T[];
  readonly all: AsyncIterable<T>;
  readonly close: () => Promise<void>;
}> {
  const iterator = items[Symbol.asyncIterator]();
  const first: T[] = [];
  while (first.length < count) {
    const next = await iterator.next();
    if (next.done === true) break;
    first.push(next.value);
  }
  async function* all(): AsyncGenerator<T> {
    const held = [...first];
    try {
      // Items are let go of as they are handed on.
      for (let item = held.shift(); item !== undefined; item = held.shift()) yield item;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { first, all: all(), close: async () => void (await iterator.return?.()) };
}
