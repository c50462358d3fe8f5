/** What the build tells the service worker, and what the page says to it. */

export interface Precache {
  /** Changes with any file of the build. */
  version: string;
  /** Fetched at installation. */
  files: string[];
  /** Kept from their first use on. */
  later: string[];
  /** Addresses that show the page. */
  views: string[];
}

export type ToServiceWorker =
  /** A version that waits takes over. */
  | { type: 'use-now' }
  /** A download is about to start at /download/ID; the port is answered with a WritableStream, or null where that cannot be. */
  | { type: 'download'; id: string; name: string; size: number; port: MessagePort };
