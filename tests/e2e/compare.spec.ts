/** Compare: every method really runs and shows up in table and charts. */
import { choose, expect, expectAccessible, shoot, test } from './support.ts';

const methods = ['gzip', 'zstd', 'brotli', 'xz', 'fast', 'balanced', 'best', 'teacher'];

test('the sample goes through all eight methods; table and charts agree', async ({ page }) => {
  await page.goto('/compare?engine=simd');
  await shoot(page, 'compare-empty');
  await expectAccessible(page);
  await page.getByRole('button', { name: /Use the sample/ }).click();
  const table = page.getByRole('table');
  for (const method of methods) {
    await expect(table.locator(`tr[data-method=${method}] td`).nth(3), method).toContainText('/s', {
      timeout: 30_000,
    });
  }
  const sizeOf = async (method: string): Promise<number> =>
    parseFloat(await table.locator(`tr[data-method=${method}] td`).nth(1).innerText());
  // What these programs make of the sample elsewhere: `gzip -6`, `zstd -19`, `brotli -q 11`, `xz -6`, within a percent point.
  for (const [method, percent] of [
    ['gzip', 45.4],
    ['zstd', 44.4],
    ['brotli', 36.1],
    ['xz', 46.4],
  ] as const) {
    expect(Math.abs((await sizeOf(method)) - percent), method).toBeLessThan(1);
  }
  // The more models, the smaller; the test student alone is no match for anything.
  expect(await sizeOf('balanced')).toBeLessThan(await sizeOf('fast'));
  expect(await sizeOf('best')).toBeLessThan(await sizeOf('balanced'));
  await expect(page.getByText(/makes it smallest/).first()).toBeVisible();
  for (const name of [
    'gzip',
    'zstd',
    'brotli',
    'LZMA2 (xz)',
    'Understudy fast',
    'Understudy balanced',
    'Understudy best',
    'Understudy teacher',
  ]) {
    await expect(page.locator(`g[role=img][aria-label^="${name}:"]`)).toBeVisible();
  }
  await page.getByRole('button', { name: 'decompress', exact: true }).click();
  await page.locator('g[role=img][aria-label^="brotli:"]').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('g[role=img]:focus')).not.toHaveAttribute('aria-label', /^brotli/);
  await shoot(page, 'compare-done');
  await expectAccessible(page);
});

test('a comparison can be stopped and keeps what is finished; an empty file says so', async ({ page }) => {
  await page.goto('/compare?engine=simd');
  await choose(page, {
    name: 'words.txt',
    bytes: new TextEncoder().encode('all work and no play makes jack a dull boy '.repeat(40_000)),
  });
  await expect(page.locator('tr[data-method=gzip] td').nth(3)).toContainText('/s');
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.locator('tr[data-method=teacher]')).toContainText('stopped');
  await expect(page.locator('tr[data-method=gzip] td').nth(3)).toContainText('/s');
  // At once: the worker that was stopped in the middle of a method must not take the new comparison along.
  await page.getByRole('button', { name: /Use the sample/ }).click();
  for (const method of methods) {
    await expect(page.locator(`tr[data-method=${method}] td`).nth(3), method).toContainText('/s', {
      timeout: 30_000,
    });
  }
  await choose(page, { name: 'empty', bytes: new Uint8Array(0) });
  await expect(page.getByText('This file is empty')).toBeVisible();
});
