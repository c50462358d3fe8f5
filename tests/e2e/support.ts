/**
 * What every browser test shares: a page that may not talk to any other origin, files as buffers, downloads as bytes, the
 * command line, screenshots and the accessibility check.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { test as base, expect, type Locator, type Page } from '@playwright/test';

export { expect };

const root = resolve(import.meta.dirname, '../..');
const screenshots = join(root, 'screenshots');
export const tinyModel = join(root, 'tests/models/tiny-swift');
export const deepModel = join(root, 'tests/models/tiny-deep');

/** A page that takes downloads instead of save dialogs (which nobody could answer) and fails on foreign requests. */
export const test = base.extend({
  page: async ({ page, baseURL }, use) => {
    const foreign: string[] = [];
    const failures: string[] = [];
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== baseURL) foreign.push(request.url());
    });
    page.on('pageerror', (error) => failures.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) failures.push(message.text());
    });
    await page.addInitScript(() => {
      Reflect.deleteProperty(window, 'showSaveFilePicker');
      Reflect.deleteProperty(window, 'showDirectoryPicker');
    });
    await use(page);
    expect(foreign, 'requests to other origins').toEqual([]);
    expect(failures, 'uncaught errors and policy violations').toEqual([]);
  },
});

export interface NamedFile {
  name: string;
  bytes: Uint8Array;
}

export async function fixture(name: string): Promise<Buffer> {
  return readFile(join(import.meta.dirname, 'fixtures', name));
}

/** Puts files into the view's file input. */
export async function choose(page: Page, ...files: NamedFile[]): Promise<void> {
  const payload = files.map(({ name, bytes }) => ({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(bytes),
  }));
  await fileInput(page).setInputFiles(payload);
}

/** Files from disk keep their times, as archives store them. */
export async function choosePath(page: Page, path: string): Promise<void> {
  await fileInput(page).setInputFiles(path);
}

export async function chooseFolder(page: Page, path: string): Promise<void> {
  await page.locator('input[type=file][aria-label="Choose a folder"]').setInputFiles(path);
}

function fileInput(page: Page): Locator {
  return page.locator('input[type=file]:not([aria-label="Choose a folder"])');
}

/** The queue's row of this file. */
export function row(page: Page, name: string): Locator {
  return page.getByRole('listitem', { name, exact: true });
}

export async function expectDone(page: Page, name: string): Promise<void> {
  await expect(row(page, name)).toHaveAttribute('data-state', /done|failed/, { timeout: 45_000 });
  await expect(row(page, name).getByRole('alert')).toHaveCount(0);
}

/** Saves a finished row: the bytes and the name the browser was given. */
export async function save(page: Page, name: string): Promise<NamedFile> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    row(page, name).getByRole('button', { name: /^Save/ }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** Compresses (or decompresses) one file in the page and saves the result. */
export async function through(page: Page, file: NamedFile): Promise<NamedFile> {
  await choose(page, file);
  await expectDone(page, file.name);
  return save(page, file.name);
}

/** Runs `understudy` in a terminal with the test student. */
export async function understudy(...args: string[]): Promise<string> {
  const program = join(root, 'apps/cli/bin/understudy.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { cwd: root });
  return stdout;
}

export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'understudy-e2e-'));
}

export async function writeTemporary(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, bytes);
  return path;
}

/** Pictures of the state as it is: wide and light, wide and dark, phone; to be looked at by a person. */
export async function shoot(page: Page, name: string): Promise<void> {
  await mkdir(screenshots, { recursive: true });
  const before = page.viewportSize();
  // Rows out of sight are not drawn before somebody scrolls there.
  await page.evaluate(() =>
    document
      .querySelectorAll<HTMLElement>('li')
      .forEach((element) => (element.style.contentVisibility = 'visible')),
  );
  const take = (variant: string): Promise<Buffer> =>
    page.screenshot({
      path: join(screenshots, `${name}-${variant}.png`),
      fullPage: true,
      animations: 'disabled',
    });
  await take('light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await take('dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 390, height: 844 });
  await take('phone');
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, 'the page scrolls sideways on a phone').toBeLessThanOrEqual(0);
  expect(await page.evaluate(stickingOut), 'what sticks out of its frame on a phone').toEqual([]);
  if (before) await page.setViewportSize(before);
}

/** Runs in the page: elements of the view that reach over the content box of one around them, but for what scrolls by itself. */
function stickingOut(): string[] {
  const found: string[] = [];
  const visit = (element: Element, edge: number): void => {
    const style = getComputedStyle(element);
    const { right, width } = element.getBoundingClientRect();
    if (style.position === 'absolute' || width === 0) return;
    if (right > edge + 1) {
      found.push(
        `${element.localName} “${element.textContent.slice(0, 40)}”: ${Math.round(right - edge)} px`,
      );
      return;
    }
    if (style.overflowX !== 'visible' || element.localName === 'svg' || style.display === 'inline') return;
    const inner = right - parseFloat(style.paddingRight) - parseFloat(style.borderRightWidth);
    for (const child of element.children) visit(child, inner);
  };
  const main = document.querySelector('main');
  if (main) visit(main, document.documentElement.clientWidth);
  return found;
}

interface AxeResult {
  violations: {
    id: string;
    help: string;
    nodes: { target: string[]; failureSummary?: string }[];
  }[];
}

/** Axe finds nothing at all, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  // Evaluated through the debugger, which the page's content policy does not bind.
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Two frames: until one was drawn, some elements still have the other theme's colours.
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
    // Colours in transition are neither the old nor the new ones.
    await page.evaluate(() =>
      document
        .getAnimations()
        .forEach((animation) => animation instanceof CSSTransition && animation.finish()),
    );
    const result = await page.evaluate<AxeResult>('axe.run({ resultTypes: ["violations"] })');
    const found = result.violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary})`).join('; ')}`,
    );
    expect(found, colorScheme).toEqual([]);
  }
}
