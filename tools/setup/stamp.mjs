/**
 * Stamps: a digest of everything a result was made from, kept in a file beside the result, so that the second run can see
 * that nothing changed. Contents count, never times: a checkout that touches files does not build anew.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Folders that never hold a source. */
const notSources = new Set(['node_modules', '.git', '.cache', '.venv', 'build', 'dist', '__pycache__']);

/**
 * @param {string} path a file or folder; one that does not exist has no files
 * @returns {string[]} the files at or below it, sorted
 */
export function filesBelow(path) {
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status) return [];
  if (!status.isDirectory()) return status.isFile() ? [path] : [];
  return readdirSync(path)
    .filter((name) => !notSources.has(name))
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

/**
 * @param {string} root names are digested relative to it
 * @param {readonly string[]} sources files and folders below the root
 * @param {string} [extra] anything else the result depends on
 * @returns {string} SHA-256 in hexadecimal over names and contents
 */
export function digestOf(root, sources, extra = '') {
  const hash = createHash('sha256').update(extra);
  for (const path of sources.flatMap((source) => filesBelow(join(root, source)))) {
    const bytes = readFileSync(path);
    hash.update(`\n${relative(root, path)}\n${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}

/** @param {string} stamp path of the stamp @param {string} digest */
export function isStamped(stamp, digest) {
  return (
    statSync(stamp, { throwIfNoEntry: false })?.isFile() === true &&
    readFileSync(stamp, 'utf8').trim() === digest
  );
}

/** @param {string} stamp @param {string} digest */
export function writeStamp(stamp, digest) {
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, `${digest}\n`);
}

/** Removed before the work starts, so that work cut short is done again. @param {string} stamp */
export function removeStamp(stamp) {
  rmSync(stamp, { force: true });
}
