/**
 * Quiets two warnings about libarchive.js's ready-made worker: its branch for Node (an import that no browser reaches) and
 * the folder it computes for it. The WASM beside it is found by the bundler as usual.
 */
import type { Plugin } from 'vite';

const isLibarchive = (id: string | undefined): boolean =>
  id?.includes('libarchive.js/dist/worker-bundle.js') ?? false;

export function libarchivePlugin(): Plugin {
  return {
    name: 'understudy-libarchive',
    enforce: 'pre',
    resolveId: (source, importer) =>
      source === 'module' && isLibarchive(importer) ? { id: source, external: true } : undefined,
    transform: (code, id) =>
      isLibarchive(id)
        ? {
            code: code.replaceAll(
              'new URL("./",import.meta.url)',
              'new URL(/* @vite-ignore */"./",import.meta.url)',
            ),
            map: null,
          }
        : undefined,
  };
}
