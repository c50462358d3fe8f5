/**
 * Work on items side by side, results in order, memory bounded: at most `most` items are anywhere between their arrival and
 * the moment their result is taken. New items are read while results are waited for, and a finished first item never
 * waits for a slow input.
 */

type Event<Output> =
  { readonly kind: 'head' } | { readonly kind: 'input'; readonly work: Promise<Output> | undefined };

/**
 * Results of `work` in the order of `inputs`. The first failure, of an item or of the input, ends it, after the results
 * before it; the caller stops what then still runs. Closes `inputs` when it ends.
 */
export async function* inOrder<Input, Output>(
  inputs: AsyncIterable<Input>,
  most: number,
  work: (input: Input, index: number) => Promise<Output>,
): AsyncGenerator<Output> {
  const iterator = inputs[Symbol.asyncIterator]();
  const running: Promise<Output>[] = [];
  let reading: Promise<Event<Output>> | undefined;
  let ended = false;
  let count = 0;

  const read = async (): Promise<Event<Output>> => {
    const next = await iterator.next();
    if (next.done === true) return { kind: 'input', work: undefined };
    const result = work(next.value, count++);
    result.catch(() => undefined); // seen when its turn comes
    return { kind: 'input', work: result };
  };

  try {
    for (;;) {
      if (!ended && reading === undefined && running.length < most) {
        reading = read();
        reading.catch(() => undefined);
      }
      const [head] = running;
      if (head === undefined && reading === undefined) return;
      const waits: Promise<Event<Output>>[] = [];
      // A failed input is reported after the results that came before it.
      if (head !== undefined) waits.push(head.then(() => ({ kind: 'head' })));
      if (reading !== undefined)
        waits.push(head === undefined ? reading : reading.catch(() => new Promise(() => undefined)));
      const event = await Promise.race(waits);
      if (event.kind === 'head') {
        yield await (running.shift() as Promise<Output>);
        continue;
      }
      reading = undefined;
      if (event.work === undefined) ended = true;
      else running.push(event.work);
    }
  } finally {
    // A read that is under way ends when its source is cancelled, which is the caller's to do.
    if (reading === undefined) await iterator.return?.();
    else void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
