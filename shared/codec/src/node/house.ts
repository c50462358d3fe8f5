/**
 * Where the house stands: the nearest folder above this file that has `public/wasm/coder.wasm`.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../errors.ts';

const coderPath = join('public', 'wasm', 'coder.wasm');

/** @throws EngineError where the installation is not complete */
export function findHouse(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, coderPath))) return folder;
    if (folder === dirname(folder)) {
      throw new EngineError({
        engine: 'coder',
        problem: `${coderPath} is missing; build it with npm run build:wasm`,
      });
    }
  }
}

export function coderFile(): string {
  return join(findHouse(), coderPath);
}
