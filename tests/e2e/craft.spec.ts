/** Craft: every view in both themes and on a phone, every way to refuse an archive, the main thread left alone, reduced motion, hostile names. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  choose,
  choosePath,
  expect,
  expectAccessible,
  expectDone,
  row,
  save,
  shoot,
  test,
  writeTemporary,
} from './support.ts';

const golden = resolve(import.meta.dirname, '../golden');
const text = new TextEncoder();

/** One archive for each way to be refused, from those that the codec's own tests forge. */
const refused: Readonly<Record<string, string>> = {
  UST_NOT_ARCHIVE: 'bad/magic-seven-bit.ust',
  UST_VERSION: 'unsupported/version-2.ust',
  UST_TRUNCATED: 'bad/truncated-in-block.ust',
  UST_CHECKSUM: 'bad/block-checksum.ust',
  UST_CORRUPT: 'bad/name-with-slash.ust',
  UST_LIMIT: 'bad/limit-memory.ust',
  UST_PATH: 'bad/path-outside.ust',
  UST_MODEL_UNKNOWN: 'unsupported/model-unknown.ust',
};

test('each kind of refusal is told in its row, with its code, and nothing can be saved of it', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await page.goto('/?engine=simd');
  const codes = Object.keys(refused);
  const files = await Promise.all(
    codes.map(async (code) => ({
      name: `${code}.ust`,
      bytes: await readFile(join(golden, refused[code] ?? '')),
    })),
  );
  await choose(page, ...files);
  for (const code of codes) {
    const alert = row(page, `${code}.ust`).getByRole('alert');
    await expect(alert).toContainText(code, { timeout: 30_000 });
    // A sentence, not a code alone.
    expect((await alert.innerText()).length).toBeGreaterThan(code.length + 20);
    await expect(row(page, `${code}.ust`).getByRole('button', { name: /^Save/ })).toHaveCount(0);
  }
  await expect(page.getByText(`${codes.length} failed`)).toBeVisible();
  await shoot(page, 'compress-refused');
  await expectAccessible(page);
});

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Wall and processor time, microseconds. */
  dur?: number;
  tdur?: number;
  args?: { name?: string };
}

/** Tasks of the pages' main threads in a trace of the browser, by the processor time they took: others who use the machine do not count. */
function mainThreadTasks(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return traceEvents
    .filter(({ name, ph, pid, tid }) => ph === 'X' && /RunTask$/.test(name) && main.has(`${pid} ${tid}`))
    .map(({ tdur }) => (tdur ?? 0) / 1000);
}

test('no task of the main thread takes 50 ms while files are compressed and decompressed', async ({
  page,
  browser,
}) => {
  test.setTimeout(240_000);
  await page.goto('/?engine=simd');
  // First use draws, compiles and fetches: what counts is the work.
  await choose(page, { name: 'first.txt', bytes: text.encode('first') });
  await expectDone(page, 'first.txt');
  const archive = await save(page, 'first.txt');
  let seed = 1;
  const letter = (): number => 60 + (((seed = (seed * 48271) % 2147483647) >> 8) % 60);
  const bytes = Uint8Array.from({ length: 150_000 }, letter);
  await choosePath(page, await writeTemporary('work.txt', bytes));
  await expect(row(page, 'work.txt')).toContainText(/Compressing at/, { timeout: 60_000 });
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  await expect(row(page, 'work.txt')).toHaveAttribute('data-state', 'done', { timeout: 180_000 });
  await choosePath(page, await writeTemporary('first.txt.ust', archive.bytes));
  await expect(row(page, 'first.txt.ust')).toHaveAttribute('data-state', 'done', { timeout: 60_000 });
  const tasks = mainThreadTasks(await browser.stopTracing());
  expect(tasks.length).toBeGreaterThan(50);
  const longest = Math.max(...tasks);
  test
    .info()
    .annotations.push({ type: 'longest task', description: `${longest.toFixed(1)} ms of ${tasks.length}` });
  expect(longest, 'milliseconds of processor time').toBeLessThan(50);
});

test('long and hostile names, in any script, stay text within their row', async ({ page }) => {
  await page.goto('/?engine=simd');
  const names = [
    `${'a very long name without end '.repeat(7)}.txt`,
    'x'.repeat(180),
    '<img src=x onerror=alert(1)>.txt',
    'عربى — עברית — 漢字 🎭.txt',
    '..',
  ];
  await choose(page, ...names.map((name) => ({ name, bytes: text.encode('content') })));
  for (const name of names)
    await expect(page.getByRole('heading', { level: 2, name, exact: true })).toBeVisible();
  await expect(page.locator('li[data-state=done]')).toHaveCount(names.length, { timeout: 30_000 });
  await expect(page.locator('img')).toHaveCount(0);
  await shoot(page, 'compress-names');
  await expectAccessible(page);
});

test('with reduced motion nothing moves by itself', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.route('**/student.onnx*', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await route.continue();
  });
  await page.goto('/?engine=simd');
  await page.getByRole('button', { name: /Try a sample/ }).click();
  await expect(row(page, 'the-understudy.txt')).toContainText('Loading the model');
  const moving = await page.evaluate(
    () =>
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().iterations === Infinity).length,
  );
  expect(moving).toBe(0);
});

test('touch targets on a phone are large enough to hit', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of ['/', '/compare', '/lab', '/models']) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('main button, main select, nav a')]
        .filter((element) => element.offsetParent !== null && element.getBoundingClientRect().height < 43.5)
        .map((element) => `${element.textContent} ${element.getBoundingClientRect().height}`),
    );
    expect(small, path).toEqual([]);
  }
});

test('the keys are told by a question mark, but not while somebody types', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('combobox', { name: 'Engine' }).focus();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard' });
  await expect(dialog).toHaveCount(0);
  await page.getByRole('button', { name: 'Choose files' }).focus();
  await page.keyboard.press('?');
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Close' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('the focus goes on to the next row when one is removed', async ({ page }) => {
  await page.goto('/?engine=simd');
  await choose(page, { name: 'a', bytes: text.encode('a') }, { name: 'b', bytes: text.encode('b') });
  await expectDone(page, 'b');
  await page.getByRole('button', { name: 'Remove a from the list' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Remove b from the list' })).toBeFocused();
});
