import { describe, expect, it } from 'vitest';
import { headersFile } from './static-host.ts';

describe('headers for static hosts', () => {
  const headers = headersFile();

  it('isolates the page, so that WASM threads work', () => {
    expect(headers).toContain('Cross-Origin-Opener-Policy: same-origin');
    expect(headers).toContain('Cross-Origin-Embedder-Policy: require-corp');
  });

  it('lets nothing leave for another origin and evaluates no text', () => {
    const policy = /Content-Security-Policy: (.*)/.exec(headers)?.[1] ?? '';
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("'wasm-unsafe-eval'");
    expect(policy).not.toMatch(/'unsafe-inline'|'unsafe-eval'|https?:|\*/);
  });
});
