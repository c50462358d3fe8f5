/** The frame of the page: addresses, keyboard, theme, first load, running without WebGPU. */
import { gzipSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import { expect, expectAccessible, expectDone, row, shoot, test } from './support.ts';

test('views are real addresses: links, back button, direct visits, and a page for wrong ones', async ({
  page,
}) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Compare' }).click();
  await expect(page).toHaveURL('/compare');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('every method');
  await page.getByRole('link', { name: 'Teacher lab' }).click();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('every method');
  await page.goto('/lab');
  await expect(page.getByRole('link', { name: 'Teacher lab' })).toHaveAttribute('aria-current', 'page');
  await page.goto('/nowhere');
  await expect(page.getByText('There is no page at this address')).toBeVisible();
});

test('work goes on while another view is shown', async ({ page }) => {
  await page.goto('/?engine=simd');
  await page.getByRole('button', { name: /Try a sample/ }).click();
  await page.getByRole('link', { name: 'Compare' }).click();
  await expect(page).toHaveURL('/compare?engine=simd');
  await page.getByRole('link', { name: 'Compress' }).click();
  await expectDone(page, 'the-understudy.txt');
});

test('the first load is small, isolated and quick', async ({ page }) => {
  const scripts: Promise<number>[] = [];
  page.on('response', (response) => {
    if (/\.js$/.test(new URL(response.url()).pathname))
      scripts.push(response.body().then((body) => gzipSync(body).length));
  });
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.waitForLoadState('networkidle');
  const bytes = (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(0);
  expect(bytes, 'gzipped script of the first load').toBeLessThan(250_000);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const paint = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  );
  expect(paint).toBeGreaterThan(0);
  expect(paint, 'first paint on localhost').toBeLessThan(1000);
});

test('everything can be reached and used from the keyboard', async ({ page }) => {
  await page.goto('/?engine=simd');
  // Tab pressed before React has drawn the page would move the focus nowhere.
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  const reached: string[] = [];
  for (let i = 0; i < 14; i++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      return {
        name: element.getAttribute('aria-label') ?? element.textContent ?? '',
        outline: getComputedStyle(element).outlineStyle,
      };
    });
    if (!focused) break;
    expect(focused.outline, `focus is visible on ${focused.name}`).not.toBe('none');
    reached.push(focused.name);
    const { name } = focused;
    if (name.startsWith('Try a sample')) await page.keyboard.press('Enter');
  }
  expect(reached.join(' | ')).toMatch(
    /Understudy.*Compress.*Compare.*Teacher lab.*Theme.*Choose files.*Choose a folder.*Try a sample/,
  );
  await expectDone(page, 'the-understudy.txt');
});

test('the theme is switched and remembered', async ({ page }) => {
  await page.goto('/');
  const background = (): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  await page.getByRole('button', { name: /^Theme: as the system/ }).click();
  await page.getByRole('button', { name: /^Theme: light/ }).click();
  expect(await background()).not.toBe(light);
  await page.reload();
  expect(await background()).not.toBe(light);
  await expectAccessible(page);
});

test('without WebGPU it runs on the CPU and says why; asking for WebGPU then fails by name', async ({
  baseURL,
}, testInfo) => {
  const { executablePath } = testInfo.project.use.launchOptions ?? {};
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: ['--no-sandbox', '--disable-quic', '--disable-component-update'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`${baseURL}/`);
    await page.getByRole('button', { name: /Try a sample/ }).click();
    await expectDone(page, 'the-understudy.txt');
    await expect(row(page, 'the-understudy.txt')).toContainText('no WebGPU adapter');
    await page.goto(`${baseURL}/?engine=webgpu`);
    await page.getByRole('button', { name: /Try a sample/ }).click();
    await expect(row(page, 'the-understudy.txt').getByRole('alert')).toContainText('UST_ENGINE');
    await shoot(page, 'compress-no-webgpu');
  } finally {
    await browser.close();
  }
});
