/** Compress and decompress in the page: every engine and level, every way a file can be odd, cancelling. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  choose,
  chooseFolder,
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
  tinyModel,
  understudy,
} from './support.ts';

const text = new TextEncoder();

test('a file becomes the same archive on every engine and in Node, and comes back from each', async ({
  page,
}) => {
  const original = await fixture('tiny-swift-sample.bin');
  const path = join(await temporaryFolder(), 'sample.bin');
  await writeFile(path, original);
  test.setTimeout(120_000);
  // ONNX Runtime on an emulated GPU is slow: its engines prove themselves on one level.
  const engines = [
    ['fast', 'simd', 'tiny-swift on CPU, one thread'],
    ['fast', 'webgpu', 'tiny-swift on GPU'],
    ['fast', 'ort-wasm', 'tiny-swift on ONNX Runtime, WASM'],
    ['fast', 'ort-webgpu', 'tiny-swift on ONNX Runtime, WebGPU'],
    ['balanced', 'simd', 'tiny-swift on CPU, one thread'],
    ['balanced', 'webgpu', 'tiny-swift on GPU'],
  ] as const;
  for (const [level, engine, label] of engines) {
    await understudy('compress', '-m', tinyModel, '-n', '-l', level, '-f', '-o', `${path}.ust`, path);
    const ofNode = await readFile(`${path}.ust`);
    expect(ofNode.length).toBeLessThan(original.length);
    await page.goto(`/?engine=${engine}&level=${level}`);
    await choosePath(page, path);
    await expectDone(page, 'sample.bin');
    const done = row(page, 'sample.bin');
    // Coded with the student, or equal archives would prove nothing about engines.
    await expect(done).toContainText(label);
    await expect(done).toContainText('verified by decoding it again');
    await expect(done).not.toContainText(/Kept by|stored as they are/);
    const archive = await save(page, 'sample.bin');
    expect(archive.name).toBe('sample.bin.ust');
    expect(ofNode.equals(archive.bytes), `${engine}, ${level}`).toBe(true);
  }
});

test('every level makes an archive that comes back, and stronger ones make it smaller', async ({ page }) => {
  await page.goto('/?engine=simd');
  await expect(page.getByRole('radio', { name: 'balanced' })).toBeChecked();
  const story = text.encode(
    'The understudy knows every line. She has never been asked to say one. '.repeat(9) + 'Tonight, she is.',
  );
  const sizes: number[] = [];
  for (const level of ['fast', 'balanced', 'best', 'teacher']) {
    await page.getByRole('radio', { name: level }).check();
    const name = `${level}.txt`;
    const archive = await through(page, { name, bytes: story });
    sizes.push(archive.bytes.length);
    expect(Buffer.from(story).equals((await through(page, archive)).bytes), level).toBe(true);
  }
  expect(sizes[1]).toBeLessThanOrEqual(sizes[0]!);
  expect(sizes[2]).toBeLessThanOrEqual(sizes[1]!);
  await page.reload();
  await expect(page.getByRole('radio', { name: 'teacher' })).toBeChecked();
});

test('a file of several blocks goes through the workers and is the one that Node makes', async ({ page }) => {
  test.setTimeout(120_000);
  const words = ['stage', 'line', 'curtain', 'prompt', 'role', 'cue', 'light', 'seat'];
  let seed = 7;
  const next = (): string => words[((seed = (seed * 48271) % 2147483647) >> 8) % words.length] ?? '';
  let story = '';
  while (story.length < 4_400_000) story += `${next()} ${next()}, ${next()} ${next()}.\n`;
  const path = join(await temporaryFolder(), 'long.txt');
  await writeFile(path, story);
  await understudy('compress', '-m', tinyModel, '-n', '-l', 'fast', '-o', `${path}.ust`, path);
  await page.goto('/?engine=simd&level=fast');
  await choosePath(page, path);
  await expect(row(page, 'long.txt')).toHaveAttribute('data-state', /done|failed/, { timeout: 100_000 });
  const archive = await save(page, 'long.txt');
  expect((await readFile(`${path}.ust`)).equals(archive.bytes)).toBe(true);
});

test('ONNX Runtime is fetched only by the engines that are made of it', async ({ page }) => {
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
  await page.goto('/');
  await through(page, { name: 'a.bin', bytes: await fixture('tiny-swift-sample.bin') });
  expect(fetched.filter((path) => /\/ort[.-]/.test(path))).toEqual([]);
});

test('a folder becomes one archive, which lists its files and hands out each of them', async ({ page }) => {
  const folder = join(await temporaryFolder(), 'play');
  const files: Record<string, string> = {
    'play/act one/scene 1.txt': 'Enter the understudy. '.repeat(40),
    'play/act one/scene 2.txt': 'Enter the understudy, late. '.repeat(40),
    'play/empty.txt': '',
    'play/роли.txt': 'Никто не забыт.',
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, '..', path)), { recursive: true });
    await writeFile(join(folder, '..', path), content);
  }
  await page.goto('/?engine=simd');
  await chooseFolder(page, folder);
  await expectDone(page, 'play');
  await expect(row(page, 'play')).toContainText('verified by decoding it again');
  const archive = await save(page, 'play');
  expect(archive.name).toBe('play.ust');

  await choose(page, archive);
  await expectDone(page, 'play.ust');
  const list = page.getByRole('region', { name: 'Files in play.ust' });
  await expect(list.getByRole('listitem')).toHaveCount(4);
  await shoot(page, 'compress-folder');
  await expectAccessible(page);
  for (const [path, content] of Object.entries(files)) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      list.getByRole('button', { name: `Save ${path}`, exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(path.split('/').at(-1));
    expect(await readFile(await download.path(), 'utf8')).toBe(content);
  }
});

test('the sample gives a result in one click, says what it means and how it was made', async ({ page }) => {
  await page.goto('/');
  // Before anything is downloaded: how much it will be, and what it will need.
  await expect(
    page.getByText('204 kB, loaded once on first use; up to 168 MB of memory a thread'),
  ).toBeVisible();
  await shoot(page, 'compress-empty');
  await expectAccessible(page);
  await page.getByRole('button', { name: /Try a sample/ }).click();
  await expectDone(page, 'the-understudy.txt');
  await expect(row(page, 'the-understudy.txt')).toContainText('% of original');
  await expect(row(page, 'the-understudy.txt')).toContainText('tiny-swift on CPU');
  await expect(page.getByRole('status')).toContainText('the-understudy.txt compressed');
  await shoot(page, 'compress-done');
  await expectAccessible(page);
});

test('odd names and odd contents come back as they were', async ({ page }) => {
  await page.goto('/?engine=simd');
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
  await page.goto('/?engine=simd');
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
  // A small archive has no length but its own: cut off, it is damaged in its last bytes.
  await expect(row(page, 'truncated.ust').getByRole('alert')).toContainText(/UST_(TRUNCATED|CHECKSUM)/);
  await expect(row(page, 'altered.ust').getByRole('alert')).toContainText(/UST_(CHECKSUM|CORRUPT)/);
  await expect(row(page, 'letter.ust').getByRole('alert')).toContainText('UST_NOT_ARCHIVE');
  await expectDone(page, 'whole.ust');
  await expect(row(page, 'truncated.ust').getByRole('button', { name: /^Save/ })).toHaveCount(0);
  await shoot(page, 'compress-errors');
  await expectAccessible(page);
});

test('of a damaged archive, the blocks that are intact can be recovered', async ({ page }) => {
  const noise = Buffer.alloc(9_000_000);
  for (let i = 0, seed = 1; i < noise.length; i++) noise[i] = (seed = (seed * 48271) % 2147483647) >> 8;
  await page.goto('/?engine=simd&level=fast');
  const archive = Buffer.from((await through(page, { name: 'noise', bytes: noise })).bytes);
  archive[6_000_000]! ^= 1;
  await choose(page, { name: 'noise.ust', bytes: archive });
  const damaged = row(page, 'noise.ust');
  await expect(damaged.getByRole('alert')).toContainText('UST_CHECKSUM');
  await damaged.getByRole('button', { name: /^Recover/ }).click();
  await expect(damaged).toContainText('2 of 3 blocks intact');
  await shoot(page, 'compress-recovered');
  const { bytes } = await save(page, 'noise.ust');
  const block = 4 << 20;
  expect(noise.subarray(0, block).equals(bytes.subarray(0, block))).toBe(true);
  expect(bytes.subarray(block, 2 * block).every((byte) => byte === 0)).toBe(true);
  expect(noise.subarray(2 * block).equals(bytes.subarray(2 * block))).toBe(true);

  await choose(page, { name: 'cut.ust', bytes: archive.subarray(0, 5_000_000) });
  await expect(row(page, 'cut.ust').getByRole('alert')).toContainText('UST_TRUNCATED');
});

test('an archive of a model that is not here says which model it needs', async ({ page }) => {
  await page.goto('/?engine=simd');
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
  await page.goto('/?engine=simd');
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
  await page.goto('/?engine=simd');
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
  await page.goto('/?engine=simd');
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
  await page.goto('/?engine=simd');
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
