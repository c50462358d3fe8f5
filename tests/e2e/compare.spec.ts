/** Compare: every method really runs and shows up in table and charts. */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { choose, expect, expectAccessible, shoot, test } from './support.ts';

const methods = ['gzip', 'zstd', 'brotli', 'bzip2', 'xz', 'fast', 'balanced', 'best', 'teacher'];
/** Engines beside the one that was chosen, and for small files the teacher. */
const others = ['fast-webgpu', 'the-teacher'];

async function saveAs(page: Page, kind: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: kind, exact: true }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

test('the sample goes through every method and engine; table, charts and exports agree', async ({
  page,
  context,
}) => {
  test.setTimeout(180_000);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/compare?engine=simd');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await shoot(page, 'compare-empty');
  await expectAccessible(page);
  await page.getByRole('button', { name: /Use the sample/ }).click();
  const table = page.getByRole('table');
  for (const method of [...methods, ...others]) {
    await expect(table.locator(`tr[data-method=${method}] td`).nth(3), method).toContainText('/s', {
      timeout: 90_000,
    });
  }
  const sizeOf = async (method: string): Promise<number> =>
    parseFloat(await table.locator(`tr[data-method=${method}] td`).nth(1).innerText());
  // What these programs make of the sample elsewhere: `gzip -6`, `zstd -19`, `brotli -q 11`, `xz -6`, `bzip2 -9`, within a percent point.
  for (const [method, percent] of [
    ['gzip', 45.4],
    ['zstd', 44.4],
    ['brotli', 36.1],
    ['xz', 46.4],
    ['bzip2', 42.4],
  ] as const) {
    expect(Math.abs((await sizeOf(method)) - percent), method).toBeLessThan(1);
  }
  // The more models, the smaller; the test student alone is no match for anything.
  expect(await sizeOf('balanced')).toBeLessThan(await sizeOf('fast'));
  expect(await sizeOf('best')).toBeLessThan(await sizeOf('balanced'));
  // Engines give the same archive.
  expect(await sizeOf('fast-webgpu')).toBe(await sizeOf('fast'));
  await expect(page.getByText(/makes it smallest/).first()).toBeVisible();
  for (const name of [
    'gzip',
    'zstd',
    'brotli',
    'bzip2 (BWT)',
    'LZMA2 (xz)',
    'Understudy fast',
    'Understudy balanced',
    'Understudy best',
    'Understudy teacher',
    'The teacher itself',
  ]) {
    await expect(page.locator(`g[role=img][aria-label^="${name}:"]`)).toBeVisible();
  }
  await page.getByRole('button', { name: 'decompress', exact: true }).click();
  await page.locator('g[role=img][aria-label^="brotli:"]').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('g[role=img]:focus')).not.toHaveAttribute('aria-label', /^brotli/);
  await expect(page.getByText('claimed student').first()).toBeVisible();
  await expect(page.getByText(/Not of your file, not measured here/)).toBeVisible();
  await shoot(page, 'compare-done');
  await expectAccessible(page);

  const csv = await saveAs(page, 'CSV');
  expect(csv.name).toBe('the-understudy.txt.comparison.csv');
  const lines = csv.bytes.toString().trimEnd().split('\r\n');
  expect(lines.length).toBe(1 + (await table.locator('tbody tr').count()));
  const json = JSON.parse((await saveAs(page, 'JSON')).bytes.toString()) as {
    results: { method: string; percent_of_original: number; runs: number }[];
  };
  const brotli = json.results.find(({ method }) => method === 'brotli');
  expect(brotli?.percent_of_original).toBeCloseTo(await sizeOf('brotli'), 1);
  expect(brotli?.runs).toBeGreaterThanOrEqual(1);
  const png = await saveAs(page, 'PNG');
  expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
  // Drawn, not empty: three charts of many colours at twice their size.
  expect(png.bytes.length).toBeGreaterThan(20_000);
  await page.getByRole('button', { name: 'Copy Markdown' }).click();
  await expect(page.getByText('The table is in the clipboard').first()).toBeVisible();
  const markdown = await page.evaluate(() => navigator.clipboard.readText());
  expect(markdown).toContain('| brotli (quality 11, WASM) |');
  await page.getByRole('checkbox', { name: /claimed elsewhere/ }).uncheck();
  await expect(page.getByText('claimed student')).toHaveCount(0);
});

test('a comparison can be stopped and keeps what is finished; an empty file says so', async ({ page }) => {
  test.setTimeout(120_000);
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
      timeout: 90_000,
    });
  }
  await choose(page, { name: 'empty', bytes: new Uint8Array(0) });
  await expect(page.getByText('This file is empty')).toBeVisible();
});

test('ONNX Runtime takes part where it is asked for, with the same bytes', async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto('/compare?engine=simd');
  await page.getByRole('checkbox', { name: /ONNX Runtime/ }).check();
  const line = 'The understudy knows every line, and waits. ';
  await choose(page, { name: 'line.txt', bytes: new TextEncoder().encode(line.repeat(8)) });
  const sizes: string[] = [];
  for (const method of ['fast', 'fast-ort-wasm', 'fast-ort-webgpu']) {
    const cells = page.locator(`tr[data-method=${method}] td`);
    await expect(cells.nth(3), method).toContainText('/s', { timeout: 90_000 });
    sizes.push(await cells.first().innerText());
  }
  expect(new Set(sizes).size).toBe(1);
});
