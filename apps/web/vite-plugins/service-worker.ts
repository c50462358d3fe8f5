/**
 * Writes into the built service worker which files belong to the build: those of the page and its own engine, to be fetched at
 * installation, and those that are kept from their first use on, because they are large and not everybody needs them.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Plugin } from 'vite';
import type { Precache } from '../src/offline/messages.ts';
import { viewFolders } from './static-host.ts';

export const serviceWorkerFile = 'sw.js';
const placeholder = '__UNDERSTUDY_PRECACHE__';
/** Other compressors, ONNX Runtime, Parquet: a visitor who only compresses never meets them. */
const largeBytes = 600_000;
const onDemand = /\/(ort[-.]|brotli|libarchive|worker-bundle|parquet|xz-|bzip2)/;

export interface BuiltFile {
  /** Address on the host, beginning with a slash. */
  address: string;
  source: string | Uint8Array;
}

/** Pure: what the service worker is told of these files. */
export function precacheOf(files: readonly BuiltFile[]): Precache {
  const hash = createHash('sha256');
  const precache: Precache = {
    version: '',
    files: [],
    later: [],
    views: [
      '/',
      '/index.html',
      ...viewFolders.flatMap((view) => [`/${view}`, `/${view}/`, `/${view}/index.html`]),
    ],
  };
  for (const { address, source } of files.toSorted((a, b) => (a.address < b.address ? -1 : 1))) {
    hash.update(address).update('\0').update(source).update('\0');
    // Views are the same page; students are kept by the page itself.
    if (address === '/_headers' || address === `/${serviceWorkerFile}`) continue;
    if (address.endsWith('/index.html') && address !== '/index.html') continue;
    if (address.startsWith('/models/') && address !== '/models/index.json') continue;
    const later = address.startsWith('/assets/') && (source.length > largeBytes || onDemand.test(address));
    precache[later ? 'later' : 'files'].push(address);
  }
  precache.version = hash.digest('hex').slice(0, 16);
  return precache;
}

export function serviceWorkerPlugin(publicDir: string): Plugin {
  return {
    name: 'understudy-service-worker',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle[serviceWorkerFile];
        if (worker?.type !== 'chunk') return;
        if (worker.imports.length > 0) this.error('the service worker must be one file, without imports');
        const built = Object.values(bundle).map((file): BuiltFile => ({
          address: `/${file.fileName}`,
          source: file.type === 'chunk' ? file.code : file.source,
        }));
        const precache = precacheOf([...built, ...filesBelow(publicDir)]);
        // JSON is JavaScript, too.
        worker.code = worker.code.replace(placeholder, () => JSON.stringify(precache));
      },
    },
  };
}

function filesBelow(folder: string): BuiltFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({
      address: `/${relative(folder, path).split(sep).join('/')}`,
      source: readFileSync(path),
    }));
}
