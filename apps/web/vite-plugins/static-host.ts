/**
 * What any host must send with the page, in one place: used by `vite` and `vite preview`, printed as `_headers` for
 * static hosts, and (the content policy) written into the built HTML for hosts that send nothing. Also gives every view
 * its own `index.html`, so that its address works without rewriting rules.
 */
import type { Plugin } from 'vite';

/** Needed for SharedArrayBuffer, hence for WASM threads. */
export const isolationHeaders: Record<string, string> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** Nothing from, and nothing to, any other origin; WASM may be compiled, text may not be evaluated. */
const contentPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "style-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'none'",
].join('; ');

/** Views with an address of their own; `/` is the Compress view. Kept equal to the router's list by its test. */
export const viewFolders = ['compare', 'lab', 'models'] as const;

export function headersFile(): string {
  const lines = Object.entries({
    ...isolationHeaders,
    'Content-Security-Policy': `${contentPolicy}; frame-ancestors 'none'`,
  }).map(([name, value]) => `  ${name}: ${value}`);
  return `/*\n${lines.join('\n')}\n\n/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n\n/sw.js\n  Cache-Control: no-cache\n`;
}

export function staticHostPlugin(): Plugin {
  return {
    name: 'understudy-static-host',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: () => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: contentPolicy },
          injectTo: 'head-prepend',
        },
      ],
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        this.emitFile({ type: 'asset', fileName: '_headers', source: headersFile() });
        const page = bundle['index.html'];
        if (page?.type !== 'asset') return;
        for (const folder of viewFolders) {
          this.emitFile({ type: 'asset', fileName: `${folder}/index.html`, source: page.source });
        }
      },
    },
  };
}
