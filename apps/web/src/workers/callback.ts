/** Callbacks that came through Comlink hold a message port each; the worker closes it when a job is over. */
import { releaseProxy } from 'comlink';

export function releaseCallback(callback: unknown): void {
  const release: unknown = typeof callback === 'function' ? Reflect.get(callback, releaseProxy) : undefined;
  if (typeof release === 'function') (release as () => void)();
}
