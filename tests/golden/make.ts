/**
 * Makes the golden archives: `npx tsx tests/golden/make.ts` writes those that are missing, with `--remake` all of them. Released
 * archives never change: remake only what no release has. What each must decode to, or end in, is written to golden.json.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openNodeCodec } from '@understudy/codec/node';
import { loadStudent } from '@understudy/codec';
import { encode, methodsOf } from './encode.ts';
import { modelBytes } from './contents.ts';
import { recipes } from './recipes.ts';
import { refused } from './refused.ts';

const remake = process.argv.includes('--remake');
const place = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function write(name: string, archive: Uint8Array): void {
  const path = place(name);
  if (existsSync(path) && !remake) return;
  writeFileSync(path, archive);
  process.stdout.write(`${name}: ${archive.length} bytes\n`);
}

for (const folder of ['good', 'bad', 'unsupported']) mkdirSync(place(folder), { recursive: true });
const codec = await openNodeCodec();
const good: unknown[] = [];
for (const recipe of recipes) {
  const { name, model, level } = recipe;
  const student = await loadStudent(modelBytes(model), modelBytes(model, 'parity.bin'));
  const file = `good/${name}.ust`;
  try {
    const archive = await encode(recipe, codec, student);
    write(file, archive);
    const entries = recipe
      .entries()
      .map(({ bytes, ...entry }) => ({ ...entry, size: bytes.length, sha256: sha256(bytes) }));
    good.push({ file, model, level, methods: await methodsOf(archive), entries });
  } catch (error) {
    process.stderr.write(`${file}: ${String(error)}\n`);
    process.exitCode = 1;
  }
}
for (const { folder, name, archive } of refused) write(`${folder}/${name}.ust`, archive);
await codec.dispose();

const list = {
  good,
  refused: refused.map(({ folder, name, error }) => ({ file: `${folder}/${name}.ust`, error })),
};
writeFileSync(place('golden.json'), `${JSON.stringify(list, undefined, 2)}\n`);
