/** The page and the terminal read each other's archives. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  choosePath,
  expect,
  expectDone,
  fixture,
  save,
  temporaryFolder,
  test,
  through,
  tinyModel,
  understudy,
} from './support.ts';

test('an archive of the page decompresses in the terminal', async ({ page }) => {
  await page.goto('/?engine=simd');
  const original = await fixture('tiny-swift-sample.bin');
  const archive = await through(page, { name: 'from page.bin', bytes: original });
  const folder = await temporaryFolder();
  const path = join(folder, archive.name);
  await writeFile(path, archive.bytes);
  await understudy('decompress', '-m', tinyModel, '-o', join(folder, 'back.bin'), path);
  expect(original.equals(await readFile(join(folder, 'back.bin')))).toBe(true);
});

test('an archive of the terminal decompresses in the page, and both write the same bytes', async ({
  page,
}) => {
  const original = await fixture('tiny-swift-sample.bin');
  const folder = await temporaryFolder();
  const path = join(folder, 'from terminal.bin');
  await writeFile(path, original);
  await understudy('compress', '-m', tinyModel, '-n', '-o', `${path}.ust`, path);
  await page.goto('/?engine=simd');
  await choosePath(page, `${path}.ust`);
  await expectDone(page, 'from terminal.bin.ust');
  const back = await save(page, 'from terminal.bin.ust');
  expect(back.name).toBe('from terminal.bin');
  expect(original.equals(back.bytes)).toBe(true);

  await choosePath(page, path);
  await expectDone(page, 'from terminal.bin');
  const archive = await save(page, 'from terminal.bin');
  expect((await readFile(`${path}.ust`)).equals(archive.bytes)).toBe(true);
});
