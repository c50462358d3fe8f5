/**
 * Unit and integration tests of everything in TypeScript and JavaScript, beside what they test; the browser's are Playwright's.
 * A hang is a failure: every test has a limit, of hours only where the long tests run too.
 */
import { defineConfig } from 'vitest/config';

const isLong = process.env.UNDERSTUDY_LONG === '1';

export default defineConfig({
  test: {
    include: ['{shared,apps,tests,tools}/**/*.test.{ts,tsx,mjs}'],
    exclude: ['**/node_modules/**', '**/.venv/**', 'tests/e2e/**', 'tests/cluster/**'],
    environment: 'node',
    testTimeout: isLong ? 3_600_000 : 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Two cores: files side by side, each in a process of its own, so that WASM memory is given back.
    pool: 'forks',
  },
});
