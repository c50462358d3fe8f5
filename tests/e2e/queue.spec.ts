/** The queue under load: pause, cancel, hundreds of files, archives that are opened and given out file by file. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import {
  choose,
  chooseFolder,
  choosePath,
  deepModel,
  expect,
  expectAccessible,
  expectDone,
  fixture,
  row,
  save,
  shoot,
  temporaryFolder,
  test,
  understudy,
} from './support.ts';

const text = new TextEncoder();

/** Letters without order: zstd saves little, so the student is not given up early and the job lasts. */
function letters(length: number): Uint8Array {
  let seed = 1;
  return Uint8Array.from({ length }, () => 60 + (((seed = (seed * 48271) % 2147483647) >> 8) % 60));
}

/** Dialogs that nobody could answer here give folders of the browser's own file system: real handles, really written to. */
async function answerDialogs(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Object.assign(window, {
      showDirectoryPicker: () => navigator.storage.getDirectory(),
      showSaveFilePicker: async ({ suggestedName }: { suggestedName: string }) =>
        (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true }),
    });
  });
}

async function saved(page: Page, path: string): Promise<Buffer> {
  const bytes = await page.evaluate(async (parts) => {
    let folder = await navigator.storage.getDirectory();
    for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part);
    const file = await (await folder.getFileHandle(parts.at(-1) ?? '')).getFile();
    return [...new Uint8Array(await file.arrayBuffer())];
  }, path.split('/'));
  return Buffer.from(bytes);
}

test('a row is paused in mid-block, goes on, and makes the archive that it would have made', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const path = join(await temporaryFolder(), 'long.txt');
  await writeFile(path, letters(60_000));
  // Level best takes a deep student where there is one.
  await understudy('compress', '-m', deepModel, '-n', '-l', 'best', '-o', `${path}.ust`, path);
  await page.goto('/?engine=simd&level=best');
  await choosePath(page, path);
  const item = row(page, 'long.txt');
  await expect(item).toContainText(/Compressing at .* left/, { timeout: 30_000 });
  await page.getByRole('button', { name: 'Pause long.txt' }).click();
  await expect(item).toContainText(/Paused at/);
  const bar = item.getByRole('progressbar');
  // What is under way ends its step; then nothing moves.
  await page.waitForTimeout(300);
  const before = await bar.evaluate((element: HTMLProgressElement) => element.value);
  await shoot(page, 'compress-paused');
  await expectAccessible(page);
  await page.waitForTimeout(500);
  expect(await bar.evaluate((element: HTMLProgressElement) => element.value)).toBe(before);
  await page.getByRole('button', { name: 'Resume long.txt' }).click();
  await expect(item).toHaveAttribute('data-state', 'done', { timeout: 90_000 });
  expect((await readFile(`${path}.ust`)).equals((await save(page, 'long.txt')).bytes)).toBe(true);
});

test('cancel ends the worker where asking does not, and the next file has a new one', async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto('/?engine=simd');
  await choose(page, { name: 'short.txt', bytes: text.encode('short') });
  await expectDone(page, 'short.txt');
  const codec = page.workers().find((worker) => /\/worker-/.test(worker.url()));
  const began = Date.now();
  const stuckMs = 40_000;
  // A worker that hears nothing, as in a long call into WebAssembly; the promise ends with the worker.
  codec
    ?.evaluate((milliseconds) => {
      for (const end = Date.now() + milliseconds; Date.now() < end;);
    }, stuckMs)
    .catch(() => undefined);
  await choose(page, { name: 'stuck.txt', bytes: text.encode('stuck') });
  await expect(row(page, 'stuck.txt')).toContainText('Starting');
  await page.getByRole('button', { name: 'Cancel stuck.txt' }).click();
  await expect(row(page, 'stuck.txt')).toContainText('Cancelled');
  await choose(page, { name: 'next.txt', bytes: text.encode('next') });
  await expectDone(page, 'next.txt');
  expect(Date.now() - began).toBeLessThan(stuckMs);
});

