/** Models: cards, parity and speed on every engine, and a student of one's own that is used everywhere. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  choose,
  expect,
  expectAccessible,
  expectDone,
  row,
  save,
  shoot,
  test,
  through,
  tinyModel,
} from './support.ts';

const text = new TextEncoder();
const other = join(tinyModel, '../tiny-transformer32');

async function filesOf(folder: string, card?: object): Promise<{ name: string; bytes: Uint8Array }[]> {
  const names = ['student.onnx', 'parity.bin', 'card.json'];
  return Promise.all(
    names.map(async (name) => ({
      name,
      bytes:
        name === 'card.json' && card ? text.encode(JSON.stringify(card)) : await readFile(join(folder, name)),
    })),
  );
}

test('every student has a card with its digest; a test runs its vectors and measures it on each engine', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await page.goto('/models');
  const card = page.getByRole('listitem', { name: 'tiny-swift', exact: true });
  await expect(card).toContainText('used at level balanced');
  await expect(card).toContainText('downloaded on first use');
  await expect(card.locator('code')).toHaveText(/^[0-9a-f]{64}$/);
  await shoot(page, 'models');
  await expectAccessible(page);
  await card.getByRole('button', { name: 'Test tiny-swift on every engine' }).click();
  const table = card.getByRole('region', { name: 'tiny-swift on this machine' });
  for (const engine of ['simd', 'webgpu', 'ort-wasm', 'ort-webgpu']) {
    const cells = table.locator(`tr[data-engine=${engine}] td`);
    await expect(cells.first(), engine).toHaveText('exact', { timeout: 60_000 });
    await expect(cells.nth(1), engine).toContainText('/s');
  }
  await expect(card).toContainText('kept in this browser');
  await shoot(page, 'models-tested');
  await expectAccessible(page);
  const panel = page.getByRole('region', { name: 'Kept in this browser' });
  await expect(panel).toContainText(/Students\s*204.kB/);
  await panel.getByRole('button', { name: /^Clear engines and students/ }).click();
  await expect(card).toContainText('downloaded on first use');
});

test('a student whose vectors fail on an engine is told by name', async ({ page }) => {
  await page.route('**/parity.bin*', async (route) => {
    const response = await route.fetch();
    const bytes = await response.body();
    const offset = 20 + bytes.readUInt32LE(8) * bytes.readUInt32LE(12);
    bytes.writeInt16LE(bytes.readInt16LE(offset) + 1, offset);
    await route.fulfill({ response, body: bytes });
  });
  await page.goto('/models');
  await page.getByRole('button', { name: 'Test tiny-swift on every engine' }).click();
  const simd = page.locator('tr[data-engine=simd] td').first();
  await expect(simd).toContainText('UST_PARITY', { timeout: 30_000 });
  await page.getByRole('button', { name: 'Stop testing tiny-swift' }).click();
  await expect(page.locator('tr[data-engine=simd]')).toHaveCount(0);
});

test('a student of one’s own is proven, kept, used to compress, and found again for its archives', async ({
  page,
}) => {
  await page.goto('/models?engine=simd&level=fast');
  const [onnx] = await filesOf(tinyModel);
  await choose(page, { name: 'letter.onnx', bytes: text.encode('no model at all') });
  await expect(page.getByRole('alert')).toContainText('UST_MODEL_INVALID');
  await shoot(page, 'models-refused');
  await choose(page, { name: 'card.json', bytes: text.encode('{}') });
  await expect(page.getByRole('alert')).toContainText('UST_PAGE_MODEL_FILES');
  const broken = Buffer.from(onnx!.bytes);
  await choose(page, { name: 'student.onnx', bytes: broken.subarray(0, 10_000) });
  await expect(page.getByRole('alert')).toContainText('UST_MODEL_INVALID');

  // Built with the tiny students only, another of them stands in for one's own: under a name that its card gives.
  await choose(page, ...(await filesOf(other, { name: 'my-student', about: 'Learned from my letters.' })));
  await expect(page.getByText('Loaded my-student; it is used from now on')).toBeVisible();
  const card = page.getByRole('listitem', { name: 'my-student', exact: true });
  await expect(card).toContainText('Learned from my letters.');
  await expect(card).toContainText('your own');
  await expect(card).toContainText('used at level fast');
  await shoot(page, 'models-own');
  await expectAccessible(page);

  await page.getByRole('link', { name: 'Compress' }).click();
  await expect(page.getByRole('combobox', { name: 'Model' })).toHaveValue('my-student');
  const letter = text.encode('A letter to the understudy, who knows every line. '.repeat(4));
  await choose(page, { name: 'letter.txt', bytes: letter });
  await expectDone(page, 'letter.txt');
  const archive = await save(page, 'letter.txt');
  // In the next visit it is still there, and chosen.
  await page.reload();
  await expect(page.getByRole('combobox', { name: 'Model' })).toHaveValue('my-student');
  expect(Buffer.from(letter).equals((await through(page, archive)).bytes)).toBe(true);

  await page.getByRole('link', { name: 'Models' }).click();
  await page.getByRole('button', { name: 'Remove my-student' }).click();
  await expect(card).toHaveCount(0);
  await page.getByRole('link', { name: 'Compress' }).click();
  await expect(page.getByRole('combobox', { name: 'Model' })).toHaveValue('');
  await expect(row(page, 'letter.txt.ust')).toBeVisible();
});
