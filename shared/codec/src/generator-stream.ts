/**
 * A ReadableStream out of an async generator: work is done only when somebody reads, a cancelled stream stops the generator at
 * its next step. `start` gets a signal that fires on the caller's abort and on cancel.
 */
export function generatorStream(
  start: (signal: AbortSignal) => AsyncGenerator<Uint8Array>,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  const cancelled = new AbortController();
  const either = signal === undefined ? cancelled.signal : AbortSignal.any([signal, cancelled.signal]);
  const generator = start(either);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await generator.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        cancelled.abort();
        // A generator that never started has nothing to clean up; one in mid-step ends with AbortedError, which is wanted.
        await generator.return(undefined).catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
