/** Compress and decompress in the page: both engines, every way a file can be odd, cancelling. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  choose,
  choosePath,
  expect,
  expectAccessible,
  expectDone,
  fixture,
  row,
  save,
  shoot,
  temporaryFolder,
  test,
  through,
} from './support.ts';

const text = new TextEncoder();

test('a file becomes the same archive on WebGPU and on WASM, and each comes back on the other', async ({
  page,
}) => {
  const original = await fixture('tiny-swift-sample.bin');
  const path = join(await temporaryFolder(), 'sample.bin');
  await writeFile(path, original);
  const archives: Buffer[] = [];
  for (const [engine, label] of [
    ['ort-webgpu', 'tiny-swift on WebGPU'],
    ['ort-wasm', 'tiny-swift on WASM'],
  ] as const) {
    await page.goto(`/?engine=${engine}`);
    await choosePath(page, path);
    await expectDone(page, 'sample.bin');
    await expect(row(page, 'sample.bin')).toContainText(label);
    await expect(row(page, 'sample.bin')).toContainText('verified by decoding it again');
    // Coded by the student, or equal archives would prove nothing about engines.
    await expect(row(page, 'sample.bin')).not.toContainText(/zstd was kept|stored as they are/);
    const archive = await save(page, 'sample.bin');
    expect(archive.name).toBe('sample.bin.ust');
    archives.push(Buffer.from(archive.bytes));
  }
  const [webgpu, wasm] = archives;
  expect(webgpu?.equals(wasm!)).toBe(true);
  expect(wasm!.length).toBeLessThan(original.length);

  // The page now runs on WASM: the archive made on WebGPU comes back here.
  const back = await through(page, { name: 'sample.bin.ust', bytes: webgpu! });
  expect(back.name).toBe('sample.bin');
  expect(original.equals(back.bytes)).toBe(true);
});

test('the sample gives a result in one click, says what it means and how it was made', async ({ page }) => {
  await page.goto('/');
  await shoot(page, 'compress-empty');
  await expectAccessible(page);
  await page.getByRole('button', { name: /Try a sample/ }).click();
  await expectDone(page, 'the-understudy.txt');
  await expect(row(page, 'the-understudy.txt')).toContainText('% of original');
  await expect(row(page, 'the-understudy.txt')).toContainText('tiny-swift on WASM');
  await expect(page.getByRole('status')).toContainText('the-understudy.txt compressed');
  await shoot(page, 'compress-done');
  await expectAccessible(page);
});

test('odd names and odd contents come back as they were', async ({ page }) => {
  await page.goto('/?engine=ort-wasm');
  const files = [
    { name: 'empty', bytes: new Uint8Array(0) },
    { name: 'one byte', bytes: Uint8Array.of(0) },
    { name: 'два слова 🎭.txt', bytes: text.encode('Ничего не потеряно. '.repeat(20)) },
    { name: 'random.bin', bytes: Uint8Array.from({ length: 5000 }, (_, i) => (i * i * 2654435761) >>> 13) },
  ];
  await choose(page, ...files);
  for (const file of files) await expectDone(page, file.name);
  await expect(row(page, 'empty')).toContainText('empty file');
  await shoot(page, 'compress-many');
  for (const file of files) {
    const archive = await save(page, file.name);
    expect(archive.name).toBe(`${file.name}.ust`);
    expect(archive.bytes.length).toBeLessThanOrEqual(file.bytes.length * 1.001 + 64);
    const back = await through(page, archive);
    expect(back.name).toBe(file.name);
    expect(Buffer.from(file.bytes).equals(back.bytes), file.name).toBe(true);
  }
});

test('a truncated, altered or foreign archive fails inline with its code, and the queue goes on', async ({
  page,
}) => {
  await page.goto('/?engine=ort-wasm');
  const archive = Buffer.from(
    (await through(page, { name: 'a.bin', bytes: await fixture('tiny-swift-sample.bin') })).bytes,
  );
  const altered = Buffer.from(archive);
  altered[200]! ^= 0x10;
  await choose(
    page,
    { name: 'truncated.ust', bytes: archive.subarray(0, 250) },
    { name: 'altered.ust', bytes: altered },
    { name: 'letter.ust', bytes: text.encode('Dear archive, I am none of your kind.') },
    { name: 'whole.ust', bytes: archive },
  );
  await expect(row(page, 'truncated.ust').getByRole('alert')).toContainText('UST_TRUNCATED');
  await expect(row(page, 'altered.ust').getByRole('alert')).toContainText(/UST_(CHECKSUM|CORRUPT)/);
  await expect(row(page, 'letter.ust').getByRole('alert')).toContainText('UST_NOT_ARCHIVE');
  await expectDone(page, 'whole.ust');
  await expect(row(page, 'truncated.ust').getByRole('button', { name: /^Save/ })).toHaveCount(0);
  await shoot(page, 'compress-errors');
  await expectAccessible(page);
});

test('an archive of a model that is not here says which model it needs', async ({ page }) => {
  await page.goto('/?engine=ort-wasm');
  const { bytes } = await through(page, { name: 'a.bin', bytes: await fixture('tiny-swift-sample.bin') });
  await page.route('**/models/index.json', (route) => route.fulfill({ json: { models: [] } }));
  await page.reload();
  await choose(page, { name: 'a.bin.ust', bytes });
  await expect(row(page, 'a.bin.ust').getByRole('alert')).toContainText('UST_MODEL_UNKNOWN');
});