test('a folder of 200 files becomes one archive, whose files are found and saved one by one or all at once', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await answerDialogs(page);
  const folder = join(await temporaryFolder(), 'plays');
  const files = new Map<string, string>();
  for (let i = 0; i < 200; i++) {
    files.set(
      `plays/act ${i % 7}/scene ${i}.txt`,
      `Scene ${i}. Enter the understudy, late. `.repeat(1 + (i % 5)),
    );
  }
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, '..', path)), { recursive: true });
    await writeFile(join(folder, '..', path), content);
  }
  await page.goto('/?engine=simd');
  await chooseFolder(page, folder);
  await expectDone(page, 'plays');
  await page.getByRole('button', { name: 'Save plays.ust' }).click();
  await expect(page.getByRole('button', { name: 'Save plays.ust' })).toHaveText('Save again');
  const archive = await saved(page, 'plays.ust');

  await choose(page, { name: 'plays.ust', bytes: archive });
  await expectDone(page, 'plays.ust');
  const opened = row(page, 'plays.ust');
  await expect(opened).toContainText('200 files');
  const list = opened.getByRole('region', { name: 'Files in plays.ust' });
  await expect(list.getByRole('listitem')).toHaveCount(200);
  await opened.getByRole('searchbox').fill('scene 42');
  await expect(list.getByRole('listitem')).toHaveCount(1);
  await shoot(page, 'compress-archive');
  await expectAccessible(page);
  await list.getByRole('button', { name: 'Save plays/act 0/scene 42.txt' }).click();
  await expect(opened).toContainText('Saved plays/act 0/scene 42.txt, checksum verified');
  expect((await saved(page, 'scene 42.txt')).toString()).toBe(files.get('plays/act 0/scene 42.txt'));
  await opened.getByRole('button', { name: 'Save all files of plays.ust' }).click();
  await expect(opened).toContainText('Saved all 200 files, checksums verified');
  for (const path of ['plays/act 0/scene 0.txt', 'plays/act 3/scene 199.txt']) {
    expect((await saved(page, path)).toString()).toBe(files.get(path));
  }

  // Damage that opening does not see is told where it is met.
  const altered = Buffer.from(archive);
  altered[100]! ^= 1;
  await choose(page, { name: 'altered.ust', bytes: altered });
  await row(page, 'altered.ust').getByRole('button', { name: 'Save all files of altered.ust' }).click();
  await expect(row(page, 'altered.ust').getByRole('alert')).toContainText(/UST_(CHECKSUM|CORRUPT)/);
});

test('more files than a page shows at once: a page of rows at a time, all of them done, all saved to a folder', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await answerDialogs(page);
  await page.goto('/?engine=simd&level=fast');
  const files = Array.from({ length: 130 }, (_, i) => ({
    name: `note ${i}.txt`,
    bytes: text.encode(`note ${i}`),
  }));
  await choose(page, ...files);
  await expect(page.getByText(/\d+ of 130 done/)).toBeVisible();
  await expect(page.locator('li[data-state]')).toHaveCount(100);
  await shoot(page, 'compress-hundreds');
  await expect(page.getByText('130 files:')).toBeVisible({ timeout: 90_000 });
  await page.getByRole('button', { name: 'Save all (130)' }).click();
  await page.getByRole('button', { name: 'Later' }).click();
  await expect(row(page, 'note 120.txt').getByRole('button', { name: /^Save/ })).toHaveText('Save again');
  await expect(async () => {
    expect((await saved(page, 'note 129.txt.ust')).length).toBeGreaterThan(8);
  }).toPass({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Clear finished' }).click();
  await expect(page.locator('li[data-state]')).toHaveCount(0);
});

test('a larger text, dropped twice: the second waits, all can be cancelled, and the address pins the level', async ({
  page,
}) => {
  await page.goto('/?engine=simd&level=teacher');
  await choose(
    page,
    { name: 'one.txt', bytes: letters(1_000_000) },
    { name: 'two.bin', bytes: await fixture('tiny-swift-sample.bin') },
  );
  await expect(row(page, 'two.bin')).toContainText('Waiting');
  await expect(page.getByText('0 of 2 done')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel all' }).click();
  await expect(row(page, 'one.txt')).toContainText('Cancelled');
  await expect(row(page, 'two.bin')).toContainText('Cancelled');
});
