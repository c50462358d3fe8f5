/**
 * Life of one worker as the page sees it: started on first use, ended when idle, and on abort asked politely first and
 * terminated after a grace, because WASM in a tight loop hears no message. The next call starts a fresh one.
 */
import { releaseProxy, wrap, type Remote } from 'comlink';
import { WorkerFailure, type Outcome } from './outcome.ts';

const defaultIdleMs = 120_000;
/** How long a cancelled worker may take to stop by itself before it is ended. */
const graceMs = 800;

interface Running<Api> {
  worker: Worker;
  remote: Remote<Api>;
}

export class WorkerHandle<Api> {
  readonly #create: () => Worker;
  readonly #idleMs: number;
  #running: Running<Api> | undefined;
  /** Settles when the calls made so far are over. */
  #last: Promise<unknown> = Promise.resolve();
  #callsUnderWay = 0;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;

  /** `idleMs` of Infinity keeps the worker, with what it holds, until it is aborted. */
  constructor(create: () => Worker, idleMs = defaultIdleMs) {
    this.#create = create;
    this.#idleMs = idleMs;
  }

  /** Sends a message without an answer to the worker, if one is running. */
  tell(send: (api: Remote<Api>) => unknown): void {
    if (this.#running) void Promise.resolve(send(this.#running.remote)).catch(() => undefined);
  }

  /**
   * Makes one call, after the ones before it are over: a worker may be ended to cancel one call, and must not take another
   * along. `start` gets the worker's API, `cancel` is called on abort. Rejects with WorkerFailure (the worker's own error
   * or its crash) or with the signal's AbortError, which then came within the grace.
   */
  call<T>(
    start: (api: Remote<Api>) => Promise<Outcome<T>>,
    cancel: (api: Remote<Api>) => unknown,
    signal: AbortSignal,
  ): Promise<T> {
    const result = this.#last.then(() => this.#run(start, cancel, signal));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #run<T>(
    start: (api: Remote<Api>) => Promise<Outcome<T>>,
    cancel: (api: Remote<Api>) => unknown,
    signal: AbortSignal,
  ): Promise<T> {
    signal.throwIfAborted();
    const running = this.#start();
    this.#callsUnderWay++;
    let graceTimer: ReturnType<typeof setTimeout> | undefined;
    const stop = Promise.withResolvers<never>();
    const onAbort = (): void => {
      void Promise.resolve(cancel(running.remote)).catch(() => undefined);
      graceTimer = setTimeout(() => {
        this.#end(running);
        stop.reject(signal.reason);
      }, graceMs);
    };
    const onCrash = (event: ErrorEvent): void => {
      this.#end(running);
      const message = `the worker stopped unexpectedly (${event.message || 'out of memory?'}); try again, or use a smaller file`;
      stop.reject(new WorkerFailure({ code: 'UST_PAGE_WORKER', message }));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    running.worker.addEventListener('error', onCrash);
    try {
      const answer = await Promise.race([start(running.remote), stop.promise]);
      signal.throwIfAborted();
      if (!answer.ok) throw new WorkerFailure(answer.error);
      return answer.value;
    } finally {
      clearTimeout(graceTimer);
      signal.removeEventListener('abort', onAbort);
      running.worker.removeEventListener('error', onCrash);
      this.#callsUnderWay--;
      this.#endWhenIdle();
    }
  }

  #start(): Running<Api> {
    clearTimeout(this.#idleTimer);
    if (!this.#running) {
      const worker = this.#create();
      this.#running = { worker, remote: wrap<Api>(worker) };
    }
    return this.#running;
  }

  #end(running: Running<Api>): void {
    running.remote[releaseProxy]();
    running.worker.terminate();
    if (this.#running === running) this.#running = undefined;
  }

  #endWhenIdle(): void {
    if (this.#callsUnderWay > 0 || this.#idleMs === Infinity) return;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#running && this.#end(this.#running), this.#idleMs);
  }
}