test('a model whose parity vectors fail is refused', async ({ page }) => {
  await page.route('**/parity.bin*', async (route) => {
    const response = await route.fetch();
    const bytes = await response.body();
    // A logit of the first step: header 20 bytes, then the coded bytes, then the logits.
    const offset = 20 + bytes.readUInt32LE(8) * bytes.readUInt32LE(12);
    bytes.writeInt16LE(bytes.readInt16LE(offset) + 1, offset);
    await route.fulfill({ response, body: bytes });
  });
  await page.goto('/?engine=ort-wasm');
  await choose(page, { name: 'a.bin', bytes: await fixture('tiny-swift-sample.bin') });
  await expect(row(page, 'a.bin').getByRole('alert')).toContainText('UST_PARITY');
});

test('the download of the model shows its size and can be cancelled', async ({ page }) => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/student.onnx*', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/?engine=ort-wasm');
  await page.getByRole('button', { name: /Try a sample/ }).click();
  await expect(row(page, 'the-understudy.txt')).toContainText(/Loading the model: 0.B of 204.kB/);
  await shoot(page, 'compress-model');
  await page.getByRole('button', { name: 'Cancel the-understudy.txt' }).click();
  await expect(row(page, 'the-understudy.txt')).toContainText('Cancelled');
  release();
  await page.getByRole('button', { name: 'Try the-understudy.txt again' }).click();
  await expectDone(page, 'the-understudy.txt');
});

test('cancel stops at once, the next file runs, and the cancelled one can be tried again', async ({
  page,
}) => {
  await page.goto('/?engine=ort-wasm');
  // Letters without order: zstd saves little, so the student is not given up early and the job lasts minutes.
  let seed = 1;
  const letter = (): number => 60 + (((seed = (seed * 48271) % 2147483647) >> 8) % 60);
  const long = Uint8Array.from({ length: 2_000_000 }, letter);
  await choose(page, { name: 'long.txt', bytes: long }, { name: 'short.txt', bytes: text.encode('short') });
  await expect(row(page, 'long.txt')).toContainText(/Compressing at .* left/);
  await expect(page).toHaveTitle(/\d+ % · Understudy/);
  await shoot(page, 'compress-progress');
  await expectAccessible(page);
  await expect(row(page, 'long.txt').getByRole('alert')).toHaveCount(0);
  await page.getByRole('button', { name: 'Cancel long.txt' }).click();
  await expect(row(page, 'long.txt')).toContainText('Cancelled', { timeout: 1000 });
  await expectDone(page, 'short.txt');
  await page.getByRole('button', { name: 'Try long.txt again' }).click();
  await expect(row(page, 'long.txt')).toContainText(/Compressing at/);
  // Escape cancels the row that holds the focus.
  await page.getByRole('button', { name: 'Cancel long.txt' }).focus();
  await page.keyboard.press('Escape');
  await expect(row(page, 'long.txt')).toContainText('Cancelled');
  await page.getByRole('button', { name: 'Remove long.txt from the list' }).click();
  await expect(row(page, 'long.txt')).toHaveCount(0);
});

test('a dropped archive is decompressed and pasted text is compressed', async ({ page }) => {
  await page.goto('/?engine=ort-wasm');
  const { bytes } = await through(page, { name: 'note.txt', bytes: text.encode('a note, dropped later') });
  await page.evaluate(
    (archive) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(archive)], 'note.txt.ust'));
      const fire = (type: string): boolean =>
        document.body.dispatchEvent(
          new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }),
        );
      fire('dragenter');
      fire('dragover');
      fire('drop');
      const clipboard = new DataTransfer();
      clipboard.setData('text/plain', 'pasted words');
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: clipboard, bubbles: true }));
    },
    [...bytes],
  );
  await expectDone(page, 'note.txt.ust');
  expect(Buffer.from((await save(page, 'note.txt.ust')).bytes).toString()).toBe('a note, dropped later');
  await expectDone(page, 'pasted.txt');
});
