/**
 * Builds and serves the page (apps/web) into dist/. The same response headers stand in dev, preview and the `_headers`
 * file printed for static hosts: cross-origin isolation gives WASM its threads, the content policy lets nothing leave
 * the machine. `--mode test` swaps the released models for small ones; UNDERSTUDY_MODELS=folder puts models of one's own before them.
 */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { libarchivePlugin } from './apps/web/vite-plugins/libarchive.ts';
import { serviceWorkerFile, serviceWorkerPlugin } from './apps/web/vite-plugins/service-worker.ts';
import { isolationHeaders, staticHostPlugin } from './apps/web/vite-plugins/static-host.ts';
import { modelFolders, modelsPlugin } from './apps/web/vite-plugins/models-plugin.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => ({
  root: here('./apps/web'),
  publicDir: here('./public'),
  plugins: [
    react(),
    modelsPlugin(modelFolders(here('.'), mode)),
    staticHostPlugin(),
    serviceWorkerPlugin(here('./public')),
  ],
  worker: { format: 'es', plugins: () => [libarchivePlugin()] },
  build: {
    target: 'es2022',
    outDir: here(mode === 'test' ? './build/web-test' : './dist'),
    emptyOutDir: true,
    // Inlined assets are data: URLs, which the content policy forbids.
    assetsInlineLimit: 0,
    // Engines, codecs and parquet-wasm are large by nature and load on demand; the e2e suite holds the budget of the first load.
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: { index: here('./apps/web/index.html'), sw: here('./apps/web/src/offline/service-worker.ts') },
      output: {
        // A service worker rules the folder that it lies in, under a name that never changes.
        entryFileNames: ({ name }) => (name === 'sw' ? serviceWorkerFile : 'assets/[name]-[hash].js'),
      },
    },
  },
  server: { port: 4173, strictPort: true, headers: isolationHeaders, fs: { allow: [here('.')] } },
  preview: { port: 4173, strictPort: true, headers: isolationHeaders },
  // Found late, these would reload the page in the middle of a first use.
  optimizeDeps: {
    include: ['comlink', 'onnxruntime-web/webgpu', 'xz-decompress', 'hash-wasm', 'apache-arrow'],
    exclude: ['brotli-wasm', 'parquet-wasm', '@bokuweb/zstd-wasm'],
  },
}));
