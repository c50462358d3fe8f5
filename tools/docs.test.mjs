/**
 * The documents name what exists: every relative link, and every path in backquotes, leads to a file or folder of the
 * repository. A path below a heading that names a room (`### Codec: `shared/codec/``) may be relative to that room.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
/** Made by running things, so not there in a fresh clone. */
const made = /^(build|dist|\.venv|\.cache|node_modules)\//;

/** @param {string} page @returns {string[]} the relative links that lead nowhere */
function brokenLinks(page) {
  const text = readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(page), target)));
}

/** @param {string} page @returns {string[]} the paths in backquotes that lead nowhere */
function brokenPaths(page) {
  const text = readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '');
  /** @type {string[]} */
  const broken = [];
  let rooms = [''];
  for (const line of text.split('\n')) {
    if (/^#+ /.test(line)) rooms = ['', ...[...line.matchAll(/`([^`]+\/)`/g)].map(([, room = '']) => room)];
    for (const [, path = ''] of line.matchAll(/`([\w.-]+(?:\/[\w.-]+)+\/?)`/g)) {
      const isRooted = existsSync(join(root, path.split('/')[0] ?? ''));
      const isRoomed = /^(src|python|vite-plugins)\//.test(path);
      if (made.test(path) || /\bNAME\b/.test(path) || (!isRooted && !isRoomed)) continue;
      const places = isRoomed ? [...rooms, 'wasm/coder/'] : [''];
      if (!places.some((room) => existsSync(join(root, room, path)))) broken.push(path);
    }
  }
  return broken;
}

it.each(pages)('%s has no link and no path that leads nowhere', (page) => {
  expect([...brokenLinks(page), ...brokenPaths(page)]).toEqual([]);
});
