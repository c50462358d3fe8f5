/**
 * The service worker: keeps the page working without a network, and streams downloads. Built as one file without imports
 * (vite-plugins/service-worker.ts), which also writes into it what belongs to this build.
 *
 * A build's own files are fetched at installation into a cache of their own; engines and libraries that not everybody needs are
 * kept from their first use on. Students are the page's business (src/models/modelStore.ts). A new version waits until the
 * visitor asks for it: nothing changes in mid-work.
 */
import type { Precache, ToServiceWorker } from './messages.ts';

interface WaitingEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends WaitingEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface MessageToWorker extends WaitingEvent {
  readonly data: unknown;
}
/** The part of ServiceWorkerGlobalScope that is used: the page's types have none of it. */
declare const self: {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: WaitingEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(type: 'message', listener: (event: MessageToWorker) => void): void;
};

/** The build puts an object into its place. */
declare const __UNDERSTUDY_PRECACHE__: Precache;
const build = __UNDERSTUDY_PRECACHE__;

const pagePrefix = 'understudy-page-';
const pageCache = pagePrefix + build.version;
const engineCache = 'understudy-engines-1';

self.addEventListener('install', (event) => event.waitUntil(install()));

async function install(): Promise<void> {
  const cache = await caches.open(pageCache);
  await Promise.all(
    build.files.map(async (address) => {
      // Names below /assets/ change with their content: what an earlier build has may stay.
      const known = address.startsWith('/assets/') ? await caches.match(address) : undefined;
      const response = known ?? (await fetch(address, { cache: 'no-cache' }));
      if (!response.ok) throw new Error(`${address} did not load (HTTP ${response.status})`);
      await cache.put(address, response);
    }),
  );
}

self.addEventListener('activate', (event) => event.waitUntil(activate()));

async function activate(): Promise<void> {
  // Another tab may still show the version before this one, and load more of it: that cache stays, older ones go.
  const pages = (await caches.keys()).filter((name) => name.startsWith(pagePrefix) && name !== pageCache);
  for (const name of pages.slice(0, -1)) await caches.delete(name);
  const engines = await caches.open(engineCache);
  for (const request of await engines.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/assets/') && !build.later.includes(pathname)) await engines.delete(request);
  }
  await self.clients.claim();
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (pathname.startsWith('/download/')) event.respondWith(download(pathname));
  else if (request.mode === 'navigate') {
    if (build.views.includes(pathname)) event.respondWith(fromCache('/index.html', request));
  } else if (pathname === '/models/index.json' || pathname.endsWith('/card.json'))
    event.respondWith(newest(request));
  else if (build.files.includes(pathname)) event.respondWith(fromCache(pathname, request));
  else if (pathname.startsWith('/assets/')) event.respondWith(kept(request));
});

async function fromCache(address: string, request: Request): Promise<Response> {
  const cache = await caches.open(pageCache);
  return (await cache.match(address)) ?? fetch(request);
}

/** From the network where there is one, else as it was last. */
async function newest(request: Request): Promise<Response> {
  const cache = await caches.open(engineCache);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request.url, response.clone());
    return response;
  } catch (error) {
    const stored = (await cache.match(request.url)) ?? (await caches.match(request.url));
    if (stored) return stored;
    throw error;
  }
}

/** Fetched once, then kept: engines, libraries, and what a tab of an earlier version still asks for. */
async function kept(request: Request): Promise<Response> {
  const stored = await caches.match(request.url);
  if (stored) return stored;
  const response = await fetch(request);
  if (response.ok && response.status === 200) {
    const cache = await caches.open(engineCache);
    await cache.put(request.url, response.clone()).catch(() => undefined);
  }
  return response;
}

/** Downloads that were announced and not fetched yet. */
const announced = new Map<string, Response>();

self.addEventListener('message', (event) => {
  const message = event.data as ToServiceWorker;
  if (message.type === 'use-now') event.waitUntil(self.skipWaiting());
  else event.waitUntil(announce(message));
});

/** Makes a stream whose one end the page writes to, while the browser saves what comes out of the other. */
async function announce({
  id,
  name,
  size,
  port,
}: Extract<ToServiceWorker, { type: 'download' }>): Promise<void> {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  announced.set(
    `/download/${id}`,
    new Response(readable, {
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
        'Content-Length': String(size),
        'Cross-Origin-Embedder-Policy': 'require-corp',
        'Cross-Origin-Resource-Policy': 'same-origin',
      },
    }),
  );
  try {
    port.postMessage(writable, [writable]);
  } catch {
    // No transferable streams here: the page saves in another way.
    announced.delete(`/download/${id}`);
    port.postMessage(null);
  }
}

async function download(pathname: string): Promise<Response> {
  const response = announced.get(pathname);
  announced.delete(pathname);
  return response ?? new Response('There is no such download any more.', { status: 404 });
}
