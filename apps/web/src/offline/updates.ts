/** Registers the service worker and hears of new versions. A new one waits until the visitor asks for it. */
import { createStore } from '../state/store.ts';
import type { ToServiceWorker } from './messages.ts';

export interface OfflineState {
  /** `unsupported` also where the page is not built, or storage is blocked. */
  worker: 'unknown' | 'unsupported' | 'ready';
  /** A version that waits. */
  update: ServiceWorker | undefined;
}

const initial: OfflineState = { worker: 'unknown', update: undefined };
export const offlineStore = createStore(
  (state: OfflineState, change: Partial<OfflineState>): OfflineState => ({ ...state, ...change }),
  initial,
);

/** How often a page that stays open looks for a new version. */
const lookEveryMs = 60 * 60_000;
let reloading = false;

export async function connectServiceWorker(): Promise<void> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) {
    offlineStore.dispatch({ worker: 'unsupported' });
    return;
  }
  try {
    const registration = await navigator.serviceWorker.register('/sw.js');
    const announce = (): void => {
      // At the first visit there is no version before it, hence no news.
      if (registration.waiting && navigator.serviceWorker.controller)
        offlineStore.dispatch({ update: registration.waiting });
    };
    announce();
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', announce);
    });
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      if (reloading) location.reload();
    });
    setInterval(() => void registration.update().catch(() => undefined), lookEveryMs);
    await navigator.serviceWorker.ready;
    offlineStore.dispatch({ worker: 'ready' });
  } catch {
    // Blocked storage, or a host without sw.js: the page works, online.
    offlineStore.dispatch({ worker: 'unsupported' });
  }
}

/** Lets the waiting version take over and shows the page anew with it. */
export function applyUpdate(): void {
  reloading = true;
  offlineStore.get().update?.postMessage({ type: 'use-now' } satisfies ToServiceWorker);
}
