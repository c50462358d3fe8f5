/**
 * The WebAssembly modules that the repository carries: where each is built from, where its bytes are committed, and which
 * Emscripten makes exactly those bytes.
 */

/** Debian 12's; another version makes other bytes of the same program. */
export const pinnedEmscripten = '3.1.6';

/** `script` takes the output's path as its only argument. */
export const wasmModules = /** @type {const} */ ([
  { name: 'teacher', script: 'wasm/cmix/build-wasm.sh', committed: 'public/wasm/teacher.wasm' },
  { name: 'coder', script: 'wasm/coder/build-wasm.sh', committed: 'public/wasm/coder.wasm' },
]);

/** @param {string} text what `emcc --version` prints @returns {string | undefined} such as `3.1.6` */
export function emscriptenVersion(text) {
  return /^emcc\b.*?\b(\d+\.\d+\.\d+)\b/m.exec(text)?.[1];
}

/**
 * @param {Uint8Array} built
 * @param {Uint8Array | undefined} committed undefined where the file is missing
 * @returns {string | undefined} how they differ, or nothing
 */
export function byteDifference(built, committed) {
  if (!committed) return 'the committed file is missing';
  if (Buffer.compare(built, committed) === 0) return undefined;
  const offset = built.findIndex((byte, at) => byte !== committed[at]);
  const where = offset < 0 ? Math.min(built.length, committed.length) : offset;
  return `built ${built.length} bytes, committed ${committed.length}; they differ from byte ${where}`;
}
