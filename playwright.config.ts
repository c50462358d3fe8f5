/**
 * Browser tests: Debian's Chromium against a built page with the tiny test student, served on port 4179 with the same
 * headers as in production. `--enable-unsafe-webgpu` is what gives headless Chromium its software WebGPU adapter.
 */
import { defineConfig } from '@playwright/test';

const port = 4179;

export default defineConfig({
  testDir: './tests/e2e',
  outputDir: './test-results',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 1,
  reporter: [['list']],
  webServer: {
    command: `npx vite build --mode test --logLevel warn && npx vite preview --mode test --outDir ../../build/web-test --port ${port}`,
    url: `http://localhost:${port}`,
    timeout: 120_000,
    reuseExistingServer: false,
  },
  use: {
    // Requests that a service worker makes pass by the tests' routes; offline.spec.ts allows it.
    serviceWorkers: 'block',
    baseURL: `http://localhost:${port}`,
    browserName: 'chromium',
    viewport: { width: 1180, height: 860 },
    launchOptions: {
      executablePath: process.env.UNDERSTUDY_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--enable-unsafe-webgpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
