/** Without a network after the first visit; new versions; large downloads as streams; hosts that send no headers. */
import { randomFillSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import {
  choose,
  chooseFolder,
  choosePath,
  expect,
  expectDone,
  row,
  save,
  shoot,
  temporaryFolder,
  test,
} from './support.ts';

test.use({ serviceWorkers: 'allow' });

const built = resolve(import.meta.dirname, '../../build/web-test');
const text = new TextEncoder();

async function controlled(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, {
    timeout: 30_000,
  });
}

test('after the first visit it reloads, compresses and shows every view without a network', async ({
  page,
  context,
}) => {
  test.setTimeout(120_000);
  await page.goto('/?engine=simd');
  await controlled(page);
  await page.getByRole('button', { name: /Try a sample/ }).click();
  await expectDone(page, 'the-understudy.txt');
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await page.getByRole('button', { name: /Try a sample/ }).click();
  await expectDone(page, 'the-understudy.txt');
  const archive = await save(page, 'the-understudy.txt');
  await choose(page, archive);
  await expectDone(page, archive.name);
  for (const path of ['/compare', '/lab', '/models']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
  await expect(page.getByRole('listitem', { name: 'tiny-swift', exact: true })).toContainText(
    'kept in this browser',
  );
  await expect(page.getByText('The page works without a network')).toBeVisible();
  await shoot(page, 'models-offline');

  // What was never fetched is told by name, and stays a failure of its row.
  await page.getByRole('button', { name: /^Clear engines and students/ }).click();
  await page.goto('/?engine=simd');
  await choose(page, { name: 'note.txt', bytes: text.encode('a note that needs the student, or does it') });
  await expect(row(page, 'note.txt').getByRole('alert')).toContainText('UST_PAGE_MODEL_FETCH');
  await expect(row(page, 'note.txt').getByRole('alert')).toContainText('no connection');
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Try note.txt again' }).click();
  await expectDone(page, 'note.txt');
});

test('a large file of an archive is streamed to disk where there is no save dialog', async ({ page }) => {
  test.setTimeout(120_000);
  const folder = join(await temporaryFolder(), 'reel');
  await mkdir(folder);
  const noise = randomFillSync(Buffer.alloc(34_000_000));
  await writeFile(join(folder, 'film.bin'), noise);
  await writeFile(join(folder, 'note.txt'), 'end of reel');
  await page.goto('/?engine=simd&level=fast');
  await controlled(page);
  await chooseFolder(page, folder);
  await expect(row(page, 'reel')).toHaveAttribute('data-state', 'done', { timeout: 60_000 });
  const archive = join(await temporaryFolder(), 'reel.ust');
  await writeFile(archive, (await save(page, 'reel')).bytes);
  await choosePath(page, archive);
  await expectDone(page, 'reel.ust');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save reel/film.bin' }).click(),
  ]);
  expect(download.url()).toContain('/download/');
  expect(download.suggestedFilename()).toBe('film.bin');
  expect(noise.equals(await readFile(await download.path()))).toBe(true);
  await expect(row(page, 'reel.ust')).toContainText('Saved reel/film.bin, checksum verified');
});

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** A host as plain as can be: files, types, no other header. `edit` may change what it sends. */
async function plainHost(
  edit: (path: string, body: Buffer) => Buffer,
): Promise<{ server: Server; address: string }> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname);
    const file = join(built, path.endsWith('/') ? `${path}index.html` : path);
    readFile(file).then(
      (body) => {
        response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream');
        response.end(edit(path, body));
      },
      () => {
        response.statusCode = 404;
        response.end();
      },
    );
  });
  await new Promise<void>((done) => server.listen(0, 'localhost', done));
  return { server, address: `http://localhost:${(server.address() as AddressInfo).port}` };
}

test('any static host will do: without COOP and COEP it works and says what that costs; a new version waits to be asked for', async ({
  browser,
}) => {
  test.setTimeout(120_000);
  let version = 'one';
  const { server, address } = await plainHost((path, body) =>
    path === '/sw.js' ? Buffer.concat([body, Buffer.from(`\n// ${version}`)]) : body,
  );
  const context = await browser.newContext({ viewport: { width: 1180, height: 860 } });
  try {
    const page = await context.newPage();
    const refused: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) refused.push(message.text());
    });
    await page.goto(`${address}/?engine=simd`);
    await controlled(page);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await page.getByRole('button', { name: /Try a sample/ }).click();
    await expectDone(page, 'the-understudy.txt');
    await page.getByRole('link', { name: 'Models' }).click();
    await expect(page.getByText(/does not send the headers COOP and COEP/)).toBeVisible();
    await page.goto(`${address}/?engine=ort-wasm&level=fast`);
    await page.getByRole('button', { name: /Try a sample/ }).click();
    await expectDone(page, 'the-understudy.txt');

    version = 'two';
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
    await expect(page.getByText('A new version of this page is ready')).toBeVisible({ timeout: 30_000 });
    // Not forced: what was done is still there.
    await expectDone(page, 'the-understudy.txt');
    await shoot(page, 'update');
    await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Reload now' }).click()]);
    await expect(page.getByText('A new version of this page is ready')).toHaveCount(0);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(refused).toEqual([]);
  } finally {
    await context.close();
    server.close();
  }
});
